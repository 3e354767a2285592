import type { CatalogEntry } from '../catalog/catalog';
import type { JobWarning } from '../jobs/job';
import type { Manifest } from '../backup/manifest';
import { isUsable } from '../retention/retention-rules';

/** A pre-release dump that names the release which is to be taken back. */
export interface DumpBefore {
  readonly entry: CatalogEntry;
  readonly manifest: Manifest;
}

/** It shows the live database as it was before the release. */
const isFromBefore = (version: string, { manifest }: DumpBefore): boolean =>
  manifest.source === 'live' && manifest.runningRelease?.version !== version;

/**
 * The dump to go back to: the newest one that still has the schema of the first. A deployment that was tried again took
 * another dump each time, and a migration that broke half-way is in the later ones.
 *
 * @param dumps newest first
 */
export function chooseDump(version: string, dumps: readonly DumpBefore[]): DumpBefore | undefined {
  const usable = dumps.filter((dump) => isFromBefore(version, dump) && isUsable(dump.entry));
  const [newest] = usable;
  const ofOneDeployment = usable.filter((dump) => running(dump) === running(newest));
  const first = ofOneDeployment.at(-1);
  return ofOneDeployment.find((dump) => revision(dump) === revision(first));
}

const running = (dump: DumpBefore | undefined): string | undefined => dump?.manifest.runningRelease?.version;
const revision = (dump: DumpBefore | undefined): string | undefined => dump?.manifest.schemaRevision?.value;

/** What has to be known of the dumps: of the chosen one, and of those that could have been better. */
export function dumpWarnings(
  version: string,
  dumps: readonly DumpBefore[],
  chosen: DumpBefore | undefined,
): JobWarning[] {
  const others = dumps.filter((dump) => dump !== chosen).flatMap((dump) => whyNot(version, dump, chosen) ?? []);
  return chosen === undefined ? others : [...ofChosen(chosen), ...others];
}

function ofChosen({ entry, manifest }: DumpBefore): JobWarning[] {
  const lost = {
    code: 'later-writes-lost',
    detail: `what was written after ${manifest.snapshotAt} is not in ${manifest.backupId}`,
  };
  if (entry.state !== 'expired') return [lost];
  return [lost, { code: 'backup-expired', detail: `${manifest.backupId} is marked for deletion: hold it first` }];
}

function whyNot(version: string, { entry, manifest }: DumpBefore, chosen: DumpBefore | undefined): JobWarning | null {
  const { backupId, source } = manifest;
  if (source !== 'live') return { code: 'not-a-live-dump', detail: `${backupId} is of source "${source}"` };
  if (manifest.runningRelease?.version === version) {
    return { code: 'taken-while-running', detail: `${backupId} was taken while ${version} itself ran` };
  }
  if (!isUsable(entry)) {
    const state = entry.state === 'expired' ? 'gone' : entry.state === 'verified' ? 'of a newer app' : entry.state;
    return { code: 'backup-not-restorable', detail: `${backupId} is ${state}` };
  }
  if (chosen === undefined || manifest.snapshotAt < chosen.manifest.snapshotAt) return null;
  const detail = `${backupId} is newer, and its schema is not that of the first dump before ${version}: its migration may have begun`;
  return { code: 'other-schema-revision', detail };
}
