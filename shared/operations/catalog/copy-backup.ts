import { createHash } from 'node:crypto';
import { publishedTags } from '../../domain/backup/backup-tags';
import { manifestMetadata } from '../../domain/catalog/catalog';
import { Failure } from '../../domain/failure';
import { byteProgress, type JobResult } from '../../domain/jobs/job';
import type { Manifest } from '../../domain/backup/manifest';
import type { BlobHead, BlobLabels } from '../../systems/dump-store/dump-store';
import type { Systems } from '../../systems/systems';
import { findBackup, type FoundBackup } from './find-backup';
import type { JobRun } from '../jobs/job-run';
import { uploadArchive } from '../backup/upload-archive';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'secondCopy' | 'settings'>;

/** What a copy job was asked for. */
export interface CopyRequest {
  readonly backupId: string;
}

/**
 * Copies a backup to the second account, create-only: the dump in staged blocks, hashed on the way; its stored bytes read
 * back; globals; the manifest last, so that an unfinished copy is no backup there either. A restart finds the blocks of
 * the attempt before and sends only the others. Nothing there is overwritten or deleted.
 */
export async function copyBackup(systems: Needs, run: JobRun): Promise<JobResult> {
  if (!systems.secondCopy.isConfigured()) {
    throw new Failure('not-configured', 'SECOND_COPY_STORAGE is not set, so there is nowhere to copy to');
  }
  const { backupId } = run.record.request as unknown as CopyRequest;
  const found = await findBackup(systems, backupId);
  const { dump, finishedAt } = found.manifest;
  await run.phase('copy', () => copyDump(systems, run, found.manifest));
  await run.phase('verify', () => readBack(systems, run, found.manifest));
  await run.phase('publish', () => publishCopy(systems, run, found));
  const lagSeconds = Math.round((systems.clock.now().getTime() - Date.parse(finishedAt)) / 1000);
  return { backupId, sizeBytes: dump.sizeBytes, sha256: dump.sha256, lagSeconds, warnings: [] };
}

/** What does not have the manifest's hash is not committed, so a dump that has rotted replaces nothing and blocks nothing. */
async function copyDump(systems: Needs, run: JobRun, manifest: Manifest): Promise<void> {
  const { dump } = manifest;
  const { store } = systems.secondCopy;
  if ((await store.head(dump.blob)) !== undefined) return expectSame(systems, manifest);
  const source = await systems.dumpStore.head(dump.blob);
  if (source === undefined) throw new Failure('dump-missing', `${dump.blob} is gone`);
  // block sizes follow from the size alone, so every attempt cuts the same blocks
  const upload = await store.resumeUpload(dump.blob, dump.sha256);
  const read = await uploadArchive(systems.dumpStore.readPieces(dump.blob, source, run.signal), upload, {
    expectedBytes: dump.sizeBytes,
    concurrency: systems.settings.get('UPLOAD_CONCURRENCY'),
    signal: run.signal,
    onBytes: (doneBytes) => run.progress(byteProgress(doneBytes, dump.sizeBytes)),
  });
  if (read.sha256 !== dump.sha256 || read.sizeBytes !== dump.sizeBytes) {
    const hint = `POST /api/backups/${manifest.backupId}/verify tells whether the backup is damaged; copy none of it by hand`;
    throw new Failure('stored-bytes-differ', `${dump.blob} is not what its manifest says: not copied`, { hint });
  }
  run.signal.throwIfAborted();
  const created = await upload.commit(
    labelsOf(manifest, 'application/octet-stream', dumpMetadata(manifest, source)),
    run.signal,
  );
  if (created === 'exists') await expectSame(systems, manifest);
}

/** Somebody's blob of that name: ours from an earlier attempt, or none of ours and then left alone. */
async function expectSame(systems: Needs, { dump }: Manifest): Promise<void> {
  const head = await systems.secondCopy.store.head(dump.blob);
  if (head?.metadata['sha256'] === dump.sha256 && head.sizeBytes === dump.sizeBytes) return;
  throw new Failure('storage-conflict', `another ${dump.blob} is in the second account; nothing was overwritten`);
}

async function readBack(systems: Needs, run: JobRun, { dump }: Manifest): Promise<void> {
  const { store } = systems.secondCopy;
  const head = await store.head(dump.blob);
  if (head === undefined) throw new Failure('dump-missing', `the copy of ${dump.blob} is gone`);
  const hash = createHash('sha256');
  let doneBytes = 0;
  for await (const piece of store.readPieces(dump.blob, head, run.signal)) {
    hash.update(piece);
    doneBytes += piece.length;
    run.progress(byteProgress(doneBytes, dump.sizeBytes));
  }
  if (hash.digest('hex') === dump.sha256) return;
  const hint = 'remove this blob from the second account by hand; the next day makes the copy anew';
  throw new Failure('stored-bytes-differ', `the copy of ${dump.blob} has another hash than the dump`, { hint });
}

async function publishCopy(systems: Needs, run: JobRun, { manifest, blobs }: FoundBackup): Promise<void> {
  const { globals, jobId } = manifest;
  if (globals !== undefined) {
    await copyText(systems, globals.blob, labelsOf(manifest, 'application/sql', { jobid: jobId }));
  }
  run.signal.throwIfAborted();
  await copyText(systems, blobs.manifest, labelsOf(manifest, 'application/json', manifestMetadata(manifest)));
  const copied = { at: systems.clock.now().toISOString(), jobId: run.record.jobId };
  await systems.backupStates.change(manifest.backupId, (state) => ({ ...state, copied }));
}

async function copyText(systems: Needs, name: string, labels: BlobLabels): Promise<void> {
  const { store } = systems.secondCopy;
  const text = await systems.dumpStore.readText(name);
  if (text === undefined) throw new Failure('dump-missing', `${name} is gone`);
  if ((await store.createText(name, text, labels)) === 'created' || (await store.readText(name)) === text) return;
  throw new Failure('storage-conflict', `another ${name} is in the second account; nothing was overwritten`);
}

const labelsOf = (manifest: Manifest, contentType: string, metadata: Record<string, string>): BlobLabels => ({
  ...{ contentType, metadata },
  tags: publishedTags({ kind: manifest.kind, database: manifest.name }, 'keep', 'none'),
});

/** Those of the dump; an adopted one has none of its own. */
const dumpMetadata = ({ jobId, dump }: Manifest, source: BlobHead): Record<string, string> => ({
  ...{ attempt: source.metadata['attempt'] ?? '1', jobid: jobId },
  ...{ sha256: dump.sha256, sizebytes: String(dump.sizeBytes) },
});
