import type { ConfiguredDatabase } from '../../config/databases';
import { compareIdentities, handOverSql } from '../../domain/restore/database-handover';
import { Failure } from '../../domain/failure';
import type { JobRecord, JobResult, JobWarning } from '../../domain/jobs/job';
import type { Manifest } from '../../domain/backup/manifest';
import type { PgConnection } from '../../domain/pg-connection';
import type { RestorePlan } from '../../domain/restore/restore-plan';
import type { Systems } from '../../systems/systems';
import { abandonDump } from '../backup/abandon-backup';
import type { Compared } from './compare-restored';
import { cleanDatabase, isCleaned } from './clean-database';
import type { JobRun } from '../jobs/job-run';
import { dropDatabasesOf } from './own-databases';
import { type RestoredDatabase, restoreIntoNewDatabase } from './restore-into-new-database';
import { takeSafetyDump } from './take-safety-dump';
import { findSwitched, notedSwitch, switchDatabases } from './switch-databases';

/** A plan with what it was made of. */
export interface PlannedRestore {
  readonly plan: RestorePlan;
  readonly manifest: Manifest;
  /** The admin login on the target, connected to a database that the restore does not touch. */
  readonly admin: PgConnection;
}

/** Carries out what a plan says. Nothing that is there is changed before everything has been restored and compared. */
export function carryOutRestore(systems: Systems, run: JobRun, planned: PlannedRestore): Promise<JobResult> {
  return planned.plan.mode === 'clean' ? replace(systems, run, planned) : restoreBeside(systems, run, planned);
}

async function replace(systems: Systems, run: JobRun, planned: PlannedRestore): Promise<JobResult> {
  const { plan } = planned;
  const safety =
    plan.safetyDump === 'taken-first'
      ? await takeSafetyDump(systems, run, ...safetyOf(systems, planned))
      : plan.safetyDump;
  const compared = await cleanDatabase(systems, run, planned);
  const result = resultOf(plan, { compared, warnings: [] });
  return { ...result, ...(safety === null ? {} : { safetyBackupId: safety.backupId }) };
}

/** The configured database by its own login; another one, on a target for example, by the admin's, and as no live dump. */
function safetyOf(
  systems: Pick<Systems, 'databases'>,
  { plan, admin }: PlannedRestore,
): [ConfiguredDatabase, Manifest['source']] {
  const configured = systems.databases.find(plan.backup.name);
  const isLive = plan.target.name === null && configured.connection.database === plan.database;
  if (isLive) return [configured, 'live'];
  const connection = { ...admin, database: plan.database };
  return [{ name: configured.name, connection, replica: undefined, warnings: [] }, 'clone'];
}

/** A restore beside whatever is there, and for a swap the switch to it. */
async function restoreBeside(systems: Systems, run: JobRun, planned: PlannedRestore): Promise<JobResult> {
  const { plan, manifest, admin } = planned;
  const restored = await restoreIntoNewDatabase(systems, run, {
    ...{ manifest, admin, serverMajor: plan.target.major, database: plan.workDatabase },
    ...{ tables: plan.tables, toastCompression: plan.toastCompression, missingRoles: plan.missingRoles },
    ...{ reads: plan.reads, parallelJobs: plan.parallelJobs },
  });
  const { previousDatabase } = plan;
  if (previousDatabase === null) {
    // from here on it is the caller's, and no job drops it any more
    await run.phase('hand-over', () =>
      systems.pgAdmin.setComment(admin, plan.database, manifest.databaseProperties.comment, run.signal),
    );
    return resultOf(plan, restored);
  }
  await run.phase('hand-over', () => handOver(systems, run, planned));
  const switched = await run.phase('switch', () =>
    switchDatabases(systems, run, admin, {
      ...{ database: plan.database, nextName: plan.workDatabase, nextOid: restored.oid },
      ...{ liveBecomes: previousDatabase, state: 'previous' },
    }),
  );
  return { ...resultOf(plan, restored), previousDatabase, switchedAt: switched.since };
}

function resultOf(
  plan: RestorePlan,
  restored: { readonly compared: Compared | undefined; readonly warnings: readonly JobWarning[] },
): JobResult {
  return {
    database: plan.database,
    ...(plan.redeploy === null ? {} : { redeploy: plan.redeploy }),
    ...(restored.compared === undefined ? {} : { compared: restored.compared }),
    warnings: [...plan.warnings, ...restored.warnings],
  };
}

/** The new database gets what the live one is beside its contents; read back, because a swap must not change it. */
async function handOver(
  systems: Pick<Systems, 'pgAdmin'>,
  run: JobRun,
  { plan, admin }: PlannedRestore,
): Promise<void> {
  const read = (database: string): ReturnType<typeof systems.pgAdmin.readIdentity> =>
    systems.pgAdmin.readIdentity(admin, database, run.signal);
  const live = await read(plan.database);
  const statements = handOverSql(plan.workDatabase, live, await read(plan.workDatabase));
  await systems.pgAdmin.inTransaction(admin, statements, run.signal);
  const differences = compareIdentities(live, await read(plan.workDatabase));
  if (differences.length === 0) return;
  throw new Failure('restore-differs', `the new database is not set up as the live one: ${differences.join('; ')}`);
}

const TOO_LATE = { code: 'stopped-too-late', detail: 'the restore was complete when the job was to stop' };

/**
 * After a failed or canceled restore: no database of it stays. When the switch had happened, the job had succeeded, and
 * the stop came too late.
 */
export async function abandonRestore(
  systems: Pick<Systems, 'dumpStore' | 'pgAdmin'>,
  record: JobRecord,
  { plan, admin }: Pick<PlannedRestore, 'plan' | 'admin'>,
): Promise<JobResult | undefined> {
  if (plan.mode === 'clean') return abandonClean(systems, record, { plan, admin });
  // looked at afterwards: a worker that still believes it has the job may switch in between, and then nothing was dropped
  await dropDatabasesOf(systems, admin, record.jobId).catch(ignoreMissing);
  const done = record.phasesDone as { restore?: RestoredDatabase; compare?: Compared };
  if (done.restore === undefined || done.compare === undefined) return undefined;
  const result = resultOf(plan, { compared: done.compare, warnings: [...done.restore.warnings, TOO_LATE] });
  if (plan.previousDatabase === null) return 'hand-over' in record.phasesDone ? result : undefined;
  const noted = notedSwitch(record);
  const switched = noted === undefined ? undefined : await findSwitched(systems, admin, noted);
  if (switched === undefined) return undefined;
  return { ...result, previousDatabase: switched.swappedOut, switchedAt: switched.since };
}

async function abandonClean(
  systems: Pick<Systems, 'dumpStore' | 'pgAdmin'>,
  record: JobRecord,
  { plan, admin }: Pick<PlannedRestore, 'plan' | 'admin'>,
): Promise<JobResult | undefined> {
  await abandonDump(systems, record, 'safety');
  if (!(await isCleaned(systems, record, admin))) return undefined;
  const { compare } = record.phasesDone as { compare?: Compared };
  return resultOf(plan, { compared: compare, warnings: [TOO_LATE] });
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== 'database-missing') throw error;
}
