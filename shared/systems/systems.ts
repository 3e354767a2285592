import type { ConfiguredDatabase } from '../config/databases';
import type { DatabasePlace } from '../config/restore-connections';
import type { Settings } from '../config/settings';
import type { PgConnection } from '../domain/pg-connection';
import type { BackupStates } from './backup-states/backup-states';
import type { AuditTrail } from './audit-trail/audit-trail';
import type { CheckStates } from './check-states/check-states';
import type { Clock } from './clock/clock';
import type { ContentStore } from './content-store/content-store';
import type { DumpAccount } from './dump-account/dump-account';
import type { DumpLinks } from './dump-links/dump-links';
import type { CopyStore, DumpStore } from './dump-store/dump-store';
import type { FlexServers } from './flex-server/flex-server';
import type { Evidence } from './evidence/evidence';
import type { JobLedger } from './job-ledger/job-ledger';
import type { JobLocks } from './job-lock/job-lock';
import type { JobQueue } from './job-queue/job-queue';
import type { Log } from './log/log';
import type { PgAdmin } from './pg-server/pg-admin';
import type { PgClones } from './pg-server/pg-clones';
import type { PgQuestions } from './pg-server/pg-questions';
import type { PgReach } from './pg-server/pg-reach';
import type { PgServer } from './pg-server/pg-server';
import type { PgTarget } from './pg-server/pg-target';
import type { PgTools } from './pg-tools/pg-tools';
import type { ReleaseRecords } from './release-records/release-records';
import type { PolicyReports } from './policy-reports/policy-reports';
import type { ServerDisks } from './server-disks/server-disks';
import type { StorageAccounts } from './storage-accounts/storage-accounts';
import type { Telemetry } from './telemetry/telemetry';

/** Everything outside the process; built by app.ts alone. Operations take the part that they use: `Pick<Systems, …>`. */
export interface Systems {
  readonly auditTrail: AuditTrail;
  readonly backupStates: BackupStates;
  readonly checkStates: CheckStates;
  readonly clock: Clock;
  readonly contentStore: ContentStore;
  readonly databases: ConfiguredDatabases;
  readonly dumpAccount: DumpAccount;
  readonly dumpLinks: DumpLinks;
  readonly dumpStore: DumpStore;
  readonly flexServers: FlexServers;
  readonly evidence: Evidence;
  readonly jobLedger: JobLedger;
  readonly jobLocks: JobLocks;
  readonly jobQueue: JobQueue;
  readonly log: Log;
  readonly pgAdmin: PgAdmin;
  readonly pgClones: PgClones;
  readonly pgQuestions: PgQuestions;
  readonly pgReach: PgReach;
  readonly pgServer: PgServer;
  readonly pgTarget: PgTarget;
  readonly pgTools: PgTools;
  readonly releaseRecords: ReleaseRecords;
  readonly secondCopy: SecondCopy;
  readonly schedules: Schedules;
  readonly policyReports: PolicyReports;
  readonly serverDisks: ServerDisks;
  readonly settings: Settings;
  readonly storageAccounts: StorageAccounts;
  readonly telemetry: Telemetry;
}

/** The schedules of the settings (config/schedule.ts). */
export interface Schedules {
  /** The last scheduled time of drills at or before a moment. @throws Failure `invalid-settings` */
  drillBefore(time: Date): Date;
}

/** Where each verified dump is copied to. */
export interface SecondCopy {
  /** @throws Failure `invalid-settings` */
  isConfigured(): boolean;
  readonly store: CopyStore;
}

/** The protected databases of the settings (config/databases.ts). */
export interface ConfiguredDatabases {
  names(): string[];
  /** Names of settings that should name a database and cannot. */
  problems(): string[];
  find(name: string): ConfiguredDatabase;
  /** The admin login, in another database than this one. @throws Failure `not-configured`, `invalid-settings` */
  admin(name: string): PgConnection;
  /** The server of `RESTORE_TARGET_<NAME>`. @throws Failure `invalid-request`, `invalid-settings` */
  target(name: string): PgConnection;
  targets(): string[];
  /** Where a drill of this database restores to; undefined: nothing is configured for it. */
  drillServer(name: string): PgConnection | undefined;
  /** Every database that a configured URL names. @throws Failure `invalid-settings` when one cannot be read */
  configuredPlaces(): readonly DatabasePlace[];
}
