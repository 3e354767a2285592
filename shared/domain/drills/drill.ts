import type { CatalogEntry } from '../catalog/catalog';
import { Failure } from '../failure';
import type { JobWarning } from '../jobs/job';
import { tellsOfDamage } from '../backup/damage';
import type { BackupKind } from '../backup/manifest';
import type { CatalogTable } from '../backup/compare-contents';
import { isUnexplained } from '../restore/restore-messages';
import type { DrilledMoment } from './pitr-drill';

export const DRILL_SOURCES = ['newest', 'random', 'pitr'] as const;

/** What a drill job was asked for. */
export interface DrillRequest {
  /** This very backup; else one is chosen by `source`. */
  readonly backupId?: string | undefined;
  readonly source: (typeof DRILL_SOURCES)[number];
}

export const DRILL_KINDS = ['dump', 'pitr'] as const;
/** Which of the two ways back was rehearsed: a stored dump, or a point in time of Azure's own backups. */
export type DrillKind = (typeof DRILL_KINDS)[number];

export const DRILL_VERDICTS = ['passed', 'content-failed', 'infrastructure-failed'] as const;
export type DrillVerdict = (typeof DRILL_VERDICTS)[number];

/** What is known of a drill, kept in `evidence/` for ever. Times are ISO 8601 UTC. */
export interface DrillEvidence {
  readonly evidenceVersion: 1;
  /** The drill's job. */
  readonly id: string;
  readonly kind: DrillKind;
  /** Configured name. */
  readonly database: string;
  readonly verdict: DrillVerdict;
  /** Why it did not pass. */
  readonly failure: { readonly code: string; readonly detail: string } | null;
  readonly requestedBy: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly backup: DrilledBackup | null;
  readonly server: { readonly host: string; readonly version: string } | null;
  readonly scratchDatabase: string | null;
  /** The server that the drill made and deleted; null: it made none. */
  readonly temporaryServer: string | null;
  /** Of a drill of a point in time. */
  readonly moment: DrilledMoment | null;
  /** What took how long; those of a phase that failed are missing. */
  readonly phases: readonly { readonly phase: string; readonly seconds: number }[];
  /**
   * Of a dump: from the first byte read to a database that was restored, analyzed and compared. Of a point in time: from
   * asking Azure to a server that was reachable, set up and compared, waits included. null: it did not come so far.
   */
  readonly recoverySeconds: number | null;
  /** How old the snapshot or moment was when the drill began: what a disaster just then would have cost. */
  readonly recoveryPointSeconds: number | null;
  readonly compared: {
    readonly tables: number;
    readonly rows: number;
    readonly checksums: number;
    readonly schemaEntries: number;
  } | null;
  readonly tables: readonly DrilledTable[];
  readonly checks: readonly DrillCheck[];
  readonly warnings: readonly JobWarning[];
}

/** As it may lie in storage: what was written before there were two kinds of drills lacks some fields. */
export type StoredEvidence = Omit<DrillEvidence, LaterField> & Partial<Pick<DrillEvidence, LaterField>>;
type LaterField = 'kind' | 'moment' | 'temporaryServer';

export const readEvidence = (stored: StoredEvidence): DrillEvidence => ({
  ...{ kind: 'dump', moment: null, temporaryServer: null },
  ...stored,
});

export interface DrilledTable extends CatalogTable {
  /** Of a dump: those of the manifest. Of a point in time: those that were counted on the restored server. */
  readonly rows: number;
  readonly hasChecksum: boolean;
  /** Of a point in time: in the backup of before; null: it has no such table. */
  readonly rowsInBackup?: number | null;
}

export interface DrilledBackup {
  readonly backupId: string;
  readonly kind: BackupKind;
  readonly chosen: 'newest' | 'random' | 'named';
  readonly database: string;
  readonly snapshotAt: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly serverVersion: string;
  readonly pgDump: string;
  readonly pgRestore: string;
}

/** A question to the restored data beyond its being equal to the manifest. */
export interface DrillCheck {
  /** A file of DRILL_ASSERTIONS, or what the smoke test looked at. */
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
}

/** @throws Failure `nothing-to-drill` */
export function chooseForDrill(
  entries: readonly CatalogEntry[],
  database: string,
  source: 'newest' | 'random',
  random: () => number,
): string {
  const ids = entries
    .filter((entry) => entry.database === database && entry.state === 'verified' && entry.backupId !== null)
    .map(({ backupId }) => backupId ?? '');
  const chosen = source === 'newest' ? ids[0] : ids[Math.floor(random() * ids.length)];
  if (chosen !== undefined) return chosen;
  throw new Failure('nothing-to-drill', `there is no verified backup of ${database}`);
}

/** The roles of a globals script: `CREATE ROLE name;`. */
export function rolesOf(globals: string): string[] {
  return [...globals.matchAll(/^CREATE ROLE (?:"((?:[^"]|"")*)"|(\w+));$/gm)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  );
}

/** Whether the drill's failure says that the backup itself is bad, so that it is to be marked as damaged. */
export function blamesBackup(failure: Failure): boolean {
  return isUnexplained(failure) || tellsOfDamage(failure) || failure.code === 'restore-differs';
}

export function verdictOf(failure: Failure | undefined): DrillVerdict {
  if (failure === undefined) return 'passed';
  const isContent = blamesBackup(failure) || failure.code === 'drill-check-failed' || failure.code === 'dump-missing';
  return isContent ? 'content-failed' : 'infrastructure-failed';
}
