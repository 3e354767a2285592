import { z } from 'zod';
import { BACKUP_STATES } from '../domain/catalog';
import { DRILL_VERDICTS } from '../domain/drill';
import { type FailureCode, failureTable } from '../domain/failure';
import { JOB_KINDS, JOB_STATES } from '../domain/job';
import { BACKUP_KINDS } from '../domain/manifest';

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

const warning = z.object({ code: z.string(), detail: z.string() });

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

/** A page of a list. */
export const listOf = (item: z.ZodType): z.ZodType =>
  z.object({ items: z.array(item), nextCursor: z.string().optional().describe('absent on the last page') });

export const jobsAnswer = listOf(jobAnswer);

export const backupsAnswer = listOf(
  z
    .object({
      backupId: z.string().nullable().describe('null: a blob that is none of ours'),
      kind: z.enum(BACKUP_KINDS).nullable(),
      database: z.string().nullable().describe('configured name'),
      state: z.enum(BACKUP_STATES),
      hold: z.enum(['none', 'held']),
      snapshotAt: time,
      sizeBytes: z.number(),
      sha256: z.string().nullable(),
      source: z.string().nullable(),
      blob: z.string(),
    })
    .meta({ id: 'CatalogEntry' }),
);

export const backupAnswer = z
  .object({
    backupId: z.string(),
    database: z.string(),
    state: z.enum(BACKUP_STATES),
    hold: z.enum(['none', 'held']),
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

const drillLine = {
  id: z.string(),
  database: z.string(),
  verdict: z.enum(DRILL_VERDICTS),
  startedAt: time,
  finishedAt: time,
  recoverySeconds: z.number().nullable().describe('restore, analyze and compare; null: it did not come so far'),
  recoveryPointSeconds: z.number().nullable().describe('age of the snapshot when the drill began'),
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
    phases: z.array(z.object({ phase: z.string(), seconds: z.number() })),
    compared: z.object({ tables: z.int(), rows: z.int(), checksums: z.int(), schemaEntries: z.int() }).nullable(),
    tables: z.array(z.object({ ...texts('schema', 'name'), rows: z.int(), hasChecksum: z.boolean() })),
    checks: z.array(z.object({ ...texts('name', 'detail'), state: z.enum(['passed', 'failed', 'skipped']) })),
    warnings: z.array(warning),
  })
  .meta({ id: 'DrillEvidence' });

const healthState = z.enum(['ok', 'degraded', 'failing']);

export const healthAnswer = z
  .object({
    status: healthState,
    newestVerifiedBackupAt: time.nullable().describe("the oldest among the databases' newest ones"),
    checks: z.array(z.object({ name: z.string(), state: healthState })),
  })
  .meta({ id: 'Health' });

export const openapiAnswer = z.looseObject({ openapi: z.literal('3.1.0') });
