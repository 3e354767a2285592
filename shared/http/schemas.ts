import { z } from 'zod';
import { AUDIT_OUTCOMES } from '../domain/access/audit';
import { staysInContainer } from '../domain/blobs/blob-name';
import { BACKUP_STATES } from '../domain/catalog/catalog';
import { isBackupId } from '../domain/backup/backup-name';
import { DRILL_SOURCES } from '../domain/drills/drill';
import { JOB_KINDS, JOB_STATES } from '../domain/jobs/job';
import { BACKUP_KINDS } from '../domain/backup/manifest';
import { RELEASE_VERSION, RELEASE_VERSION_RULE } from '../domain/releases/release-record';
import { RESTORE_MODES } from '../domain/restore/restore-request';
import { INCIDENTS } from '../domain/advice/recovery-advice';

/**
 * What callers may send. Unknown fields are refused everywhere. The descriptions are read in the OpenAPI document and in
 * the help of the command-line client, so each has its unit and what stands in for it when it is absent.
 */
const configuredName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be a configured name: a-z, 0-9 and -, 32 at most');
const database = configuredName.optional().describe('configured name of the database; default: the only one');
const ofDatabase = configuredName.optional().describe('only of the database of this configured name');
const commit = z
  .string()
  .regex(/^[0-9A-Za-z._/-]{1,100}$/, 'must be 1 to 100 letters, digits, ".", "_", "/", "-"')
  .optional()
  .describe('commit of the release, as the repository names it');
const release = z.strictObject({
  version: z.string().regex(RELEASE_VERSION, RELEASE_VERSION_RULE).describe('version of the release: 1.42.0'),
  commit,
});
/**
 * A number of a query: digits alone. `Number()` would also take `0x10`, `1e1`, ` 5` and an empty text, which is 0 then.
 *
 * @param absent what stands in for it when it is not sent
 */
const wholeNumber = (min: number, max: number, absent: number): z.ZodType<number> =>
  z
    .preprocess(
      (text) => (typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : text),
      z.int('must be a whole number, in digits').min(min, `must be at least ${min}`).max(max, `must be at most ${max}`),
    )
    .prefault(absent);
const limit = wholeNumber(1, 200, 50).describe('items of a page');
/** The place in a list holds a blob's name: up to 1,024 characters, four bytes each, as base64. */
const cursor = z.string().max(8000).optional().describe('nextCursor of the page before');
const time = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time' })
  .transform((text) => new Date(text).toISOString());

/** A text that people read later: what moves a cursor, turns the direction of a line or is no character is refused. */
const plainText = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(
      (text) => !/(?![\t\r\n])[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u.test(text),
      'must be plain text, without control or direction characters',
    );
const reason = plainText(500).describe('why, for whoever reads it later');
const from = time.optional();
const to = time.optional();
const dryRun = z.boolean().optional().describe('tell what would be done, and do nothing');

export const backupBody = z.strictObject({
  kind: z.enum(['pre-release', 'manual']).describe('pre-release: kept until the release is verified'),
  database,
  release: release.optional().describe('the release that is about to be deployed'),
  runningRelease: release.optional().describe('the release that runs now; default: the newest one marked as verified'),
  reason: reason.optional(),
  createAzureBackup: z
    .boolean()
    .optional()
    .describe("also have Azure take a backup of the server, of the server's own"),
});

export const adoptionBody = z.strictObject({
  // the manifest's metadata name it, and these are ASCII
  blob: z
    .string()
    .regex(/^[\x21-\x7e]([\x20-\x7e]{0,1022}[\x21-\x7e])?$/, 'must be a name of 1 to 1,024 ASCII characters')
    .refine(staysInContainer, 'must not have "." or ".." between slashes')
    .describe('name of the pg_dump -Fc archive in the dump container'),
  database,
});
export const holdBody = z.strictObject({
  reason,
  until: time.optional().describe('when the hold ends; default: when somebody ends it'),
});
export const releaseVerifiedBody = z.strictObject({
  commit,
  rolledBack: z
    .boolean()
    .optional()
    .describe('it was taken back: its dumps wait for it no longer, and it does not run'),
  withoutBackup: z
    .boolean()
    .optional()
    .describe('it took no pre-release dump: without this an unknown version is refused'),
});
export const acceptBody = z.strictObject({ reason });
export const databaseQuery = z.strictObject({ database: ofDatabase });
export const recoveryAdviceQuery = z.strictObject({
  incident: z.enum(INCIDENTS).describe('what happened'),
  at: time.optional().describe('when it happened; default: now'),
  database,
});

export const pitrBody = z.strictObject({
  pointInTime: time.describe('the moment to go back to'),
  database,
  targetServer: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'must be 3 to 63 of a-z, 0-9 and "-", with no "-" at either end')
    .optional()
    .describe('name of the new server; default: one made from the source and the moment'),
  then: z
    .enum(['keep', 'export'])
    .describe('export: dump the database from the new server as a backup; keep: leave it there'),
  keepJobs: z.boolean().optional().describe('leave the pg_cron jobs of the new server scheduled'),
  ttlHours: z.number().int().min(1).max(8760).optional().describe('hours after which the new server may be deleted'),
  dryRun,
});

