import { join } from 'node:path';
import type { ContainerClient } from '@azure/storage-blob';
import { configuredDatabase, databaseNames, databaseProblems } from './config/databases';
import { protectedAccounts } from './config/protected-accounts';
import {
  adminConnection,
  configuredPlaces,
  drillConnection,
  restoreTarget,
  restoreTargets,
} from './config/restore-connections';
import { parseSchedule } from './config/schedule';
import { Settings } from './config/settings';
import {
  backupStorage,
  contentStorage,
  secondCopyStorage,
  stateStorage,
  storageAccess,
  type StorageConnection,
} from './config/storage-connections';
import { poisonQueue, ticketQueue } from './domain/access/app-role';
import { Failure } from './domain/failure';
import { armAccess } from './systems/arm/arm-access';
import { AzureBlobAuditTrail } from './systems/audit-trail/azure-blob';
import { mayCreate, type StoragePatience } from './systems/azure-storage/storage-call';
import { blobServiceClient, containerClient, queueClient } from './systems/azure-storage/clients';
import { AzureBlobBackupStates } from './systems/backup-states/azure-blob';
import { AzureBlobCheckStates } from './systems/check-states/azure-blob';
import { BundledConsoleAssets } from './systems/console-assets/bundled-assets';
import type { ConsoleAssets } from './systems/console-assets/console-assets';
import { systemClock } from './systems/clock/clock';
import { AzureBlobContentStore } from './systems/content-store/azure-blob';
import { AzureBlobDumpAccount } from './systems/dump-account/azure-blob';
import { AzureSasLinks } from './systems/dump-links/azure-sas';
import { AzureBlobDumpStore } from './systems/dump-store/azure-blob';
import { postgresTokenSource } from './systems/identity/managed-identity';
import { AzureFlexServers } from './systems/flex-server/azure-flex-servers';
import { AzureBlobEvidence } from './systems/evidence/azure-blob';
import { AzureBlobJobLedger } from './systems/job-ledger/azure-blob';
import { StateContainer } from './systems/job-ledger/state-container';
import { BlobLeaseLocks } from './systems/job-lock/blob-lease';
import { AzureJobQueue } from './systems/job-queue/azure-queue';
import { consoleLog } from './systems/log/console-log';
import { nodePostgresAdmin } from './systems/pg-server/admin';
import { nodePostgresClones } from './systems/pg-server/clones';
import { nodePostgresQuestions } from './systems/pg-server/questions';
import { nodePostgres } from './systems/pg-server/node-postgres';
import { networkReach } from './systems/pg-server/reach';
import { nodePostgresTarget } from './systems/pg-server/target-facts';
import { InstalledPgTools } from './systems/pg-tools/installed-pg-tools';
import { AzureBlobReleaseRecords } from './systems/release-records/azure-blob';
import { AzureBlobPolicyReports } from './systems/policy-reports/azure-blob';
import { localDisks } from './systems/server-disks/local-disks';
import { AzureStorageAccounts } from './systems/storage-accounts/azure-storage-accounts';
import type { SecondCopy, Systems } from './systems/systems';
import { ApplicationInsightsTelemetry } from './systems/telemetry/application-insights';
import { JoseTokenVerifier } from './systems/token-verifier/jose-token-verifier';
import type { TokenVerifier } from './systems/token-verifier/token-verifier';

const STATE_CONTAINER = 'lifebook-backup-state';

export interface App {
  readonly systems: Systems;
  readonly tokenVerifier: TokenVerifier;
  readonly consoleAssets: ConsoleAssets;
  /** The last scheduled time of the nightly dumps, at or before now. */
  readonly nightlyScheduledAt: () => Date;
}

let built: App | undefined;

/** The app on its real systems, built on first use: loading the functions reads no setting that could throw. */
export function app(): App {
  built ??= buildApp(process.env);
  return built;
}

