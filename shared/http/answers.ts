import { z } from 'zod';
import { AUDIT_OUTCOMES } from '../domain/access/audit';
import { BACKUP_STATES } from '../domain/catalog/catalog';
import { DRILL_KINDS, DRILL_VERDICTS } from '../domain/drills/drill';
import { type FailureCode, failureTable } from '../domain/failure';
import { JOB_KINDS, JOB_STATES } from '../domain/jobs/job';
import { BACKUP_KINDS } from '../domain/backup/manifest';

/**
 * What callers get, for the OpenAPI document; a test holds every real answer against it. A schema with an `id` becomes a
 * component of that name. What is not listed is not answered: only `result` and the manifest may have more.
 */
const time = z.iso.datetime();
const codes = Object.keys(failureTable) as [FailureCode, ...FailureCode[]];

export const problemAnswer = z
  .object({
    type: z.literal('about:blank'),
    code: z.enum(codes),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('what and why'),
    hint: z.string().describe('what to do next'),
    jobId: z.string().optional(),
  })
  .meta({ id: 'Problem' });

export const warning = z.object({ code: z.string(), detail: z.string() });

export const jobAnswer = z
  .object({
    jobId: z.string(),
    kind: z.enum(JOB_KINDS),
    database: z.string().optional().describe('configured name'),
    state: z.enum(JOB_STATES),
    requestedBy: z.string(),
    requestedAt: time,
    startedAt: time.optional(),
    finishedAt: time.optional(),
    attempt: z.int().describe('claims so far'),
    waitingFor: z.string().optional().describe('the job whose end this one waits for'),
    progress: z.object({
      phase: z.string(),
      doneBytes: z.number().optional(),
      totalBytes: z.number().optional(),
      percent: z.number().optional(),
      message: z.string().optional(),
    }),
    result: z.looseObject({ warnings: z.array(warning) }).optional(),
    error: z.object({ code: z.enum(codes), detail: z.string(), hint: z.string() }).optional(),
  })
  .meta({ id: 'Job' });

export const pitrPlanAnswer = z
  .object({
    sourceServer: z.string(),
    server: z.string().describe('the new server; a name that was not given ends otherwise in each job'),
    resourceGroup: z.string(),
    pointInTime: time,
    window: z.object({ from: time, to: time }),
    then: z.enum(['keep', 'export']),
    expiresAt: time.nullable().describe('when the new server may be deleted; null: never'),
    steps: z.array(z.string()),
    warnings: z.array(warning),
  })
  .meta({ id: 'PitrPlan' });

/** A page of a list. */
export const listOf = <Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; nextCursor: z.ZodOptional<z.ZodString> }> =>
  z.object({ items: z.array(item), nextCursor: z.string().optional().describe('absent on the last page') });

export const jobsAnswer = listOf(jobAnswer);

export const databasesAnswer = listOf(
  z.object({ name: z.string().describe('configured name') }).meta({ id: 'Database' }),
);

export const backupsAnswer = listOf(
  z
    .object({
      backupId: z.string().nullable().describe('null: a blob that is none of ours'),
      kind: z.enum(BACKUP_KINDS).nullable(),
      database: z.string().nullable().describe('configured name'),
      state: z.enum(BACKUP_STATES),
      hold: z.enum(['none', 'held']),
      snapshotAt: time,
      finishedAt: time.describe('when its manifest was written'),
      sizeBytes: z.number(),
      rows: z.int().nullable().describe('of all tables'),
      sha256: z.string().nullable(),
      source: z.string().nullable(),
      release: z.string().nullable().describe('version of the release that it was taken before'),
      manifestVersion: z.int().nullable(),
      blob: z.string(),
      isIntact: z.boolean().describe('the dump lies there with its size, and nobody found it damaged'),
      isShrunken: z.boolean().describe('much smaller than the one before, and nobody has accepted that'),
    })
    .meta({ id: 'CatalogEntry' }),
);

export const statedReason = z.object({ at: time, by: z.string(), reason: z.string() });

