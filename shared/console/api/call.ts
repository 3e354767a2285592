import { signal } from '@preact/signals';
import { isExpired, session } from '../session/session';
import { texts } from '../texts';
import type { Problem } from './answers';

/** What the API refused, or why it cannot be reached. */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Nothing answers; what is on the screen may be old. */
export const isOffline = signal(false);

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** How old the answer may be, seconds; 0, the default: as of now. */
  readonly maxAgeSeconds?: number;
  /** Told how old it is, where the API says that. */
  readonly onAge?: (seconds: number) => void;
}

/** One call of the API as the user who is signed in. @throws ApiProblem */
export async function call<Answer>(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const headers = new Headers({ accept: 'application/json' });
  const token = await session.value?.token().catch(() => undefined);
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (options.body !== undefined) headers.set('content-type', 'application/json');
  if (options.idempotencyKey !== undefined) headers.set('idempotency-key', options.idempotencyKey);
  if (options.maxAgeSeconds !== undefined) headers.set('cache-control', `max-age=${options.maxAgeSeconds}`);
  const answer = await reach(addressOf(path, options.query), {
    ...{ method, headers, signal: options.signal ?? null },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  options.onAge?.(Number(answer.headers.get('age') ?? 0));
  if (answer.ok) return (await answer.json().catch(() => ({}))) as Answer;
  if (answer.status === 401 && session.value !== undefined) isExpired.value = true;
  throw new ApiProblem(await readProblem(answer));
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    const answer = await fetch(url, init);
    isOffline.value = false;
    return answer;
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    isOffline.value = true;
    throw new ApiProblem({ code: 'connection-lost', status: 0, ...texts.problems.connectionLost });
  }
}

function addressOf(path: string, query: CallOptions['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `/api${path}${text === '' ? '' : `?${text}`}`;
}

async function readProblem(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => undefined)) as Partial<Problem> | undefined;
  const { title, detail, hint } = texts.problems.noProblem(answer.status);
  return {
    ...{ code: body?.code ?? 'unknown', status: answer.status, title: body?.title ?? title },
    ...{ detail: body?.detail ?? detail, hint: body?.hint ?? hint },
    ...(body?.jobId === undefined ? {} : { jobId: body.jobId }),
  };
}

/** What a call threw, to be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  return { code: 'page-defect', status: 0, ...texts.problems.defect(error instanceof Error ? error.message : '') };
}
