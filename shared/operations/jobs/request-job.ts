import { createHash, randomUUID } from 'node:crypto';
import { Failure } from '../../domain/failure';
import { hasEnded, type JobKind, type JobRecord } from '../../domain/jobs/job';
import { newJobId } from '../../domain/jobs/job-id';
import type { Systems } from '../../systems/systems';
import { openJobs } from './open-jobs';
import { Turns } from './turns';

type Needs = Pick<Systems, 'clock' | 'jobLedger' | 'jobQueue' | 'settings'>;

/** How long an idempotency key gives the same job (product.md §5). */
const KEY_LIFE_MS = 7 * 24 * 3600 * 1000;
/** A caller's jobs are counted and made in turn: of sixty calls at once, each would else see that there is still room. */
const turns = new Turns();

export interface JobOrder {
  readonly kind: JobKind;
  readonly database?: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly requestedBy: string;
  /** Fixed by the caller where the order has an identity of its own, as a nightly job has. */
  readonly jobId?: string;
}

/**
 * Record first, ticket second: a crash in between leaves a queued job that the sweep announces.
 * `isNew` is false when a record of that id was there; then nothing is announced.
 */
export async function requestJob(systems: Needs, order: JobOrder): Promise<{ record: JobRecord; isNew: boolean }> {
  const now = systems.clock.now();
  const record: JobRecord = {
    recordVersion: 1,
    jobId: order.jobId ?? newJobId(now, randomUUID().slice(0, 8)),
    kind: order.kind,
    ...(order.database === undefined ? {} : { database: order.database }),
    state: 'queued',
    requestedBy: order.requestedBy,
    requestedAt: now.toISOString(),
    attempt: 0,
    progress: { phase: 'queued' },
    request: order.request,
    ticketDueAt: now.toISOString(),
    phasesDone: {},
    notes: {},
    kills: {},
    givenBack: 0,
    retries: 0,
  };
  if ((await systems.jobLedger.create(record)) === 'exists') {
    const found = await systems.jobLedger.read(record.jobId);
    return { record: found?.record ?? record, isNew: false };
  }
  await systems.jobQueue.announce(record.jobId, 0);
  return { record, isNew: true };
}

/**
 * The same for a caller: with an idempotency key the same order gives the same job, and another order under that key is
 * refused. The key is written before the record, with the id that the record will have. The limit holds for each instance of
 * the app: several that make a job in the same moment may go beyond it by one each.
 *
 * @throws Failure `idempotency-key-reused`, `too-many-jobs`
 */
export function requestJobFor(systems: Needs, order: JobOrder, idempotencyKey: string | undefined): Promise<JobRecord> {
  return turns.take(order.requestedBy, () => requestInTurn(systems, order, idempotencyKey));
}

async function requestInTurn(systems: Needs, order: JobOrder, idempotencyKey: string | undefined): Promise<JobRecord> {
  if (idempotencyKey === undefined) {
    await refuseTooMany(systems, order.requestedBy);
    return (await requestJob(systems, order)).record;
  }
  const now = systems.clock.now();
  const jobId = newJobId(now, randomUUID().slice(0, 8));
  const bodyHash = hashOf(order);
  const key = keyOf(order.requestedBy, idempotencyKey);
  const remembered = { jobId, bodyHash, at: now.toISOString() };
  const earlier = await systems.jobLedger.rememberKey(key, remembered, new Date(now.getTime() - KEY_LIFE_MS));
  if (earlier === undefined) {
    await refuseTooMany(systems, order.requestedBy);
    return (await requestJob(systems, { ...order, jobId })).record;
  }
  if (earlier.bodyHash !== bodyHash) throw reused();
  const existing = await systems.jobLedger.read(earlier.jobId);
  if (existing !== undefined) return existing.record;
  await refuseTooMany(systems, order.requestedBy);
  return (await requestJob(systems, { ...order, jobId: earlier.jobId })).record;
}

/**
 * The same for an order of which something is looked at first: `check` gives what it lacks, and throws when it cannot work.
 * An order that is repeated under its key gives its job, whatever would be in its way by now.
 *
 * @throws Failure those of `check` and of `requestJobFor`
 */
export async function requestCheckedJob(
  systems: Needs,
  asked: JobOrder,
  idempotencyKey: string | undefined,
  check: () => Promise<Partial<Pick<JobOrder, 'database'>>>,
): Promise<JobRecord> {
  const earlier = idempotencyKey === undefined ? undefined : await repeatedJob(systems, asked, idempotencyKey);
  return earlier ?? requestJobFor(systems, { ...asked, ...(await check()) }, idempotencyKey);
}

/** The job that an order of that key has made; undefined: none, or the key's owner died before it was recorded. */
async function repeatedJob(systems: Needs, asked: JobOrder, idempotencyKey: string): Promise<JobRecord | undefined> {
  const key = keyOf(asked.requestedBy, idempotencyKey);
  const earlier = await systems.jobLedger.recallKey(key, new Date(systems.clock.now().getTime() - KEY_LIFE_MS));
  const record = earlier && (await systems.jobLedger.read(earlier.jobId))?.record;
  if (record === undefined) return undefined;
  if (hashOf({ ...asked, database: asked.database ?? record.database }) === hashOf(record)) return record;
  throw reused();
}

async function refuseTooMany(systems: Needs, caller: string): Promise<void> {
  const limit = systems.settings.get('JOBS_PER_CALLER');
  const own = (await openJobs(systems)).filter(({ requestedBy }) => requestedBy === caller);
  const unfinished = own.filter((record) => !hasEnded(record)).length;
  if (unfinished >= limit)
    throw new Failure('too-many-jobs', `you have ${unfinished} unfinished jobs; the limit is ${limit}`);
}

const keyOf = (caller: string, idempotencyKey: string): string => sha256(JSON.stringify([caller, idempotencyKey]));

const hashOf = ({
  kind,
  database,
  request,
}: Pick<JobRecord, 'kind' | 'request'> & { database?: string | undefined }): string =>
  sha256(JSON.stringify([kind, database ?? null, request]));

const reused = (): Failure =>
  new Failure('idempotency-key-reused', 'Idempotency-Key: was used by you for another request');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
