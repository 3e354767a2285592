import type { Release } from '../domain/manifest';
import { isReleaseOf } from '../domain/release-record';
import type { Systems } from '../systems/systems';

/**
 * What ran when a dump was taken, as far as the records tell: the release of this database that was the newest one marked
 * as verified. undefined: nobody marked one before that moment.
 *
 * @param at ISO 8601 UTC
 * @param except a version that is not meant
 */
export async function runningReleaseAt(
  systems: Pick<Systems, 'releaseRecords'>,
  database: string,
  at: string,
  except?: string,
): Promise<Release | undefined> {
  const newestFirst = (await systems.releaseRecords.list())
    .flatMap(({ version, runningSince }) => (runningSince === null ? [] : [{ version, runningSince }]))
    .filter(({ version, runningSince }) => runningSince <= at && version !== except)
    .sort((one, other) => (one.runningSince < other.runningSince ? 1 : -1));
  // the first one, unless other applications share this installation
  for (const { version } of newestFirst) {
    const record = await systems.releaseRecords.read(version);
    if (record === undefined || !isReleaseOf(record, database)) continue;
    return { version, ...(record.commit === undefined ? {} : { commit: record.commit }) };
  }
  return undefined;
}

/** When each release was marked as verified, by version: what retention counts from. */
export async function verifiedReleases(systems: Pick<Systems, 'releaseRecords'>): Promise<ReadonlyMap<string, string>> {
  return new Map((await systems.releaseRecords.list()).map(({ version, verifiedAt }) => [version, verifiedAt]));
}
