import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Failure } from '../../domain/failure';
import type { Manifest } from '../../domain/backup/manifest';
import { byteProgress } from '../../domain/jobs/job';
import type { Systems } from '../../systems/systems';
import { feed } from './feed-tool';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'dumpStore'>;

/** The archive of a backup for as long as a restore reads it. */
export interface ArchiveSource {
  /** A file on the temporary disk, its hash found right; undefined: it has to be streamed. */
  readonly file: string | undefined;
  /** A folder of this job's own; goes with `close`. */
  readonly folder: string;
  /**
   * Sends the stored bytes to a program. They are hashed to the last one also when the program has given up, because
   * changed bytes explain a broken archive and not the other way round.
   *
   * @throws Failure `stored-bytes-differ` when they are not those of the manifest
   */
  sendTo(stdin: Writable, onBytes: (doneBytes: number) => void): Promise<void>;
  /** Sends the beginning of the stored bytes, until the program wants no more; no hash. */
  sendStartTo(stdin: Writable): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the archive. `file`: fetches it first and checks its hash, so that several connections can read it and nothing is
 * touched when the stored bytes are wrong. Needs its size on the temporary disk then, and 24 MiB of memory either way.
 *
 * @throws Failure `stored-bytes-differ`, `restore-disk-full`
 */
export async function openArchive(
  systems: Needs,
  run: JobRun,
  dump: Manifest['dump'],
  reads: 'file' | 'stream',
): Promise<ArchiveSource> {
  const folder = join(tmpdir(), `lifebook-restore-${run.record.jobId}`);
  // what a worker that was killed on this machine has left
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const source: ArchiveSource = {
    file: reads === 'file' ? join(folder, 'archive.dump') : undefined,
    folder,
    sendTo: (stdin, onBytes) => sendAll(systems, run, dump, stdin, onBytes),
    sendStartTo: (stdin) => sendStart(systems, run, dump, stdin),
    close,
  };
  try {
    if (source.file !== undefined) await fetchTo(source, source.file, run, dump);
    return source;
  } catch (error) {
    await close();
    throw error;
  }
}

async function fetchTo(source: ArchiveSource, file: string, run: JobRun, dump: Manifest['dump']): Promise<void> {
  const writer = createWriteStream(file, { mode: 0o600 });
  let problem: NodeJS.ErrnoException | undefined;
  writer.on('error', (error) => (problem = error));
  try {
    await source.sendTo(writer, (doneBytes) => {
      if (problem !== undefined) throw problem;
      run.progress({ ...byteProgress(doneBytes, dump.sizeBytes), message: 'fetching the archive' });
    });
    writer.end();
    await finished(writer);
  } catch (error) {
    const { code } = problem ?? (error as NodeJS.ErrnoException);
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    throw new Failure('restore-disk-full', `the archive has ${dump.sizeBytes} bytes, the temporary disk is full`, {
      cause: error,
    });
  } finally {
    writer.destroy();
  }
}

async function sendAll(
  systems: Needs,
  run: JobRun,
  dump: Manifest['dump'],
  to: Writable,
  onBytes: (doneBytes: number) => void,
): Promise<void> {
  const head = await systems.dumpStore.head(dump.blob);
  if (head === undefined) throw new Failure('stored-bytes-differ', `${dump.blob} is gone`);
  const hash = createHash('sha256');
  let doneBytes = 0;
  for await (const piece of systems.dumpStore.readPieces(dump.blob, head, run.signal)) {
    const taken = feed(to, piece);
    hash.update(piece);
    await taken;
    doneBytes += piece.length;
    onBytes(doneBytes);
  }
  run.signal.throwIfAborted();
  const sha256 = hash.digest('hex');
  if (sha256 === dump.sha256 && doneBytes === dump.sizeBytes) return;
  const detail = `${dump.blob} reads as ${doneBytes} bytes with sha256 ${sha256}; its manifest says ${dump.sizeBytes} bytes with sha256 ${dump.sha256}`;
  throw new Failure('stored-bytes-differ', detail, { hint: 'the stored dump was changed: restore another backup' });
}

async function sendStart(systems: Needs, run: JobRun, dump: Manifest['dump'], to: Writable): Promise<void> {
  const head = await systems.dumpStore.head(dump.blob);
  if (head === undefined) throw new Failure('stored-bytes-differ', `${dump.blob} is gone`);
  for await (const piece of systems.dumpStore.readPieces(dump.blob, head, run.signal)) {
    if (to.destroyed || !to.writable) return;
    await feed(to, piece);
  }
  to.end();
}
