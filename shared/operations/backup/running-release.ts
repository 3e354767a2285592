import { readBlobName } from '../../domain/backup/backup-name';
import type { Release } from '../../domain/backup/manifest';
import { isReleaseOf, type ReleaseRecord } from '../../domain/releases/release-record';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'dumpStore' | 'releaseRecords'>;

export interface RunningQuestion {
  /** Configured name. */
  readonly database: string;
  /** ISO 8601 UTC */
  readonly at: string;
  /** A release that is not meant: the one which is to be taken back. */
  readonly except?: string | undefined;
  /** The release that is about to be deployed: its own dumps say nothing about what ran before it. */
  readonly next?: string | undefined;
}

/**
 * What ran at a moment, as far as the records tell: the release of this database that was the newest one marked as
 * verified. undefined: nobody marked one before that moment, or a dump was taken for another release since, and nobody
 * said what became of that one: it may be what ran.
 */
export async function runningReleaseAt(systems: Needs, question: RunningQuestion): Promise<Release | undefined> {
  const marks = await systems.releaseRecords.list();
  const newestFirst = marks
    .flatMap(({ version, runningSince }) => (runningSince === null ? [] : [{ version, runningSince }]))
    .filter(({ version, runningSince }) => runningSince <= question.at && version !== question.except)
    .sort((one, other) => (one.runningSince < other.runningSince ? 1 : -1));
  // the first one, unless other applications share this installation
  for (const { version, runningSince } of newestFirst) {
    const record = await systems.releaseRecords.read(version);
    if (record === undefined || !isReleaseOf(record, question.database)) continue;
    const marked = new Set(marks.map((mark) => mark.version));
    return (await isOvertaken(systems, question, runningSince, marked)) ? undefined : releaseOf(record);
  }
  return undefined;
}

const releaseOf = ({ version, commit }: ReleaseRecord): Release => ({
  version,
  ...(commit === undefined ? {} : { commit }),
});

/** Whether a dump was taken before yet another release, of which nobody has said anything. */
async function isOvertaken(
  systems: Pick<Systems, 'dumpStore'>,
  { database, at, except, next }: RunningQuestion,
  since: string,
  marked: ReadonlySet<string>,
): Promise<boolean> {
  for await (const { name, metadata } of systems.dumpStore.list(`pre-release/${database}_backup_`)) {
    const { release, snapshotat = '' } = metadata;
    if (readBlobName(name)?.role !== 'manifest' || release === undefined || marked.has(release)) continue;
    if (release !== except && release !== next && snapshotat > since && snapshotat < at) return true;
  }
  return false;
}

/** When each release was marked as verified, by version: what retention counts from. */
export async function verifiedReleases(systems: Pick<Systems, 'releaseRecords'>): Promise<ReadonlyMap<string, string>> {
  return new Map((await systems.releaseRecords.list()).map(({ version, verifiedAt }) => [version, verifiedAt]));
}
