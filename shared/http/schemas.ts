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

/** What callers may send. Unknown fields are refused everywhere. */
const database = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be a configured name: a-z, 0-9 and -, 32 at most');
const commit = z
  .string()
  .regex(/^[0-9A-Za-z._/-]{1,100}$/, 'must be 1 to 100 letters, digits, ".", "_", "/", "-"')
  .optional();
const release = z.strictObject({ version: z.string().regex(RELEASE_VERSION, RELEASE_VERSION_RULE), commit });
const limit = z.coerce.number('must be a number').int().min(1).max(200).default(50);
/** The place in a list holds a blob's name: up to 1,024 characters, four bytes each, as base64. */
const cursor = z.string().max(8000).optional();
const time = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time' })
  .transform((text) => new Date(text).toISOString());

const reason = z.string().min(1).max(500);

export const backupBody = z.strictObject({
  kind: z.enum(['pre-release', 'manual']),
  database: database.optional(),
  release: release.optional(),
  runningRelease: release.optional(),
  reason: reason.optional(),
  createAzureBackup: z.boolean().optional(),
});

export const adoptionBody = z.strictObject({
  // the manifest's metadata name it, and these are ASCII
  blob: z
    .string()
    .regex(/^[\x21-\x7e]([\x20-\x7e]{0,1022}[\x21-\x7e])?$/, 'must be a name of 1 to 1,024 ASCII characters')
    .refine(staysInContainer, 'must not have "." or ".." between slashes'),
  database: database.optional(),
});
export const holdBody = z.strictObject({ reason, until: time.optional() });
export const releaseVerifiedBody = z.strictObject({
  commit,
  rolledBack: z.boolean().optional(),
  withoutBackup: z.boolean().optional(),
});
export const acceptBody = z.strictObject({ reason });
export const databaseQuery = z.strictObject({ database: database.optional() });
export const recoveryAdviceQuery = z.strictObject({
  incident: z.enum(INCIDENTS),
  at: time.optional(),
  database: database.optional(),
});

export const pitrBody = z.strictObject({
  pointInTime: time,
  database: database.optional(),
  targetServer: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'must be 3 to 63 of a-z, 0-9 and "-", with no "-" at either end')
    .optional(),
  then: z.enum(['keep', 'export']),
  keepJobs: z.boolean().optional(),
  ttlHours: z.number().int().min(1).max(8760).optional(),
  dryRun: z.boolean().optional(),
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

export const restoreBody = z.strictObject({
  backupId: z.string().min(1).max(200),
  mode: z.enum(RESTORE_MODES),
  target: database.optional(),
  targetDatabase: databaseName.optional(),
  // schema, dot, table, and the quotes that either may need
  tables: z.array(sqlName(260)).min(1).max(1000).optional(),
  toastCompression: z.literal('lz4').optional(),
  confirm: databaseName.optional(),
  dryRun: z.boolean().optional(),
  acceptStorageGrowth: z.boolean().optional(),
  acceptReplicationLoss: z.boolean().optional(),
});

export const undoBody = z.strictObject({ confirm: databaseName.optional(), dryRun: z.boolean().optional() });

export const wipeCheckBody = z.strictObject({
  databaseHost: z.string().min(1).max(255),
  database: databaseName,
  operation: z.string().min(1).max(200),
  confirm: databaseName.optional(),
});

export const drillBody = z
  .strictObject({
    database: database.optional(),
    backupId: z.string().refine(isBackupId, 'must be a backup id').optional(),
    source: z.enum(DRILL_SOURCES).optional(),
  })
  .refine(({ database: name, backupId, source }) => backupId === undefined || (name ?? source) === undefined, {
    path: ['backupId'],
    error: 'stands alone: it names the database, and nothing is left to choose',
  });

export const drillsQuery = z.strictObject({ database: database.optional(), limit, cursor });

export const backupsQuery = z.strictObject({
  database: database.optional(),
  kind: z.enum(BACKUP_KINDS).optional(),
  state: z.enum(BACKUP_STATES).optional(),
  from: time.optional(),
  to: time.optional(),
  limit,
  cursor,
});

export const jobsQuery = z.strictObject({
  database: database.optional(),
  kind: z.enum(JOB_KINDS).optional(),
  state: z.enum(JOB_STATES).optional(),
  limit,
  cursor,
});

export const jobQuery = z.strictObject({
  wait: z.coerce.number('must be a number').min(0).max(200).default(0),
});

export const auditQuery = z.strictObject({
  subject: z.string().min(1).max(200).optional(),
  what: z
    .string()
    .regex(/^[A-Za-z]{1,60}$/, 'must be the name of a route, as openapi.json has it')
    .optional(),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  jobId: z.string().min(1).max(100).optional(),
  from: time.optional(),
  to: time.optional(),
  limit,
  cursor,
});

const container = z
  .string()
  .regex(/^[a-z0-9](-?[a-z0-9]){2,62}$/, 'must be a container name: 3 to 63 of a-z, 0-9 and single hyphens');
const blobName = z.string().min(1).max(1024);

export const deletedBlobsQuery = z.strictObject({
  container: container.optional(),
  prefix: z.string().max(1024).optional(),
  deletedFrom: time.optional(),
  deletedTo: time.optional(),
  containers: z.stringbool('must be true or false').default(false),
  limit,
  cursor,
});

export const undeleteBody = z
  .strictObject({
    container,
    name: blobName.optional(),
    prefix: z.string().max(1024).optional(),
    deletedFrom: time.optional(),
    deletedTo: time.optional(),
    overwrite: z.boolean().default(false),
    dryRun: z.boolean().default(false),
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
  database: database.optional(),
  at: time.optional(),
  dryRun: z.boolean().default(false),
});
export const policiesBody = z.strictObject({ dryRun: z.boolean().optional() });

export const noBody = z.strictObject({});
export const noQuery = z.strictObject({});
export const anyQuery = z.looseObject({});
export const backupPlace = z.object({ snapshotAt: z.string(), blob: z.string() });
export const auditPlace = z.object({ key: z.string() });
export const deletedBlobsPlace = z.object({
  container: z.string(),
  place: z.object({ marker: z.string(), after: z.string() }).optional(),
  given: z.int().min(0),
});
export const jobPlace = z.object({ jobId: z.string() });
