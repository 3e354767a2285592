import type { ConfiguredDatabase } from '../../config/databases';
import { PREVIOUS_DROPPED, type PreviousDropped, type SwappedOut, whyKept } from '../../domain/restore/drop-previous';
import { Failure } from '../../domain/failure';
import type { JobRecord, JobResult } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import type { PgConnection } from '../../domain/pg-connection';
import type { FoundDatabase } from '../../systems/pg-server/pg-admin';
import type { Systems } from '../../systems/systems';
import { abandonDump } from '../backup/abandon-backup';
import type { JobRun } from '../jobs/job-run';
import { takeBackup } from '../backup/take-backup';

/** Where a swapped-out database is: on the server of its configured database, or on a restore target. */
export interface DropRequest extends SwappedOut {
  readonly target?: string | undefined;
}

const DROPPING = 'dropping';

/**
 * Drops a database that a swap put aside: dumped and verified first, and only when everything says that nobody needs it
 * (`whyKept`), asked before the dump and again before the drop. What was written in between keeps it.
 *
 * @throws Failure `previous-kept` with every reason; nothing was dropped then
 */
export async function dropPrevious(systems: Systems, run: JobRun): Promise<JobResult> {
  const order = run.record.request as unknown as DropRequest;
  const admin = adminOf(systems, run.record, order);
  const checked = await run.phase('check', async () => {
    if ((await expectUnneeded(systems, run, admin, order)) === undefined) return { isGone: true };
    return { isGone: false, writes: await systems.pgAdmin.readWrites(inDatabase(admin, order), run.signal) };
  });
  if (checked.isGone) return goneAlready(order);
  const { warnings, backupId, sizeBytes, sha256 } = await takeBackup(systems, run, {
    ...{ kind: 'safety', source: 'previous', database: asDatabase(run.record, admin, order) },
  });
  const dropped = await run.phase('drop', () => drop(systems, run, admin, order, checked.writes ?? ''));
  const told = { at: dropped.at, jobId: run.record.jobId, backupId: String(backupId) };
  await run.phase('tell', () => tellSwap(systems, order, told));
  return { ...{ previousDatabase: order.name, droppedAt: told.at, backupId, sizeBytes, sha256, warnings } };
}

const adminOf = (
  { databases }: Pick<Systems, 'databases'>,
  record: JobRecord,
  { target }: DropRequest,
): PgConnection => (target === undefined ? databases.admin(databaseOf(record)) : databases.target(target));

const inDatabase = (admin: PgConnection, { name }: DropRequest): PgConnection => ({ ...admin, database: name });

const asDatabase = (record: JobRecord, admin: PgConnection, order: DropRequest): ConfiguredDatabase => ({
  ...{ name: databaseOf(record), connection: inDatabase(admin, order), replica: undefined, warnings: [] },
});

const goneAlready = ({ name }: DropRequest): JobResult => ({
  previousDatabase: name,
  warnings: [{ code: 'gone-already', detail: `"${name}" is not there any more` }],
});

/** The database, when nothing speaks for keeping it; undefined: it is gone. */
async function expectUnneeded(
  systems: Systems,
  run: JobRun,
  admin: PgConnection,
  order: DropRequest,
): Promise<FoundDatabase | undefined> {
  const databases = await systems.pgAdmin.listDatabases(admin, run.signal);
  const found = databases.find(({ oid }) => oid === order.oid);
  if (found === undefined) return undefined;
  const reasons = whyKept({
    ...{ now: systems.clock.now(), keepHours: systems.settings.get('PREVIOUS_DATABASE_KEEP_HOURS') },
    ...{ swappedOut: order, found, configuredNames: configuredNames(systems) },
    inUse: await usesOf(systems, admin, found.name, run.signal),
  });
  if (reasons.length === 0) return found;
  throw new Failure('previous-kept', `"${order.name}" stays: ${reasons.join('; ')}`);
}

/** On whatever host: a host has many names. */
function configuredNames({ databases }: Pick<Systems, 'databases'>): string[] | null {
  try {
    return databases.configuredPlaces().map(({ database }) => database);
  } catch {
    return null;
  }
}

async function usesOf(systems: Systems, admin: PgConnection, name: string, signal: AbortSignal): Promise<string[]> {
  const { live } = await systems.pgTarget.readFacts(admin, name, signal);
  if (live === null) return [];
  return [
    ...live.sessions.map(({ description }) => description),
    ...live.preparedTransactions.map((gid) => `prepared transaction ${gid}`),
    ...live.logicalSlots.map((slot) => `logical slot ${slot}`),
    ...live.subscriptions.map((subscription) => `subscription ${subscription}`),
  ];
}

/** Noted before it is done, so that a takeover which finds it gone knows who did it. */
async function drop(
  systems: Systems,
  run: JobRun,
  admin: PgConnection,
  order: DropRequest,
  writesBefore: string,
): Promise<{ at: string }> {
  const noted = run.record.notes[DROPPING] as { at: string } | undefined;
  const found = await expectUnneeded(systems, run, admin, order);
  if (found === undefined) return noted ?? { at: systems.clock.now().toISOString() };
  if ((await systems.pgAdmin.readWrites(inDatabase(admin, order), run.signal)) !== writesBefore) {
    throw new Failure('previous-kept', `"${order.name}" stays: it was written to while it was dumped`);
  }
  const dropping = { at: systems.clock.now().toISOString() };
  await run.note({ [DROPPING]: dropping });
  run.signal.throwIfAborted();
  await systems.pgAdmin.dropUnused(admin, found);
  return dropping;
}

/** Whoever looks at the restore, or wants to undo it, learns of it there. */
async function tellSwap(
  systems: Pick<Systems, 'jobLedger'>,
  { swapJobId }: DropRequest,
  dropped: PreviousDropped,
): Promise<void> {
  await systems.jobLedger.amend(swapJobId, (record) => ({
    ...record,
    result: { warnings: [], ...record.result, [PREVIOUS_DROPPED]: dropped },
  }));
}

/** An unfinished dump is marked. When the database is gone by this job's hand, the job had done its work. */
export async function abandonDrop(systems: Systems, record: JobRecord): Promise<JobResult | undefined> {
  const backup = await abandonDump(systems, record, 'safety');
  const dropping = record.notes[DROPPING] as { at: string } | undefined;
  if (backup === undefined || dropping === undefined) return undefined;
  const order = record.request as unknown as DropRequest;
  const databases = await systems.pgAdmin.listDatabases(adminOf(systems, record, order));
  if (databases.some(({ oid }) => oid === order.oid)) return undefined;
  const { backupId } = backup;
  await tellSwap(systems, order, { at: dropping.at, jobId: record.jobId, backupId: String(backupId) });
  const detail = 'the database was dropped when the job was to stop';
  return {
    ...{ previousDatabase: order.name, droppedAt: dropping.at, backupId },
    warnings: [{ code: 'stopped-too-late', detail }],
  };
}
