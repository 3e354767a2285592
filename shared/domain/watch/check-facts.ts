import type { AppRole } from '../access/app-role';
import type { DrillKind } from '../drills/drill';
import type { CatalogEntry } from '../catalog/catalog';
import type { JobRecord } from '../jobs/job';
import type { RetentionStop } from '../retention/retention';
import type { PolicyReport } from '../storage-policies/storage-policy';

/** What the checks look at, from storage alone. null: it could not be read now. */
export interface CheckFacts {
  readonly now: Date;
  /** Names of settings that cannot be parsed. */
  readonly badSettings: readonly string[];
  /** null: the settings of the databases cannot be read. */
  readonly databases: readonly string[] | null;
  /** null: the dump account cannot be read. */
  readonly catalog: readonly CatalogEntry[] | null;
  readonly shrunken: ReadonlySet<string>;
  /** When each release was marked verified, ISO 8601 UTC, by version. */
  readonly verifiedReleases: ReadonlyMap<string, string> | null;
  readonly stateStorage: 'readable' | 'unreadable';
  /** Which part of the installation this app is. */
  readonly role: AppRole;
  /** When each app's `tick` last ran; undefined: never, as of an app that is not deployed. */
  readonly lastTicks: Readonly<Record<Exclude<AppRole, 'all'>, Date | undefined>>;
  readonly freshnessMaxHours: number;
  /** Records that are not filed away. */
  readonly jobs: readonly JobRecord[] | null;
  /** Messages in the poison queue. */
  readonly deadTickets: number | null;
  readonly retentionStops: readonly RetentionStop[] | null;
  readonly dumpAccount: DumpAccountFacts | null;
  /** Ids of the backups that are in the second account, too. */
  readonly copies: ReadonlySet<string> | 'not-configured' | null;
  /** What the daily comparison of the storage policies found last. */
  readonly policies: PolicyReport | 'not-configured' | null;
  /** Of each database that drills are set up for. */
  readonly drills: readonly DrillFacts[] | null;
  /** Of each database whose server Azure is asked for, which the hourly watch alone does. */
  readonly servers: readonly ServerFacts[] | null;
  readonly pitrMinDays: number;
}

/** What point-in-time restore of a database's server has to go back to. */
export interface ServerFacts {
  readonly database: string;
  /** Why Azure tells nothing of it: it is not there, or may not be read. */
  readonly refusal?: string;
  /** ISO 8601 UTC. */
  readonly earliestRestoreAt?: string | undefined;
  readonly backupRetentionDays?: number | undefined;
}

export interface PassedDrill {
  readonly at: string;
  readonly recoverySeconds: number | null;
}

/** How long ago a restore was last proven. Times are ISO 8601 UTC. */
export interface DrillFacts {
  readonly database: string;
  /** A drill was promised for this time, and has had time enough since. */
  readonly promisedAt: string;
  /** The newest drill that passed, of whatever kind. */
  readonly passed: PassedDrill | undefined;
  /** The newest one of each kind that passed. */
  readonly passedByKind: Readonly<Partial<Record<DrillKind, PassedDrill>>>;
  /** Before its first backup nothing was promised; looked for only where no drill has passed. */
  readonly firstBackupAt: string | undefined;
}

/** How the account of the dumps is protected, as far as the data plane tells. */
export interface DumpAccountFacts {
  /** 0: soft delete is off; null: this identity may not see it. */
  readonly softDeleteDays: number | null;
  /** By account key or SAS, so that whoever has the setting can delete everything. */
  readonly usesKey: boolean;
}
