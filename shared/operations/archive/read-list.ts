import { type ListEntry, readArchiveList } from '../../domain/archive/archive-list';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import type { ToolRun, ToolSet } from '../../systems/pg-tools/pg-tools';
import type { Systems } from '../../systems/systems';
import type { ArchiveSource } from './archive-source';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'pgTools'>;

/** The table of contents of a stored archive. @throws Failure `archive-undecodable` */
export async function readListOfArchive(
  systems: Needs,
  run: JobRun,
  tools: ToolSet,
  archive: ArchiveSource,
): Promise<ListEntry[]> {
  const child = systems.pgTools.list(tools, archive.file, run.signal);
  if (archive.file !== undefined) return readList(child);
  // it stops reading after the table of contents, which ends the sending
  const [entries] = await Promise.all([readList(child), archive.sendStartTo(child.stdin)]);
  return entries;
}

/** The table of contents that a dump of this database would have. @throws Failure `restore-failed` */
export async function readListOfDatabase(
  systems: Needs,
  run: JobRun,
  tools: ToolSet,
  connection: PgConnection,
): Promise<ListEntry[]> {
  const dump = await systems.pgTools.dumpSchema(tools, connection, run.signal);
  const list = systems.pgTools.list(tools, undefined, run.signal);
  dump.stdout.pipe(list.stdin);
  const [entries, end] = await Promise.all([readList(list), dump.ended]);
  if (end.exitCode !== 0) {
    throw new Failure('restore-failed', `pg_dump could not read back what was restored: ${end.stderr.slice(0, 500)}`);
  }
  return entries;
}

async function readList(child: ToolRun): Promise<ListEntry[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  child.stdin.destroy();
  const end = await child.ended;
  if (end.startError !== undefined) {
    throw new Failure('pg-tools-corrupt', `pg_restore could not be started: ${end.startError}`);
  }
  if (end.exitCode !== 0) {
    throw new Failure('archive-undecodable', `pg_restore could not list the archive: ${end.stderr.slice(0, 500)}`);
  }
  return readArchiveList(Buffer.concat(chunks).toString('utf8'));
}