export const backupAnswer = z
  .object({
    backupId: z.string(),
    database: z.string(),
    state: z.enum(BACKUP_STATES),
    hold: z.enum(['none', 'held']),
    heldBecause: statedReason.extend({ until: time.optional() }).optional(),
    damaged: z.looseObject({ at: time, detail: z.string() }).optional(),
    verifiedAgain: z.looseObject({ at: time }).optional().describe('the last later read that passed'),
    copied: z.looseObject({ at: time }).optional().describe('it is in the second account, too'),
    accepted: statedReason.optional(),
    manifest: z.looseObject({ manifestVersion: z.int(), backupId: z.string() }).describe('docs/format.md'),
    commands: z.array(z.string()),
  })
  .meta({ id: 'Backup' });

export const backupLinkAnswer = z
  .object({
    backupId: z.string(),
    blob: z.string(),
    sizeBytes: z.number(),
    sha256: z.string().describe('of the whole dump'),
    url: z.string().describe('a secret: whoever has it reads the dump until it expires'),
    expiresAt: time,
  })
  .meta({ id: 'BackupLink' });

export const auditAnswer = listOf(
  z
    .object({
      at: time,
      subject: z.string(),
      who: z.string(),
      what: z.string().describe('operationId'),
      call: z.string(),
      from: z.object({ address: z.string(), userAgent: z.string() }),
      outcome: z.enum(AUDIT_OUTCOMES),
      status: z.int(),
      code: z.string().optional(),
      jobId: z.string().optional(),
      notRecorded: z.int().optional().describe('refusals of strangers that were only counted before this one'),
    })
    .meta({ id: 'AuditRecord' }),
);
const drillLine = {
  id: z.string(),
  kind: z.enum(DRILL_KINDS).describe("what was rehearsed: a stored dump, or a point in time of Azure's own backups"),
  database: z.string(),
  verdict: z.enum(DRILL_VERDICTS),
  startedAt: time,
  finishedAt: time,
  recoverySeconds: z.number().nullable().describe('until it was restored and compared; null: it did not come so far'),
  recoveryPointSeconds: z.number().nullable().describe('age of the snapshot or moment when the drill began'),
};

export const drillsAnswer = listOf(z.object({ ...drillLine, backupId: z.string().nullable() }).meta({ id: 'Drill' }));

const texts = <const Names extends string>(...names: Names[]): Record<Names, z.ZodString> =>
  Object.fromEntries(names.map((name) => [name, z.string()])) as Record<Names, z.ZodString>;

export const drillAnswer = z
  .object({
    evidenceVersion: z.literal(1),
    ...drillLine,
    failure: z.object(texts('code', 'detail')).nullable(),
    requestedBy: z.string(),
    backup: z
      .object({
        ...texts('backupId', 'kind', 'chosen', 'database', 'snapshotAt', 'sha256'),
        ...texts('serverVersion', 'pgDump', 'pgRestore'),
        sizeBytes: z.number(),
      })
      .nullable(),
    server: z.object(texts('host', 'version')).nullable(),
    scratchDatabase: z.string().nullable(),
    moment: z
      .object({
        ...{ sourceServer: z.string(), windowFrom: time, pointInTime: time, lastCommitAt: time.nullable() },
        comparedWith: z.string().nullable().describe('the newest verified backup of before the moment'),
      })
      .nullable()
      .describe('of a drill of a point in time'),
    temporaryServer: z.string().nullable().describe('the server that the drill made and deleted'),
    phases: z.array(z.object({ phase: z.string(), seconds: z.number() })),
    compared: z.object({ tables: z.int(), rows: z.int(), checksums: z.int(), schemaEntries: z.int() }).nullable(),
    tables: z.array(
      z.object({
        ...{ ...texts('schema', 'name'), rows: z.int(), hasChecksum: z.boolean() },
        rowsInBackup: z.int().nullable().optional().describe('of a point in time: in the backup of before'),
      }),
    ),
    checks: z.array(z.object({ ...texts('name', 'detail'), state: z.enum(['passed', 'failed', 'skipped']) })),
    warnings: z.array(warning),
  })
  .meta({ id: 'DrillEvidence' });

