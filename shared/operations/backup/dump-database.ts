import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import { assessPreflight, preflightFailure, type PreflightAssessment } from '../../domain/backup/preflight';
import type { ToolSet } from '../../systems/pg-tools/pg-tools';
import type { Systems } from '../../systems/systems';
import { archiveSnapshot, type SnapshotArchive } from './archive-snapshot';
import { type DumpDone, type DumpFacts, dumpFactsName } from './backup-facts';
import { type BackupPlan, backupTags } from './backup-plan';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'clock' | 'dumpStore' | 'jobLedger' | 'pgServer' | 'pgTools' | 'settings'>;

/**
 * The dump phase: preflight, one exported snapshot, pg_dump into staged blocks, and the commit of the block list when
 * pg_dump has exited with 0 and said nothing unknown. Any failure ends the child and leaves no blob.
 *
 * After a takeover the blob of an earlier attempt may be there: it is the dump, and the facts of that attempt go with it.
 */
export async function dumpDatabase(systems: Needs, run: JobRun, plan: BackupPlan): Promise<DumpDone> {
  const committed = await committedDump(systems, run, plan);
  if (committed !== undefined) return committed;
  const connection = (plan.kind === 'nightly' ? plan.database.replica : undefined) ?? plan.database.connection;
  const startedAt = systems.clock.now().toISOString();
  const preflight = await systems.pgServer.readPreflight(connection, run.signal);
  const assessment = assessPreflight(preflight);
  if (assessment.blocking.length > 0) throw preflightFailure(assessment.blocking);
  const tools = await systems.pgTools.choose(preflight.server.major);

  const attempt = String(run.record.attempt);
  const upload = systems.dumpStore.beginUpload(plan.blobs.dump, attempt);
  const archive = await archiveSnapshot(systems, run, {
    connection,
    tools,
    expectedBytes: preflight.databaseSizeBytes,
    upload,
  });
  const facts = describeDump(plan, { startedAt, connection, tools, assessment, archive });
  await systems.jobLedger.saveFacts(run.record.jobId, dumpFactsName(attempt), facts);
  run.signal.throwIfAborted();
  const { sizeBytes, sha256 } = archive.uploaded;
  const created = await upload.commit(
    {
      contentType: 'application/octet-stream',
      metadata: { jobid: run.record.jobId, attempt, sha256, sizebytes: String(sizeBytes) },
      tags: backupTags(plan, 'unverified'),
    },
    run.signal,
  );
  if (created === 'created') return { attempt, sizeBytes, sha256 };
  // ours after all: a lost answer to this commit, or that of a worker which thought it still had the job
  const winner = await committedDump(systems, run, plan);
  if (winner !== undefined) return winner;
  throw new Failure('storage-conflict', `${plan.blobs.dump} was there before and belongs to no attempt of this job`);
}

async function committedDump(systems: Needs, run: JobRun, plan: BackupPlan): Promise<DumpDone | undefined> {
  const head = await systems.dumpStore.head(plan.blobs.dump);
  if (head === undefined || head.metadata['jobid'] !== run.record.jobId) return undefined;
  const { attempt, sha256, sizebytes } = head.metadata;
  if (attempt === undefined || sha256 === undefined || sizebytes === undefined) return undefined;
  return { attempt, sha256, sizeBytes: Number(sizebytes) };
}

function describeDump(
  plan: BackupPlan,
  dump: {
    startedAt: string;
    connection: PgConnection;
    tools: ToolSet;
    assessment: PreflightAssessment;
    archive: SnapshotArchive;
  },
): DumpFacts {
  const { archive, assessment, tools } = dump;
  return {
    startedAt: dump.startedAt,
    snapshotAt: archive.snapshotAt,
    server: { host: dump.connection.host, ...archive.server },
    tool: { pgDump: tools.version, major: tools.major, compression: archive.compression },
    catalog: archive.catalog,
    checksums: archive.checksums,
    notIncluded: assessment.notIncluded,
    warnings: [...plan.database.warnings, ...assessment.warnings, ...archive.warnings],
  };
}
