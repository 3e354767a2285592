import { randomUUID } from 'node:crypto';
import type { PublicJob } from '../domain/jobs/job';
import { paramNames } from '../http/route';
import type { Api, ApiAnswer, ApiRequest } from './api';
import type { ClientCommand } from './command-table';
import { confirmPlan } from './confirm';
import { ClientError, type Exit } from './exits';
import { complaint, fieldsOf, flagOf, objectOf } from './fields';
import type { Screen } from './screen';
import { outline, table } from './text';
import { endOf, waitForJob } from './wait-for-job';

/** What the command line said, by flag; arguments under the flags of their fields. */
export type Given = Readonly<Record<string, unknown>>;

/** Checks what was given, has a plan confirmed, makes the call, and with `--wait` waits for its job. */
export async function runCommand(command: ClientCommand, given: Given, api: Api, screen: Screen): Promise<Exit> {
  const request = readRequest(command, given);
  const isPlanned = fieldsOf(command.body).some(({ flag }) => flag === 'dry-run') && given['dry-run'] !== true;
  const confirm = isPlanned
    ? await confirmPlan(api, request, screen, { confirm: text(given['confirm']), yes: given['yes'] === true })
    : undefined;
  const body = confirm === undefined ? request.body : { ...request.body, confirm };
  const answer = await api.call({ ...request, ...(body === undefined ? {} : { body }) });
  if (command.startsJob && answer.status === 202) return followJob(answer.body as PublicJob, given, api, screen);
  screen.result(answer.body, lines(command, answer));
  const { refusals } = answer.body as { refusals?: unknown };
  if (Array.isArray(refusals) && refusals.length > 0) return 'refused';
  // health alone answers with a 503 that is an answer
  return answer.status === 503 ? 'failed' : 'ok';
}

/** `wait JOBID`, and the end of `--wait`. */
export async function waitFor(jobId: string, given: Given, api: Api, screen: Screen): Promise<Exit> {
  const minutes = Number(text(given['timeout']) ?? Number.POSITIVE_INFINITY);
  if (!(minutes >= 0)) {
    throw new ClientError(
      'usage',
      'invalid-option',
      '--timeout: must be a number of minutes',
      'for example --timeout 30',
    );
  }
  const job = await waitForJob(api, jobId, screen, { timeoutMs: minutes * 60_000 });
  screen.result(job, endOf(job));
  return job.state === 'succeeded' ? 'ok' : 'failed';
}

async function followJob(job: PublicJob, given: Given, api: Api, screen: Screen): Promise<Exit> {
  if (given['wait'] === true) {
    screen.note(`${job.kind} is job ${job.jobId}`);
    return waitFor(job.jobId, given, api, screen);
  }
  screen.result(job, [`${job.kind} is ${job.state}: job ${job.jobId}`, `watch it: lifebook-backup wait ${job.jobId}`]);
  return 'ok';
}

function readRequest(command: ClientCommand, given: Given): ApiRequest {
  const { method, positional = [] } = command;
  const names = paramNames(command.path);
  const path = names.reduce(
    (sofar, name) => sofar.replace(`{${name}}`, encodeURIComponent(text(given[flagOf([name])]) ?? '')),
    command.path,
  );
  const argumentsOf = positional.map((name) => flagOf([name]));
  const part = (schema: ClientCommand['body']): Record<string, unknown> => {
    const object = objectOf(fieldsOf(schema), given);
    const wrong = schema && complaint(schema, object, argumentsOf);
    if (wrong !== undefined) {
      throw new ClientError('usage', 'invalid-option', wrong, `lifebook-backup ${command.words} --help`);
    }
    return object;
  };
  const query = part(command.query) as Record<string, string>;
  const body = part(command.body);
  return {
    ...{ method, path, query },
    ...(method === 'GET' || command.body === undefined ? {} : { body }),
    ...(command.startsJob ? { idempotencyKey: text(given['idempotency-key']) ?? randomUUID() } : {}),
  };
}

function lines({ columns }: ClientCommand, { body }: ApiAnswer): string[] {
  const fields = body as Record<string, unknown>;
  const { items, nextCursor, ...rest } = fields;
  if (!Array.isArray(items)) return outline(fields);
  if (columns === undefined) return items.flatMap((item: Given, index) => [`${index + 1}.`, ...outline(item, '   ')]);
  const rows = items.length === 0 ? ['none'] : table(items as Given[], columns);
  const more = typeof nextCursor === 'string' ? [`there are more: --cursor ${nextCursor}`] : [];
  return [...rows, ...outline(rest), ...more];
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