export const deletedBlobsAnswer = listOf(
  z.union([
    z
      .object({
        container: z.string(),
        name: z.string(),
        state: z.enum(['deleted', 'overwritten']).describe('overwritten: a blob of that name is live'),
        kind: z.enum(['base', 'snapshot', 'version']),
        id: z.string().optional().describe("the snapshot's or version's time"),
        deletedAt: time.optional().describe('when it was deleted or overwritten; not told with versioning'),
        daysLeft: z.int().optional(),
        writtenAt: time,
        sizeBytes: z.number(),
      })
      .meta({ id: 'DeletedBlob' }),
    z
      .object({ name: z.string(), version: z.string(), deletedAt: time, daysLeft: z.int() })
      .meta({ id: 'DeletedContainer' }),
  ]),
);

const healthState = z.enum(['ok', 'degraded', 'failing']);

export const healthAnswer = z
  .object({
    status: healthState,
    newestVerifiedBackupAt: time.nullable().describe("the oldest among the databases' newest ones"),
    checks: z.array(z.object({ name: z.string(), state: healthState })),
  })
  .meta({ id: 'Health' });

export const openapiAnswer = z.looseObject({ openapi: z.literal('3.1.0') });

const refusal = z.object({ code: z.enum(codes), detail: z.string(), hint: z.string() });
const rename = z.object({ from: z.string(), to: z.string() });
const tableOf = z.object({ schema: z.string(), name: z.string() });
const releaseOf = z.object({ version: z.string(), commit: z.string().optional() });

export const restorePlanAnswer = z
  .object({
    mode: z.string(),
    backup: z.looseObject({ backupId: z.string(), snapshotAt: time }),
    target: z.object({ name: z.string().nullable(), host: z.string(), major: z.int() }),
    database: z.string().describe('where the restored data is found afterwards'),
    workDatabase: z.string(),
    previousDatabase: z.string().nullable().describe('what a swap renames the live database to'),
    creates: z.array(z.string()),
    renames: z.array(rename),
    destroys: z.array(z.string()),
    survives: z.array(z.string()),
    tables: z.array(tableOf).nullable(),
    toastCompression: z.string().nullable(),
    tool: z.object({ major: z.int(), version: z.string() }),
    reads: z.enum(['file', 'stream']),
    parallelJobs: z.int(),
    expectedSeconds: z.number().nullable().describe('from measured runs; null before there are any'),
    space: z.object({
      neededBytes: z.number(),
      freeBytes: z.number().nullable(),
      totalBytes: z.number().nullable(),
    }),
    endsSessions: z.array(z.string()),
    missingRights: z.array(z.object({ right: z.string(), sql: z.string() })),
    missingRoles: z.array(z.string()),
    safetyDump: z.union([z.object({ backupId: z.string() }), z.literal('taken-first')]).nullable(),
    redeploy: releaseOf.nullable(),
    confirm: z.string().nullable().describe('what "confirm" must be; null: nothing'),
    warnings: z.array(warning),
    refusals: z.array(refusal).describe('empty: the restore may be started'),
  })
  .meta({ id: 'RestorePlan' });

export const undoPlanAnswer = z
  .object({
    database: z.string(),
    previousDatabase: z.string(),
    undoneDatabase: z.string().describe('what the live database is kept as'),
    renames: z.array(rename),
    writesSince: time.nullable().describe('what was written from then on is in the live database alone'),
    endsSessions: z.array(z.string()),
    confirm: z.string().nullable(),
    refusals: z.array(refusal),
  })
  .meta({ id: 'UndoPlan' });

export const wipeCheckAnswer = z
  .object({
    allowed: z.literal(true),
    database: z.string(),
    operation: z.string(),
    backupId: z.string(),
    snapshotAt: time.describe('later writes are in no backup'),
  })
  .meta({ id: 'WipeCheck' });
