import { backupBlobs } from '../../domain/backup/backup-name';
import type { BackupState, CatalogEntry } from '../../domain/catalog/catalog';
import { Failure } from '../../domain/failure';
import type { BackupKind } from '../../domain/backup/manifest';
import { readManifest } from '../../domain/backup/read-manifest';
import { restoreCommands } from '../../domain/restore/restore-commands';
import { findShrunken } from '../../domain/backup/shrunken';
import type { Systems } from '../../systems/systems';
import { findEntry } from './find-entry';
import { readWholeCatalog } from './read-catalog';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'settings'>;

export interface BackupFilter {
  readonly database?: string | undefined;
  readonly kind?: BackupKind | undefined;
  readonly state?: BackupState | undefined;
  /** Inclusive, by `snapshotAt`, ISO 8601. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  /** How old what it is taken from may be (`readWholeCatalog`). */
  readonly maxAgeMs?: number;
  /** Where the page before ended. */
  readonly after?: { readonly snapshotAt: string; readonly blob: string } | undefined;
}

export type ListedBackup = CatalogEntry & {
  /** Much smaller than the one before, and nobody has accepted that. */
  readonly isShrunken: boolean;
};

/** A page of the catalog, newest first. */
export async function listBackups(
  systems: Needs,
  filter: BackupFilter,
): Promise<{ items: ListedBackup[]; hasMore: boolean }> {
  const { entries, states } = await readWholeCatalog(systems, filter.maxAgeMs);
  const shrunken = findShrunken(entries, states, systems.settings.get('SHRINK_ALERT_PERCENT'));
  const matching = entries.filter((entry) => matches(entry, filter));
  const items = matching.slice(0, filter.limit);
  return {
    items: items.map((entry) => ({ ...entry, isShrunken: shrunken.has(entry.backupId ?? '') })),
    hasMore: matching.length > filter.limit,
  };
}

function matches(entry: CatalogEntry, filter: BackupFilter): boolean {
  const { after } = filter;
  return (
    (filter.database === undefined || entry.database === filter.database) &&
    (filter.kind === undefined || entry.kind === filter.kind) &&
    (filter.state === undefined || entry.state === filter.state) &&
    (filter.from === undefined || entry.snapshotAt >= filter.from) &&
    (filter.to === undefined || entry.snapshotAt <= filter.to) &&
    (after === undefined ||
      entry.snapshotAt < after.snapshotAt ||
      (entry.snapshotAt === after.snapshotAt && entry.blob < after.blob))
  );
}

/**
 * One backup with its manifest.
 *
 * @throws Failure `not-found`, also for a dump that never got a manifest; `manifest-unreadable`
 */
export async function readBackup(
  systems: Pick<Systems, 'backupStates' | 'clock' | 'dumpStore'>,
  backupId: string,
): Promise<Record<string, unknown>> {
  const { entry, recorded } = await findEntry(systems, backupId);
  const text = await systems.dumpStore.readText(backupBlobs(entry.kind ?? 'manual', backupId).manifest);
  if (text === undefined) throw new Failure('not-found', 'backupId: no such backup');
  const manifest = shownManifest(text, entry.kind ?? 'manual', backupId);
  return {
    backupId,
    database: entry.database,
    state: entry.state,
    hold: entry.hold,
    ...(entry.hold === 'held' ? { heldBecause: recorded.hold } : {}),
    ...(recorded.damaged === undefined ? {} : { damaged: recorded.damaged }),
    ...(recorded.verified === undefined ? {} : { verifiedAgain: recorded.verified }),
    ...(recorded.copied === undefined ? {} : { copied: recorded.copied }),
    ...(recorded.accepted === undefined ? {} : { accepted: recorded.accepted }),
    manifest,
    commands: restoreCommands(manifest),
  };
}

/** One of a later version is shown as it is. */
function shownManifest(text: string, kind: BackupKind, backupId: string): Record<string, unknown> {
  try {
    return { ...readManifest(text, kind, backupId) };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'manifest-too-new') throw error;
    return JSON.parse(text) as Record<string, unknown>;
  }
}
