/**
 * Every setting the app reads but the connections (connection-settings.ts): name, default, parser and what it means.
 * docs/settings.md and local.settings.sample.json are generated from both tables (npm run docs:settings), so that a setting
 * cannot exist without its description.
 */
import { APP_ROLES } from '../domain/access/app-role';
import { boolean, choice, columns, guid, hostParts, integer, list, schedule, share, text } from './setting-types';
import { compressionSetting } from './compression';

export const SETTINGS = {
  DUMP_COMPRESSION: compressionSetting(
    'zstd:1',
    'Compression of the dump: `zstd:LEVEL`, `lz4:LEVEL`, `gzip:LEVEL` or `none`.',
  ),
  DUMP_LOCK_WAIT_SECONDS: integer(
    60,
    1,
    3600,
    's',
    'How long pg_dump waits for a table that a migration holds locked.',
  ),
  DUMP_STALL_SECONDS: integer(1800, 1, 86_400, 's', 'A pg_dump that writes nothing for so long is ended.'),
  DUMP_EXIT_WAIT_SECONDS: integer(30, 1, 600, 's', 'How long pg_dump may take to exit after the end of its output.'),
  VERIFY_STALL_SECONDS: integer(600, 1, 86_400, 's', 'A read-back that makes no progress for so long is ended.'),
  TABLE_CHECKSUMS: boolean(false, "Also record a checksum of each table's rows, taken in the dump's own snapshot."),
  RESTORE_LOCK_WAIT_SECONDS: integer(
    60,
    1,
    3600,
    's',
    'How long a restore with mode `clean` waits for tables that other sessions hold; nothing is changed until it has them all.',
  ),
  UPLOAD_CONCURRENCY: integer(4, 1, 16, 'blocks', 'Blocks of a dump that are on their way to storage at once.'),
  RETAIN_NIGHTLY_DAYS: integer(30, 1, 3650, 'd', 'How long nightly dumps are kept.'),
  RETAIN_WEEKLY: integer(0, 0, 520, 'weeks', 'The last nightly dump of each of so many weeks is kept longer.'),
  RETAIN_MONTHLY: integer(0, 0, 240, 'months', 'The last nightly dump of each of so many months is kept longer.'),
  RETAIN_PRE_RELEASE_DAYS: integer(
    30,
    1,
    3650,
    'd',
    'How long dumps from before a release are kept after it was marked verified; until then they stay. One that named no release is kept so long after it was taken.',
  ),
  RETAIN_MANUAL_DAYS: integer(30, 1, 3650, 'd', 'How long manual, adopted and exported dumps are kept.'),
  RETAIN_SAFETY_DAYS: integer(14, 1, 3650, 'd', 'How long safety dumps from before a restore are kept.'),
  RETAIN_MIN_VERIFIED: integer(
    3,
    1,
    1000,
    'backups',
    'The floor: so many newest verified backups of each database stay, whatever else says.',
  ),
  EXPIRE_MAX_SHARE: share(
    0.5,
    "When more than this share of a database's backups would expire at once, none does, and a check fails.",
  ),
  SHRINK_ALERT_PERCENT: integer(
    50,
    1,
    99,
    '%',
    'A dump that lost so much of the size or the rows of the one before is flagged, and pushes out no older one until it is accepted.',
  ),
  REVERIFY_PER_WEEK: integer(
    7,
    0,
    1000,
    'backups',
    'So many kept dumps of each database are read and decoded again in a week, spread over its days, the least recently verified first. `0`: none.',
  ),
  REVERIFY_MAX_GIB: integer(
    100,
    1,
    100_000,
    'GiB',
    'At most so much of each database is read for that in a week; a larger dump is read when nothing else was.',
  ),
  NIGHTLY_SCHEDULE: schedule('0 0 2 * * *', 'When the nightly dumps are taken: six-field NCRONTAB, UTC.'),
  AZURE_STORAGE_BACKUP_CONTAINER: text('lifebook-db-backups', 'The container of the dumps.'),
  DATABASE_AUTH: choice(
    ['password', 'entra'],
    'password',
    '`entra`: a managed identity token is the password of `DATABASE_URL`.',
  ),
  DATABASE_ADMIN_AUTH: choice(
    ['password', 'entra'],
    'password',
    '`entra`: a managed identity token is the password of `DATABASE_ADMIN_URL`, `RESTORE_TARGET_<NAME>` and `DRILL_DATABASE_URL`.',
  ),
  DRILL_ON_SOURCE: boolean(
    false,
    "Without `DRILL_DATABASE_URL`: drills restore to the source's own server, with the admin login. Without both, each drill makes a temporary server in `RESTORE_RESOURCE_GROUP` and deletes it afterwards.",
  ),
  DRILL_SERVER_SIZE: text(
    'Standard_B2s',
    'Compute size of the temporary server of a drill, of the tier Burstable. `Standard_B1ms` is cheaper and slower.',
  ),
  PRODUCTION_HOST_PATTERN: hostParts(
    'database.azure.com',
    'Parts of host names, separated by commas. A database on such a host is replaced or wiped only with its name typed; so is one that has the name of a configured database, wherever it is.',
  ),
  SAFETY_DUMP_MAX_AGE_MINUTES: integer(
    15,
    0,
    1440,
    'min',
    'A `clean` restore takes a safety dump first unless a verified dump of the live database is younger.',
  ),
  WIPE_BACKUP_MAX_AGE_MINUTES: integer(
    60,
    1,
    10_080,
    'min',
    'A wipe check passes only with a verified dump of the live database that is younger.',
  ),
  DRILL_SCHEDULE: schedule('0 0 4 1 1,4,7,10 *', 'When a restore is rehearsed, UTC; the first day of each quarter.'),
  DRILL_PITR: boolean(
    true,
    "Every second quarter (April to June, October to December) a scheduled drill rehearses a point in time of Azure's own backups instead of a dump, where `RESTORE_RESOURCE_GROUP` and the admin login are set.",
  ),
  DRILL_MOMENT_AGE_SECONDS: integer(
    300,
    0,
    86_400,
    's',
    'How old the moment is that such a drill goes back to: Azure may need five minutes to archive.',
  ),
  DRILL_ASSERTIONS: text(undefined, 'A folder of `.sql` files, one query each, that must return no rows in a drill.'),
  ASSET_URL_COLUMNS: columns(
    'public.assets.blob_url',
    'Columns whose values are blob URLs: a drill looks whether the newest ones are there, a reconciliation looks for all. A table that the database does not have is passed over.',
  ),
  UNDELETE_CONCURRENCY: integer(8, 1, 64, 'blobs', 'Blobs that are looked for or undeleted at once.'),
  CONTENT_CONTAINERS: list(
    'photos,audio',
    'Containers of `CONTENT_STORAGE` with what those columns name, and whose blobs can be brought back.',
  ),
  DATABASE_TLS: choice(
    ['verify-full', 'require'],
    undefined,
    'TLS to the database. Default: `verify-full` for remote hosts, none for this machine. `require` encrypts without checking the certificate, whatever the URL says.',
  ),
  AZURE_CLIENT_ID: text(
    undefined,
    'Client id of the user-assigned identity that signs in to PostgreSQL and to Azure Resource Manager.',
  ),
  PGTOOLS_DIR: text(
    undefined,
    "Folder of client tools by major (`<major>/bin`, `<major>/manifest.json`). Default: the package's `pgtools/`, then the cache of `npm run pgtools`.",
  ),
  AUTH_MODE: choice(
    ['entra', 'keys', 'local'],
    'entra',
    "Who may call (docs/authorization.md): `entra`, by Microsoft Entra access tokens; `keys`, whoever has the function's key, without Admin; `local`, by tokens of `npm run token`, never in Azure. Read when the app starts.",
  ),
  ENTRA_TENANT_ID: guid(
    'With `AUTH_MODE=entra`: the tenant whose access tokens are taken. Without it nobody comes in.',
  ),
  ENTRA_AUDIENCE: text(
    undefined,
    "With `AUTH_MODE=entra`: the client id of the API's app registration, whose manifest has `requestedAccessTokenVersion: 2`. Without it nobody comes in.",
  ),
  ENTRA_CONSOLE_CLIENT_ID: guid(
    'Client id of the app registration that the console signs in with, where it is not that of `ENTRA_AUDIENCE`.',
  ),
  LOCAL_ISSUER_JWKS: text(
    undefined,
    'With `AUTH_MODE=local`: the public keys of the local issuer, a file or a loopback URL. Default: where `npm run token` keeps them.',
  ),
  LOCAL_ISSUER_URL: text(
    undefined,
    "With `AUTH_MODE=local`: the local issuer's sign-in page for the console, a loopback URL. `npm start` sets it.",
  ),
  APP_ROLE: choice(
    APP_ROLES,
    'all',
    'Which functions this app registers, and which jobs it runs: `recovery` those that write to a database, `backup` the others.',
  ),
  FRESHNESS_MAX_HOURS: integer(26, 1, 8760, 'h', 'Health fails when the newest verified backup is older.'),
  APPLICATIONINSIGHTS_CONNECTION_STRING: text(undefined, 'Where telemetry goes; without it none is sent.'),
  JOB_LEASE_SECONDS: integer(
    60,
    15,
    60,
    's',
    "Length of the blob lease that a running job holds on its database's lock.",
  ),
  JOB_HEARTBEAT_SECONDS: integer(15, 1, 30, 's', 'How often a running job renews its lease and records its progress.'),
  JOB_WAIT_SECONDS: integer(30, 1, 600, 's', 'How long a job that waits for another one sleeps before it looks again.'),
  JOB_RETRY_LIMIT: integer(2, 0, 10, 'retries', 'How often a job starts its phase again after a passing failure.'),
  JOB_RETRY_DELAY_SECONDS: integer(60, 1, 3600, 's', 'Wait before such a retry.'),
  JOB_DEADLINE_MINUTES: integer(
    690,
    1,
    100_000,
    'min',
    'A job running longer is ended; below `functionTimeout` of host.json.',
  ),
  JOB_SWEEP_SECONDS: integer(600, 1, 86_400, 's', 'A queued job whose ticket was sent longer ago is announced again.'),
  SWAP_PATIENCE_SECONDS: integer(
    30,
    5,
    600,
    's',
    "How long a swap ends the live database's sessions before it gives up and changes nothing.",
  ),
  JOBS_PER_CALLER: integer(20, 1, 100_000, 'jobs', 'A caller with more unfinished jobs gets a 429.'),
  AZURE_SUBSCRIPTION_ID: text(
    undefined,
    'Subscription of the flexible servers, for point-in-time restores, and of the storage accounts.',
  ),
  POSTGRES_RESOURCE_GROUP: text(undefined, 'Resource group of the servers of `DATABASE_URL…`.'),
  POSTGRES_SERVER: text(
    undefined,
    'The flexible server of the database. Default, and with several databases: what the host of its URL says (`NAME.postgres.database.azure.com`).',
  ),
  RESTORE_RESOURCE_GROUP: text(
    undefined,
    'Resource group that restored servers are made in, and the only one where the app deletes any.',
  ),
  PREVIOUS_DATABASE_KEEP_HOURS: integer(
    72,
    1,
    8760,
    'h',
    'How long a database that a swap put aside is kept; then it is dumped, the dump verified, and the database dropped.',
  ),
  STORAGE_RESOURCE_GROUP: list(
    undefined,
    "Resource group of the dump and content accounts; several, separated by commas, are looked through in this order. With `AZURE_SUBSCRIPTION_ID` the accounts' protection is compared once a day.",
  ),
  DUMP_COOL_AFTER_DAYS: integer(
    0,
    0,
    3650,
    'd',
    'Dumps move to the cool tier so long after they were written: cheaper to keep, dearer to read, and paid for 30 days there at least. 0: they stay where they are; a rule that was made before is left to you.',
  ),
  SOFT_DELETE_DAYS: integer(14, 1, 365, 'd', 'How long blobs and containers must be kept after they were deleted.'),
  STORAGE_POLICY_WRITE: boolean(
    false,
    'The daily comparison also turns on soft delete and adds the lifecycle rule for expired dumps where they are missing. Off: it only reports.',
  ),
  PITR_MIN_DAYS: integer(
    7,
    1,
    35,
    'd',
    'The check `pitr-window` fails when Azure keeps the backups of a server for a shorter time.',
  ),
  CLONE_TTL_HOURS: integer(
    24,
    1,
    8760,
    'h',
    'How long a server of an export or a drill stays when its job cannot delete it.',
  ),
  RESTORE_MAX_HOURS: integer(12, 1, 168, 'h', 'A point-in-time restore that is not ready after so long fails.'),
  ARM_ENDPOINT: text('https://management.azure.com', 'Azure Resource Manager; another one in sovereign clouds.'),
  ARM_POLL_SECONDS: integer(30, 1, 3600, 's', 'How long a job waits between two looks at an operation of Azure.'),
  ARM_CALL_SECONDS: integer(
    100,
    1,
    600,
    's',
    'Longest time of one call to Azure Resource Manager, its retries included.',
  ),
  ARM_MAX_RETRIES: integer(3, 0, 10, 'retries', 'Retries of one call after 429, 5xx or no answer.'),
  ARM_RETRY_DELAY_MS: integer(1000, 1, 60_000, 'ms', 'First wait between such retries; it doubles.'),
  STORAGE_TRY_TIMEOUT_SECONDS: integer(120, 1, 3600, 's', 'Longest time of one try of one storage call.'),
  STORAGE_MAX_TRIES: integer(5, 1, 20, 'tries', 'Tries of one storage call.'),
  STORAGE_RETRY_DELAY_MS: integer(1000, 1, 60_000, 'ms', 'First wait between tries of a storage call; it doubles.'),
  STORAGE_RETRY_MAX_DELAY_MS: integer(30_000, 1, 600_000, 'ms', 'Longest wait between tries of a storage call.'),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type SettingValue<N extends SettingName> = ReturnType<(typeof SETTINGS)[N]['parse']>;