/** Names are data, never SQL: 1 to 63 bytes, as PostgreSQL keeps them. */
const sqlName = (maxBytes: number): z.ZodType<string> =>
  z
    .string()
    .refine(
      (text) => text !== '' && Buffer.byteLength(text) <= maxBytes && !text.includes('\0'),
      `must be a name of 1 to ${maxBytes} bytes without NUL`,
    );
const databaseName = sqlName(63);
const confirm = databaseName
  .optional()
  .describe('name of the database that is replaced or wiped, typed, where the plan asks for it');

export const restoreBody = z.strictObject({
  backupId: z.string().min(1).max(200).describe('the backup that is restored'),
  mode: z
    .enum(RESTORE_MODES)
    .describe('new-database: beside the live one; swap: in its place, it is kept under another name; clean: into it'),
  target: configuredName
    .optional()
    .describe('configured name of a server to restore to; default: the server of the database'),
  targetDatabase: databaseName
    .optional()
    .describe('database to restore to; default: a fresh name, or the live one for swap and clean'),
  tables: z
    // schema, dot, table, and the quotes that either may need
    .array(sqlName(260))
    .min(1)
    .max(1000)
    .optional()
    .describe('only these: schema.table, or table for public.table; with new-database alone'),
  toastCompression: z.literal('lz4').optional().describe('how large values are compressed anew; default: as they were'),
  confirm,
  dryRun,
  acceptStorageGrowth: z
    .boolean()
    .optional()
    .describe('go on although the disk may be too small: it may grow for good or run full'),
  acceptReplicationLoss: z
    .boolean()
    .optional()
    .describe('go on although a swap loses publications, subscriptions or slots'),
});

export const undoBody = z.strictObject({ confirm, dryRun });

export const wipeCheckBody = z.strictObject({
  databaseHost: z.string().min(1).max(255).describe('host of the server, as the script reaches it'),
  database: databaseName.describe('name of the database on that server'),
  operation: plainText(200).describe('what the script is about to do, for the audit'),
  confirm,
});

export const drillBody = z
  .strictObject({
    database,
    backupId: z.string().refine(isBackupId, 'must be a backup id').optional().describe('this very backup'),
    source: z.enum(DRILL_SOURCES).optional().describe('how the backup is chosen; default: newest'),
  })
  .refine(({ database: name, backupId, source }) => backupId === undefined || (name ?? source) === undefined, {
    path: ['backupId'],
    error: 'stands alone: it names the database, and nothing is left to choose',
  });

export const drillsQuery = z.strictObject({ database: ofDatabase, limit, cursor });

export const backupsQuery = z.strictObject({
  database: ofDatabase,
  kind: z.enum(BACKUP_KINDS).optional().describe('only backups of this kind'),
  state: z.enum(BACKUP_STATES).optional().describe('only backups in this state'),
  from: from.describe('only snapshots not before this time'),
  to: to.describe('only snapshots not after this time'),
  limit,
  cursor,
});

