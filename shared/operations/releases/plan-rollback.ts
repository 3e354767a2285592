import { backupBlobs } from '../../domain/backup/backup-name';
import type { CatalogEntry } from '../../domain/catalog/catalog';
import { Failure } from '../../domain/failure';
import { usableManifest } from '../../domain/backup/read-manifest';
import { RELEASE_VERSION, RELEASE_VERSION_RULE } from '../../domain/releases/release-record';
import { planRollback, type RollbackFacts, type RollbackPlan } from '../../domain/releases/rollback-plan';
import type { DumpBefore } from '../../domain/releases/rollback-dump';
import type { Systems } from '../../systems/systems';
import { notServed, reasonOf } from '../advice/what-is-missing';
import { restorePlaces } from '../point-in-time/azure-places';
import { guardOf } from '../restore/guard-database';
import { readReleaseDumps } from '../catalog/read-catalog';
import { runningReleaseAt } from '../backup/running-release';

type Needs = Pick<
  Systems,
  'backupStates' | 'clock' | 'databases' | 'dumpStore' | 'pgTarget' | 'releaseRecords' | 'settings'
>;

/** The live database tells whether the schema has changed; the playbook does not wait for one that is down. */
const PATIENCE_MS = 10_000;

/**
 * The playbook for taking a release back. Changes nothing, and works while the database is down.
 *
 * @param routes what can be called (`POST restores`): what this installation does not serve is named as missing
 * @throws Failure `invalid-request` for what is no version; `release-unknown` when neither a dump nor a record names it
 */
export async function planRollbackOf(
  systems: Needs,
  version: string,
  database: string,
  routes: ReadonlySet<string>,
): Promise<RollbackPlan> {
  if (!RELEASE_VERSION.test(version)) throw new Failure('invalid-request', `version: ${RELEASE_VERSION_RULE}`);
  const { entries } = await readReleaseDumps(systems);
  const releases = entries.filter((entry) => entry.kind === 'pre-release' && entry.database === database);
  const named = releases.filter(({ release }) => release === version);
  const record = await systems.releaseRecords.read(version);
  if (named.length === 0 && record === undefined) {
    throw new Failure('release-unknown', `version: no pre-release backup of ${database} names ${version}`);
  }
  const { connection } = systems.databases.find(database);
  // what was marked later came after it
  const deployedAt = named[0]?.snapshotAt ?? record?.verifiedAt ?? '';
  const facts: RollbackFacts = {
    ...{ version, database, record },
    confirm: guardOf(systems, connection) === undefined ? null : connection.database,
    dumps: (await Promise.all(named.map((entry) => withManifest(systems, entry)))).filter((dump) => dump !== undefined),
    laterReleases: laterThan(named[0], releases),
    markedBefore: await runningReleaseAt(systems, { database, at: deployedAt, except: version }),
    liveRevision: await liveRevision(systems, database),
    missing: { dump: missingForRestore(systems, database, routes), pitr: missingForPitr(systems, database, routes) },
  };
  return planRollback(facts);
}

/** Undefined: its manifest was damaged or changed, so that nothing can be done with the dump. */
async function withManifest(systems: Needs, entry: CatalogEntry): Promise<DumpBefore | undefined> {
  const backupId = entry.backupId ?? '';
  const name = backupBlobs('pre-release', backupId).manifest;
  const text = await systems.dumpStore.readText(name);
  if (text === undefined) throw new Failure('storage-unavailable', `${name} was listed and cannot be read`);
  const manifest = usableManifest(text, 'pre-release', backupId);
  return manifest === undefined ? undefined : { entry, manifest };
}

/** Oldest first. */
function laterThan(newest: CatalogEntry | undefined, releases: readonly CatalogEntry[]): string[] {
  if (newest === undefined) return [];
  const later = releases.filter(({ snapshotAt }) => snapshotAt > newest.snapshotAt);
  return [...new Set(later.toReversed().flatMap(({ release }) => release ?? []))];
}

async function liveRevision(systems: Needs, database: string): Promise<string | null> {
  const { connection } = systems.databases.find(database);
  const read = systems.pgTarget.readRevision(connection, AbortSignal.timeout(PATIENCE_MS));
  return read.catch(() => null);
}

function missingForRestore(systems: Needs, database: string, routes: ReadonlySet<string>): string[] {
  return [...notServed(routes, 'POST restores'), ...reasonOf(() => systems.databases.admin(database))];
}

function missingForPitr(systems: Needs, database: string, routes: ReadonlySet<string>): string[] {
  return [
    ...notServed(routes, 'POST pitr-restores'),
    ...missingForRestore(systems, database, routes),
    ...reasonOf(() => restorePlaces(systems, database)),
  ];
}
