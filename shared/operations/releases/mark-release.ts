import { backupBlobs } from '../../domain/backup/backup-name';
import type { CatalogEntry } from '../../domain/catalog/catalog';
import { Failure } from '../../domain/failure';
import type { JobWarning } from '../../domain/jobs/job';
import { usableManifest } from '../../domain/backup/read-manifest';
import {
  markRelease,
  RELEASE_VERSION,
  RELEASE_VERSION_RULE,
  type ReleaseRecord,
} from '../../domain/releases/release-record';
import type { Systems } from '../../systems/systems';
import { readReleaseDumps } from '../catalog/read-catalog';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'log' | 'releaseRecords'>;

export interface ReleaseOrder {
  readonly commit?: string | undefined;
  /** It was taken back: the retention of its dumps starts, and it is not what runs. */
  readonly rolledBack?: boolean | undefined;
  /** No dump was taken before it, and that is no mistake. */
  readonly withoutBackup?: boolean | undefined;
}

/**
 * Marks a release as verified: the retention of its pre-release dumps starts. Repeated, it starts nothing anew. Holds stay.
 *
 * @throws Failure `invalid-request` for what is no version; `release-unknown` when no pre-release dump names it
 */
export async function markReleaseVerified(
  systems: Needs,
  version: string,
  order: ReleaseOrder,
  caller: string,
): Promise<ReleaseRecord & { readonly backups: readonly string[]; readonly warnings: readonly JobWarning[] }> {
  if (!RELEASE_VERSION.test(version)) throw new Failure('invalid-request', `version: ${RELEASE_VERSION_RULE}`);
  const dumps = await dumpsBefore(systems, version);
  const known = await systems.releaseRecords.read(version);
  if (dumps.length === 0 && known === undefined && order.withoutBackup !== true) {
    throw new Failure('release-unknown', `version: no pre-release backup names ${version}`);
  }
  const dumped = await commitOfDump(systems, dumps[0]);
  const others = (await systems.releaseRecords.list()).filter((other) => other.version !== version);
  const newestRunning = others
    .flatMap(({ runningSince }) => runningSince ?? [])
    .sort()
    .at(-1);
  const mark = {
    ...{
      version,
      commit: order.commit ?? known?.commit ?? dumped,
      by: caller,
      isRolledBack: order.rolledBack === true,
    },
    ...{ at: systems.clock.now().toISOString(), databases: dumps.flatMap(({ database }) => database ?? []) },
  };
  const record = await systems.releaseRecords.change(version, (before) => markRelease(before, mark, newestRunning));
  systems.log.info('release-marked', { version, by: caller, rolledBack: mark.isRolledBack });
  const backups = dumps.flatMap(({ backupId }) => backupId ?? []);
  return { ...record, backups, warnings: commitWarnings(version, order.commit, dumped) };
}

/** Newest first, also those that have expired. */
async function dumpsBefore(systems: Needs, version: string): Promise<CatalogEntry[]> {
  const { entries } = await readReleaseDumps(systems);
  return entries.filter((entry) => entry.kind === 'pre-release' && entry.release === version);
}

async function commitOfDump(systems: Needs, dump: CatalogEntry | undefined): Promise<string | undefined> {
  if (dump?.backupId == null) return undefined;
  const text = await systems.dumpStore.readText(backupBlobs('pre-release', dump.backupId).manifest);
  return text === undefined ? undefined : usableManifest(text, 'pre-release', dump.backupId)?.release?.commit;
}

function commitWarnings(version: string, told: string | undefined, dumped: string | undefined): JobWarning[] {
  if (told === undefined || dumped === undefined || told === dumped) return [];
  const detail = `the newest backup before ${version} names the commit ${dumped}, and this call ${told}`;
  return [{ code: 'commit-differs', detail }];
}
