import { z } from 'zod';
import { AUDIT_OUTCOMES } from '../domain/access/audit';
import { type FailureCode, failureTable } from '../domain/failure';
import { JOB_KINDS, JOB_STATES } from '../domain/jobs/job';
import { CHECK_NAMES } from '../domain/watch/checks';

/**
 * What callers get, for the OpenAPI document; a test holds every real answer against it, and another asks for the description
 * of each field. A schema with an `id` becomes a component of that name. What is not listed is not answered: only `result`,
 * the manifest and what is recorded of a backup may have more.
 */
export const time = z.iso.datetime();
export const configuredName = z.string().describe('configured name of the database');
const code = z
  .enum(Object.keys(failureTable) as [FailureCode, ...FailureCode[]])
  .describe('stable, see docs/errors.md');
const detail = z.string().describe('what and why');
const hint = z.string().describe('what to do next');

export const problemAnswer = z
  .object({
    type: z.literal('about:blank').describe('always this: `code` tells the kinds apart'),
    code,
    title: z.string().describe('the code in words'),
    status: z.int().describe('of HTTP'),
    detail,
    hint,
    jobId: z.string().optional().describe('the job that it is about'),
  })
  .meta({ id: 'Problem' });

export const warning = z.object({ code: z.string().describe('a stable word'), detail });

/** What forbids what was planned. */
export const refusal = z.object({ code, detail, hint });

export const statedReason = z.object({
  at: time.describe('when it was said'),
  by: z.string().describe('who said it'),
  reason: z.string().describe('in their words'),
});

export const releaseOf = z.object({
  version: z.string().describe('of the release: 1.42.0'),
  commit: z.string().optional().describe('as the repository names it; absent: nobody said'),
});

/** A call as it can be sent. */
export const callOf = <const Methods extends readonly [string, ...string[]]>(
  methods: Methods,
): z.ZodObject<{
  method: z.ZodEnum<{ [Method in Methods[number]]: Method }>;
  path: z.ZodString;
  body: z.ZodOptional<z.ZodObject>;
}> =>
  z.object({
    method: z.enum(methods).describe('of HTTP'),
    path: z.string().describe('from the root of the host: /api/…'),
    body: z.looseObject({}).optional().describe('to be sent as JSON; absent: none'),
  });

export const jobAnswer = z
  .object({
    jobId: z.string().describe('begins with the time of the request'),
    kind: z.enum(JOB_KINDS).describe('what it does'),
    database: z.string().optional().describe('configured name; absent where it is about blobs or accounts alone'),
    state: z.enum(JOB_STATES).describe('the last three are ends'),
    requestedBy: z.string().describe('name of the caller, or the schedule'),
    requestedAt: time.describe('when it was asked for'),
    startedAt: time.optional().describe('when a worker took it first'),
    finishedAt: time.optional().describe('when it ended'),
    attempt: z.int().describe('times that a worker took it: 1 while the first has it'),
    waitingFor: z.string().optional().describe('the job whose end this one waits for'),
    progress: z
      .object({
        phase: z.string().describe('what it does now, or did last'),
        doneBytes: z.number().optional().describe('bytes of this phase that are done'),
        totalBytes: z.number().optional().describe('bytes of this phase'),
        percent: z.number().optional().describe('of this phase, 0 to 100'),
        message: z.string().optional().describe('more of what it does, in words'),
      })
      .describe('how far it is; what is absent is not known'),
    result: z
      .looseObject({ warnings: z.array(warning).describe('what to know of it although it succeeded') })
      .optional()
      .describe('of a job that succeeded: what it made or found, by its kind, such as the `backupId` of a backup'),
    error: z
      .object({ code, detail, hint })
      .optional()
      .describe('why it failed or was canceled; of a queued job: why its last attempt was put off'),
  })
  .meta({ id: 'Job' });

/** Of the database that was dumped. */
export const schemaRevision = z
  .object({
    source: z.string().describe('table of the migration tool'),
    value: z.string().describe('how far it was'),
  })
  .nullable()
  .describe('how far the migrations were; null: not known');

/** A page of a list; `order` says what comes first. */
export const listOf = <Item extends z.ZodType>(
  item: Item,
  order: string,
): z.ZodObject<{ items: z.ZodArray<Item>; nextCursor: z.ZodOptional<z.ZodString> }> =>
  z.object({
    items: z.array(item).describe(order),
    nextCursor: z.string().optional().describe('`cursor` of the next page; absent on the last one'),
  });

export const jobsAnswer = listOf(jobAnswer, 'newest request first');

export const databasesAnswer = listOf(
  z.object({ name: z.string().describe('configured name') }).meta({ id: 'Database' }),
  'every protected database',
);

export const auditAnswer = listOf(
  z
    .object({
      at: time.describe('when it was answered'),
      subject: z
        .string()
        .describe('what names the same caller every time: of the token; `anonymous`: nobody was let in'),
      who: z.string().describe('the caller as people read it'),
      what: z.string().describe('operationId'),
      call: z.string().describe('method and path, without the query'),
      from: z
        .object({
          address: z.string().describe('as the front end of Azure saw it; `unknown` without one'),
          userAgent: z.string().describe('what the program calls itself'),
        })
        .describe('where it came from'),
      outcome: z.enum(AUDIT_OUTCOMES).describe('refused: with a 4xx; failed: with a 5xx'),
      status: z.int().describe('of HTTP'),
      code: z.string().optional().describe('of the problem that was answered'),
      jobId: z.string().optional().describe('the job that it made or was about'),
      notRecorded: z.int().optional().describe('refusals of strangers that were only counted before this one'),
    })
    .meta({ id: 'AuditRecord' }),
  'newest first',
);

const healthState = z.enum(['ok', 'degraded', 'failing']);

export const healthAnswer = z
  .object({
    status: healthState.describe('the worst of the checks'),
    newestVerifiedBackupAt: time
      .nullable()
      .describe("the oldest among the databases' newest ones; null: one has none, or it is not known"),
    checks: z
      .array(
        z.object({
          name: z.enum(CHECK_NAMES).describe('docs/checks.md has what each looks at'),
          state: healthState.describe('of the worst database; ok also where it could not be looked at'),
        }),
      )
      .describe('without details: GET /api/checks has them'),
  })
  .meta({ id: 'Health' });

export const openapiAnswer = z.looseObject({ openapi: z.literal('3.1.0').describe('version of OpenAPI') });
