import type { BackupRequest } from '../../domain/backup/backup-request';
import { manifestMetadata } from '../../domain/catalog/catalog';
import { readMarker } from '../../domain/restore/database-marker';
import { Failure } from '../../domain/failure';
import type { JobResult, JobWarning } from '../../domain/jobs/job';
import { type DatabaseProperties, type Manifest, MANIFEST_VERSION, type Release } from '../../domain/backup/manifest';
import type { Systems } from '../../systems/systems';
import {
  type DumpDone,
  type DumpFacts,
  readDumpFacts,
  type GlobalsDone,
  VERIFIED_FACTS,
  type VerifiedContents,
  type VerifyDone,
} from './backup-facts';
import { type BackupPlan, backupTags } from './backup-plan';
import type { JobRun } from '../jobs/job-run';
import { runningReleaseAt } from './running-release';

type Needs = Pick<Systems, 'clock' | 'dumpStore' | 'jobLedger' | 'releaseRecords'>;

export interface FinishedPhases {
  readonly dumped: DumpDone;
  readonly globals: GlobalsDone;
  readonly verified: VerifyDone;
}

/**
 * The commit: the manifest is written create-only, then the tags follow. A crash in between leaves a good backup whose
 * tags lag behind; the next attempt mends them.
 */
export async function publishBackup(
  systems: Needs,
  run: JobRun,
  plan: BackupPlan,
  phases: FinishedPhases,
): Promise<JobResult> {
  const { jobId } = run.record;
  const facts = await readDumpFacts(systems, jobId, phases.dumped);
  const contents = (await systems.jobLedger.readFacts(jobId, VERIFIED_FACTS)) as VerifiedContents;
  const runningRelease = await releaseThatRan(systems, run, plan, facts);
  const manifest = writeManifest(systems, run, plan, phases, { facts, contents, runningRelease });
  run.signal.throwIfAborted();
  const created = await systems.dumpStore.createText(plan.blobs.manifest, `${JSON.stringify(manifest, null, 2)}\n`, {
    contentType: 'application/json',
    metadata: manifestMetadata(manifest),
    tags: backupTags(plan, 'verified'),
  });
  if (created === 'exists') await expectOurs(systems, plan, jobId);
  await systems.dumpStore.setTags(plan.blobs.dump, backupTags(plan, 'verified'));
  if (manifest.globals !== undefined) await systems.dumpStore.setTags(plan.blobs.globals, backupTags(plan, 'verified'));
  const { sizeBytes, sha256 } = manifest.dump;
  return { backupId: plan.backupId, sizeBytes, sha256, warnings: [...facts.warnings, ...releaseWarnings(manifest)] };
}

/** As the pipeline says; else, of the live database, the newest one that was marked as verified when the dump was taken. */
async function releaseThatRan(
  systems: Needs,
  run: JobRun,
  plan: BackupPlan,
  { snapshotAt }: DumpFacts,
): Promise<Release | null> {
  const { runningRelease, release } = run.record.request as unknown as BackupRequest;
  if (runningRelease !== undefined || plan.source !== 'live') return runningRelease ?? null;
  const asked = { database: plan.database.name, at: snapshotAt, next: release?.version };
  return (await runningReleaseAt(systems, asked)) ?? null;
}

/** Rolling this release back means redeploying what ran before it: then it must be known. */
function releaseWarnings(manifest: Manifest): JobWarning[] {
  if (manifest.kind !== 'pre-release' || manifest.runningRelease !== null) return [];
  const detail =
    'the request named no runningRelease, and no release that is marked verified can be the one; so nobody knows what to redeploy';
  return [{ code: 'running-release-unknown', detail }];
}

async function expectOurs(systems: Needs, plan: BackupPlan, jobId: string): Promise<void> {
  const head = await systems.dumpStore.head(plan.blobs.manifest);
  if (head?.metadata['jobid'] === jobId) return;
  throw new Failure('storage-conflict', `${plan.blobs.manifest} was there before and belongs to another job`);
}

/** A swapped-out database has our marker as its comment: what is restored from its dump is not swapped out. */
function withoutMarker(properties: DatabaseProperties): DatabaseProperties {
  const marker = readMarker(properties.comment);
  if (marker === undefined) return properties;
  return { ...properties, comment: marker.state === 'restoring' ? null : marker.comment };
}

interface ManifestFacts {
  readonly facts: DumpFacts;
  readonly contents: VerifiedContents;
  readonly runningRelease: Release | null;
}

function writeManifest(
  systems: Needs,
  run: JobRun,
  plan: BackupPlan,
  { dumped, globals, verified }: FinishedPhases,
  { facts, contents, runningRelease }: ManifestFacts,
): Manifest {
  const request = run.record.request as unknown as BackupRequest;
  return {
    manifestVersion: MANIFEST_VERSION,
    backupId: plan.backupId,
    kind: plan.kind,
    jobId: run.record.jobId,
    name: plan.database.name,
    database: plan.database.connection.database,
    server: facts.server,
    tool: facts.tool,
    source: plan.source,
    startedAt: facts.startedAt,
    snapshotAt: plan.snapshotAt ?? facts.snapshotAt,
    finishedAt: systems.clock.now().toISOString(),
    dump: { blob: plan.blobs.dump, sizeBytes: dumped.sizeBytes, sha256: dumped.sha256 },
    ...(globals.globals ? { globals: globals.globals } : {}),
    contents: {
      tables: contents.tables,
      tocEntries: contents.tocEntries,
      extensions: facts.catalog.extensions,
      largeObjects: contents.largeObjects,
      sequences: contents.sequences,
      notIncluded: [...facts.notIncluded, ...globals.notIncluded],
    },
    databaseProperties: withoutMarker(facts.catalog.databaseProperties),
    schemaRevision: facts.catalog.schemaRevision,
    release: request.release ?? null,
    runningRelease,
    verification: { level: 'fully-decoded', verifiedAt: verified.verifiedAt, toolMajor: verified.toolMajor },
  };
}