export const jobsQuery = z.strictObject({
  database: ofDatabase,
  kind: z.enum(JOB_KINDS).optional().describe('only jobs of this kind'),
  state: z.enum(JOB_STATES).optional().describe('only jobs in this state'),
  limit,
  cursor,
});

export const jobQuery = z.strictObject({
  wait: wholeNumber(0, 200, 0).describe('seconds to wait for the end of the job before answering'),
});

export const auditQuery = z.strictObject({
  subject: z.string().min(1).max(200).optional().describe('only calls of this caller: `subject` of a record'),
  what: z
    .string()
    .regex(/^[A-Za-z]{1,60}$/, 'must be the name of a route, as openapi.json has it')
    .optional()
    .describe('only calls of this operationId'),
  outcome: z.enum(AUDIT_OUTCOMES).optional().describe('only calls that ended so'),
  jobId: z.string().min(1).max(100).optional().describe('only calls that made or answered with this job'),
  from: from.describe('only calls not before this time'),
  to: to.describe('only calls not after this time'),
  limit,
  cursor,
});

const container = z
  .string()
  .regex(/^[a-z0-9](-?[a-z0-9]){2,62}$/, 'must be a container name: 3 to 63 of a-z, 0-9 and single hyphens')
  .describe('one of the containers in CONTENT_CONTAINERS');
const blobName = z.string().min(1).max(1024);
/** A listing is XML, which knows no control characters: the storage would fail on them. */
const prefix = z
  .string()
  .max(1024)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must be without control characters');
const deletedFrom = time.optional().describe('only what was deleted not before this time');
const deletedTo = time.optional().describe('only what was deleted not after this time');

export const deletedBlobsQuery = z.strictObject({
  container: container.optional().describe('only of this container; default: all in CONTENT_CONTAINERS'),
  prefix: prefix.optional().describe('only names that begin so'),
  deletedFrom,
  deletedTo,
  containers: z
    .stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive', error: 'must be true or false' })
    .default(false)
    .describe('true: deleted containers instead of blobs'),
  limit,
  cursor,
});

export const undeleteBody = z
  .strictObject({
    container,
    name: blobName.optional().describe('this very blob; default: with no prefix either, the deleted container itself'),
    prefix: prefix.optional().describe('every blob whose name begins so; "": all of them'),
    deletedFrom,
    deletedTo,
    overwrite: z.boolean().default(false).describe('replace a live blob by the content that it had before'),
    dryRun: z.boolean().default(false).describe('the job only lists what it would bring back'),
  })
  .refine(({ name, prefix }) => name === undefined || prefix === undefined, {
    path: ['prefix'],
    error: 'cannot be sent together with name',
  })
  .refine(({ prefix, deletedFrom, deletedTo }) => prefix !== undefined || (deletedFrom ?? deletedTo) === undefined, {
    path: ['prefix'],
    error: 'is needed with deletedFrom or deletedTo ("" means every blob)',
  });

export const reconciliationBody = z.strictObject({
  database,
  at: time
    .optional()
    .describe(
      'the moment that the database went back to: blobs come back as they were then; default: as they were last',
    ),
  dryRun: z.boolean().default(false).describe('the job only lists what it would bring back'),
});
export const policiesBody = z.strictObject({ dryRun });

export const noBody = z.strictObject({});
export const noQuery = z.strictObject({});
export const anyQuery = z.looseObject({});
export const backupPlace = z.object({ snapshotAt: z.string(), blob: z.string() });
export const auditPlace = z.object({ key: z.string() });
/** The storage is asked for it by URL, which half a character cannot be part of. */
const storagePlace = z.string().refine((text) => !/\p{Cs}/u.test(text));
export const deletedBlobsPlace = z.object({
  container: z.string(),
  place: z.object({ marker: storagePlace, after: z.string() }).optional(),
  given: z.int().min(0),
});
export const jobPlace = z.object({ jobId: z.string() });