/** The app with these settings instead of the process's: what tests build. */
export function buildApp(environment: NodeJS.ProcessEnv): App {
  const settings = new Settings(environment);
  const patience = storagePatience(settings);
  const state = new StateContainer(() => containerClient(stateStorage(environment), STATE_CONTAINER), patience);
  const openDumps = once(() => openDumpContainer(backupStorage(environment), settings, patience));
  const entraToken = postgresTokenSource(settings.get('AZURE_CLIENT_ID'));
  const connections = { environment, settings, entraToken };
  // the deployed root: the bundle lies in dist/, this file in shared/
  const appFolder = join(__dirname, '..');
  const systems: Systems = {
    auditTrail: new AzureBlobAuditTrail(state),
    backupStates: new AzureBlobBackupStates(state),
    checkStates: new AzureBlobCheckStates(state),
    clock: systemClock,
    contentStore: new AzureBlobContentStore(
      () => contentStorage(environment),
      () => settings.get('CONTENT_CONTAINERS'),
      patience,
    ),
    databases: {
      names: () => databaseNames(environment),
      problems: () => databaseProblems(environment),
      find: (name) => configuredDatabase(name, connections),
      admin: (name) => adminConnection(name, connections),
      target: (name) => restoreTarget(name, connections),
      targets: () => restoreTargets(connections),
      drillServer: (name) => drillConnection(name, connections),
      configuredPlaces: () => configuredPlaces(connections),
    },
    dumpAccount: new AzureBlobDumpAccount(
      once(() => blobServiceClient(backupStorage(environment))),
      () => storageAccess(backupStorage(environment)),
      patience,
    ),
    dumpLinks: new AzureSasLinks(
      once(() => blobServiceClient(backupStorage(environment))),
      () => settings.get('AZURE_STORAGE_BACKUP_CONTAINER'),
      patience,
    ),
    dumpStore: new AzureBlobDumpStore(openDumps, patience),
    flexServers: new AzureFlexServers(() => armAccess(settings)),
    evidence: new AzureBlobEvidence(state),
    jobLedger: new AzureBlobJobLedger(state),
    jobLocks: new BlobLeaseLocks(state, patience, () => settings.get('JOB_LEASE_SECONDS')),
    jobQueue: new AzureJobQueue(
      once(() => queueClient(stateStorage(environment), ticketQueue(settings.get('APP_ROLE')))),
      once(() => queueClient(stateStorage(environment), poisonQueue(settings.get('APP_ROLE')))),
      patience,
    ),
    log: consoleLog,
    pgAdmin: nodePostgresAdmin(),
    pgClones: nodePostgresClones(),
    pgQuestions: nodePostgresQuestions(),
    pgReach: networkReach(),
    pgServer: nodePostgres(),
    pgTarget: nodePostgresTarget(),
    pgTools: new InstalledPgTools(() => settings.get('PGTOOLS_DIR'), appFolder, environment['PATH'] ?? ''),
    releaseRecords: new AzureBlobReleaseRecords(state),
    secondCopy: secondCopy(environment, settings, patience),
    schedules: { drillBefore: (time) => parseSchedule(settings.get('DRILL_SCHEDULE')).previous(time) },
    policyReports: new AzureBlobPolicyReports(state),
    serverDisks: localDisks,
    settings,
    storageAccounts: storageAccounts(environment, settings),
    telemetry: new ApplicationInsightsTelemetry(
      () => settings.get('APPLICATIONINSIGHTS_CONNECTION_STRING'),
      consoleLog,
    ),
  };
  return {
    systems,
    consoleAssets: new BundledConsoleAssets(join(appFolder, 'dist', 'console')),
    tokenVerifier: new JoseTokenVerifier(settings, runsInAzure(environment)),
    nightlyScheduledAt: () => {
      // a timer may fire a little early by this machine's clock
      const soon = new Date(systemClock.now().getTime() + 30_000);
      return parseSchedule(settings.get('NIGHTLY_SCHEDULE')).previous(soon);
    },
  };
}

/** What Azure sets, on whatever plan; Flex Consumption has no WEBSITE_INSTANCE_ID. */
function runsInAzure(environment: NodeJS.ProcessEnv): boolean {
  const names = ['WEBSITE_INSTANCE_ID', 'WEBSITE_SITE_NAME', 'WEBSITE_POD_NAME', 'LEGION_SERVICE_HOST'];
  return names.some((name) => environment[name] !== undefined && environment[name] !== '');
}

function storageAccounts(environment: NodeJS.ProcessEnv, settings: Settings): AzureStorageAccounts {
  return new AzureStorageAccounts({
    access: () => armAccess(settings),
    accounts: () => protectedAccounts(environment, settings),
    resourceGroups: () => settings.get('STORAGE_RESOURCE_GROUP'),
  });
}

function secondCopy(environment: NodeJS.ProcessEnv, settings: Settings, patience: StoragePatience): SecondCopy {
  const open = once(() => {
    const connection = secondCopyStorage(environment);
    if (connection !== undefined) return openDumpContainer(connection, settings, patience);
    throw new Failure('not-configured', 'SECOND_COPY_STORAGE is not set, so there is nowhere to copy to');
  });
  return {
    isConfigured: () => secondCopyStorage(environment) !== undefined,
    store: new AzureBlobDumpStore(open, patience),
  };
}

async function openDumpContainer(
  connection: StorageConnection,
  settings: Settings,
  patience: StoragePatience,
): Promise<ContainerClient> {
  const container = await containerClient(connection, settings.get('AZURE_STORAGE_BACKUP_CONTAINER'));
  // in Azure infrastructure makes it, with its immutability; with a connection string there may be no infrastructure
  if (connection.kind === 'connection-string') {
    await mayCreate('creating the dump container', patience, container);
  }
  return container;
}

/** Read with each call, so that a bad setting stops storage calls and not the whole app. */
function storagePatience(settings: Settings): StoragePatience {
  return {
    get tryTimeoutMs() {
      return settings.get('STORAGE_TRY_TIMEOUT_SECONDS') * 1000;
    },
    get maxTries() {
      return settings.get('STORAGE_MAX_TRIES');
    },
    get retryDelayMs() {
      return settings.get('STORAGE_RETRY_DELAY_MS');
    },
    get retryMaxDelayMs() {
      return settings.get('STORAGE_RETRY_MAX_DELAY_MS');
    },
  };
}

/** Remembers what was opened, and forgets a failure. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
