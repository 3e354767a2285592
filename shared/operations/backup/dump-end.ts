import { dumpFailure, readDumpMessages } from '../../domain/backup/dump-messages';
import { Failure } from '../../domain/failure';
import type { JobWarning } from '../../domain/jobs/job';
import type { ToolEnd, ToolRun } from '../../systems/pg-tools/pg-tools';

/** The output has ended; a pg_dump that then does not exit is ended, and has failed. */
export async function endOf(child: ToolRun, waitSeconds: number): Promise<ToolEnd> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), waitSeconds * 1000);
  });
  const end = await Promise.race([child.ended, late]);
  clearTimeout(timer);
  if (end !== 'late') return end;
  throw new Failure('dump-hung', `pg_dump closed its output and did not exit within ${waitSeconds} s`);
}

/** Exit 0, something written, and no message that is not on the list of known ones. */
export function judgeEnd(end: ToolEnd, writtenBytes: number): JobWarning[] {
  if (end.startError !== undefined) {
    throw new Failure('pg-tools-corrupt', `pg_dump could not be started: ${end.startError}`);
  }
  if (end.exitCode !== 0) throw dumpFailure(end.stderr, end.exitCode, end.signal);
  const messages = readDumpMessages(end.stderr);
  const [unknown] = [...messages.errors, ...messages.unknown];
  if (end.isStderrCut) throw new Failure('dump-warned', 'pg_dump exited with 0 but wrote more than 64 KiB of messages');
  if (unknown !== undefined) throw new Failure('dump-warned', `pg_dump exited with 0 but wrote: ${unknown}`);
  if (writtenBytes === 0) throw new Failure('dump-empty', 'pg_dump exited with 0 and wrote nothing');
  return [...messages.known];
}
