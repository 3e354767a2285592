import { ADOPTED_KIND, type AdoptedArchive, adoptedManifest, majorOf } from '../../domain/backup/adopted-manifest';
import { otherFormat } from '../../domain/archive/archive-format';
import { readArchiveHeader } from '../../domain/archive/archive-header';
import { backupBlobs } from '../../domain/backup/backup-name';
import { manifestMetadata, type StoredBlob } from '../../domain/catalog/catalog';
import { Failure } from '../../domain/failure';
import type { JobRecord, JobResult } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import type { BlobHead } from '../../systems/dump-store/dump-store';
import type { ToolSet } from '../../systems/pg-tools/pg-tools';
import type { Systems } from '../../systems/systems';
import { openArchive } from '../archive/archive-source';
import type { JobRun } from '../jobs/job-run';
import { readArchive } from '../archive/read-archive';
import { readListOfArchive } from '../archive/read-list';
import { reserveBackupId } from '../backup/reserve-backup-id';

type Needs = Pick<Systems, 'clock' | 'dumpStore' | 'jobLedger' | 'pgTools' | 'settings'>;

/** What an adoption was asked for. */
export interface AdoptRequest {
  readonly blob: string;
}

const FACTS = 'adopted';
const TIME_ZONE_WARNING = {
  code: 'archive-time-zone-unknown',
  detail: 'the archive tells the local time of the machine that dumped it, without the zone; it was taken as UTC',
};

/**
 * Makes a backup of a foreign dump: reads and decodes all of it, counts and hashes, and writes a manifest to `manual/`
 * under a fresh id. The blob stays where it is and as it is, but for its tags.
 *
 * @throws Failure `not-found`, `not-adoptable`, `archive-undecodable`, and those of the systems
 */
export async function adoptDump(systems: Needs, run: JobRun): Promise<JobResult> {
  const { blob } = run.record.request as unknown as AdoptRequest;
  const { jobId } = run.record;
  const backupId = await reserveBackupId(systems, run);
  await run.phase('verify', async () => {
    await systems.jobLedger.saveFacts(jobId, FACTS, await readForeign(systems, run, blob, backupId));
  });
  return run.phase('publish', async () => {
    const manifest = adoptedManifest((await systems.jobLedger.readFacts(jobId, FACTS)) as AdoptedArchive);
    run.signal.throwIfAborted();
    const tags = { kind: manifest.kind, database: manifest.name, state: 'verified', retention: 'keep', hold: 'none' };
    const { manifest: name } = backupBlobs(ADOPTED_KIND, backupId);
    const labels = { contentType: 'application/json', metadata: manifestMetadata(manifest), tags };
    const created = await systems.dumpStore.createText(name, `${JSON.stringify(manifest, null, 2)}\n`, labels);
    if (created === 'exists' && (await adopted(systems, run.record)) === undefined) {
      throw new Failure('storage-conflict', `${name} was there before and belongs to another job`);
    }
    await systems.dumpStore.setTags(blob, tags);
    const { sizeBytes, sha256 } = manifest.dump;
    return { backupId, sizeBytes, sha256, snapshotAt: manifest.snapshotAt, warnings: [TIME_ZONE_WARNING] };
  });
}

/** A cancel or a failure after the manifest was written comes too late. */
export async function abandonAdoption(
  systems: Pick<Systems, 'dumpStore'>,
  record: JobRecord,
): Promise<JobResult | undefined> {
  return adopted(systems, record);
}

async function adopted(systems: Pick<Systems, 'dumpStore'>, record: JobRecord): Promise<JobResult | undefined> {
  const backupId = record.notes['backupId'];
  if (typeof backupId !== 'string') return undefined;
  const head = await systems.dumpStore.head(backupBlobs(ADOPTED_KIND, backupId).manifest);
  if (head?.metadata['jobid'] !== record.jobId) return undefined;
  const { sizebytes, sha256 } = head.metadata;
  return { backupId, sizeBytes: Number(sizebytes), sha256, warnings: [TIME_ZONE_WARNING] };
}

async function readForeign(systems: Needs, run: JobRun, blob: string, backupId: string): Promise<AdoptedArchive> {
  const storedAt = await expectForeign(systems, blob);
  const head = await systems.dumpStore.head(blob);
  if (head === undefined) throw new Failure('not-found', `blob: there is no ${blob}`);
  const start = await readStart(systems, run, blob, head);
  const format = otherFormat(start);
  if (format !== undefined) throw new Failure('not-adoptable', `blob: ${blob} is ${format}, no custom-format archive`);
  const header = readArchiveHeader(start);
  const tools = await systems.pgTools.choose(majorOf(header.pgDumpVersion));
  const read = await readArchive(systems, run, { blob, head, expected: undefined }, tools).catch(explain);
  return {
    ...{ backupId, jobId: run.record.jobId, name: databaseOf(run.record) },
    ...{ blob, sizeBytes: head.sizeBytes, sha256: read.sha256, storedAt, header },
    ...{ contents: read.contents, encoding: read.encoding },
    extensions: await readExtensions(systems, run, tools, { blob, sizeBytes: head.sizeBytes, sha256: read.sha256 }),
    ...{ verifiedAt: systems.clock.now().toISOString(), toolMajor: tools.major },
  };
}

/** When the blob was last written. @throws Failure `not-found`, `not-adoptable` for what is a backup, or was to be one */
async function expectForeign(systems: Needs, blob: string): Promise<string> {
  let found: StoredBlob | undefined;
  let by: StoredBlob | undefined;
  for await (const stored of systems.dumpStore.list('')) {
    if (stored.name === blob) found = stored;
    else if (stored.metadata['dumpblob'] === blob) by = stored;
  }
  if (found === undefined) throw new Failure('not-found', `blob: there is no ${blob}`);
  if (by !== undefined) throw new Failure('not-adoptable', `blob: ${blob} is a backup already: ${by.name} names it`);
  if (found.metadata['jobid'] === undefined) return found.modifiedAt;
  throw new Failure('not-adoptable', `blob: ${blob} was written by this app`);
}

async function readStart(systems: Needs, run: JobRun, blob: string, head: BlobHead): Promise<Buffer> {
  for await (const piece of systems.dumpStore.readPieces(blob, head, run.signal)) {
    return Buffer.from(piece.subarray(0, 64 * 1024));
  }
  return Buffer.alloc(0);
}

/** Whoever adopts a dump cannot simply take another one. */
function explain(error: unknown): never {
  if (!(error instanceof Failure) || error.code !== 'archive-undecodable') throw error;
  const hint = 'the dump is damaged or cut: look for another copy of it';
  throw new Failure('archive-undecodable', error.detail, { cause: error, hint });
}

/** The names; an archive does not tell the versions. */
async function readExtensions(
  systems: Needs,
  run: JobRun,
  tools: ToolSet,
  dump: { blob: string; sizeBytes: number; sha256: string },
): Promise<string[]> {
  const archive = await openArchive(systems, run, dump, 'stream');
  try {
    const entries = await readListOfArchive(systems, run, tools, archive);
    return entries.flatMap(({ text }) => /^EXTENSION - (\S+)/.exec(text)?.[1] ?? []);
  } finally {
    await archive.close();
  }
}
