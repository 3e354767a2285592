import { createHash } from 'node:crypto';
import { ArchiveScript, type ArchiveScriptContents } from '../../domain/archive/archive-script';
import { asFailure, Failure } from '../../domain/failure';
import { byteProgress } from '../../domain/jobs/job';
import type { BlobHead } from '../../systems/dump-store/dump-store';
import type { ToolEnd, ToolRun, ToolSet } from '../../systems/pg-tools/pg-tools';
import type { Systems } from '../../systems/systems';
import { feed } from './feed-tool';
import type { JobRun } from '../jobs/job-run';
import { StallGuard } from './stall-guard';

type Needs = Pick<Systems, 'dumpStore' | 'pgTools' | 'settings'>;

/** What the stored bytes must be; undefined where nobody has said so before. */
export interface ExpectedBytes {
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface ReadArchive {
  readonly sha256: string;
  /** The first 64 KiB, with the archive's header. */
  readonly start: Buffer;
  readonly contents: ArchiveScriptContents;
  /** Of the database that was dumped. */
  readonly encoding: string;
}

/**
 * The stored bytes in one pass through the hash and through `pg_restore -f -`, which decodes every block; rows, large
 * objects and sequences are counted in its output. 24 MiB of memory whatever the size.
 *
 * @throws Failure `stored-bytes-differ`, `archive-undecodable`: the bytes are to blame; `verify-killed`, `verify-hung`,
 * `pg-tools-corrupt` and those of the systems: something else is
 */
export async function readArchive(
  systems: Needs,
  run: JobRun,
  archive: { readonly blob: string; readonly head: BlobHead; readonly expected: ExpectedBytes | undefined },
  tools: ToolSet,
): Promise<ReadArchive> {
  const { blob, head, expected } = archive;
  const stallSeconds = systems.settings.get('VERIFY_STALL_SECONDS');
  const stall = new StallGuard(stallSeconds, (s) => new Failure('verify-hung', `the read-back stood still for ${s} s`));
  const signal = AbortSignal.any([run.signal, stall.signal]);
  try {
    const onBytes = (doneBytes: number): void => {
      stall.alive();
      run.progress(byteProgress(doneBytes, head.sizeBytes));
    };
    const decoder = systems.pgTools.decode(tools, signal);
    const read = await readBack(systems.dumpStore.readPieces(blob, head, signal), decoder, onBytes, signal);
    if (expected !== undefined) expectStoredBytes(blob, expected, { sizeBytes: head.sizeBytes, sha256: read.sha256 });
    const contents = judgeDecoding(read);
    return { sha256: read.sha256, start: read.start, contents, encoding: read.script.encoding };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    stall.end();
  }
}

interface ReadBack {
  readonly sha256: string;
  readonly start: Buffer;
  readonly end: ToolEnd;
  readonly script: ArchiveScript;
  readonly scriptFailure: Failure | undefined;
}

/**
 * Both ends of the decoder at once: pieces in, script out. The hash goes over all pieces even when the decoder has given
 * up, because changed bytes explain a broken archive and not the other way round.
 */
async function readBack(
  pieces: AsyncIterable<Buffer>,
  decoder: ToolRun,
  onBytes: (doneBytes: number) => void,
  signal: AbortSignal,
): Promise<ReadBack> {
  const hash = createHash('sha256');
  let start = Buffer.alloc(0);
  let doneBytes = 0;
  const script = new ArchiveScript();
  const counting = count(decoder, script);
  try {
    for await (const piece of pieces) {
      if (doneBytes === 0) start = Buffer.from(piece.subarray(0, 64 * 1024));
      hash.update(piece);
      await feed(decoder.stdin, piece);
      doneBytes += piece.length;
      onBytes(doneBytes);
    }
    decoder.stdin.end();
    const scriptFailure = await counting;
    const end = await decoder.ended;
    signal.throwIfAborted();
    return { sha256: hash.digest('hex'), start, end, script, scriptFailure };
  } finally {
    decoder.kill();
    await decoder.ended;
  }
}

/** Never rejects: a failure is told with the decoder's end, which explains it better. */
async function count(decoder: ToolRun, script: ArchiveScript): Promise<Failure | undefined> {
  try {
    for await (const chunk of decoder.stdout) script.push(chunk as Uint8Array);
    return undefined;
  } catch (error) {
    return asFailure(error);
  }
}

function expectStoredBytes(blob: string, sent: ExpectedBytes, stored: ExpectedBytes): void {
  if (stored.sha256 === sent.sha256 && stored.sizeBytes === sent.sizeBytes) return;
  const detail = `${blob} reads back as ${stored.sizeBytes} bytes with sha256 ${stored.sha256}; sent were ${sent.sizeBytes} bytes with sha256 ${sent.sha256}`;
  throw new Failure('stored-bytes-differ', detail);
}

function judgeDecoding(read: ReadBack): ArchiveScriptContents {
  const { end } = read;
  if (end.startError !== undefined) {
    throw new Failure('pg-tools-corrupt', `pg_restore could not be started: ${end.startError}`);
  }
  const said = end.stderr.trim().slice(0, 500);
  // says nothing of the archive, unlike an exit of its own
  if (end.signal !== null) throw new Failure('verify-killed', `pg_restore was ended by ${end.signal}: ${said}`);
  if (end.exitCode !== 0 || said !== '') {
    throw new Failure('archive-undecodable', `pg_restore exited with ${end.exitCode ?? '?'}: ${said}`);
  }
  if (read.scriptFailure !== undefined) throw read.scriptFailure;
  return read.script.finish();
}
