import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Route } from '../http/route';
import { ClientError } from './exits';
import type { Credentials } from './sign-in';

export interface ApiRequest {
  readonly method: Route['method'];
  /** Below `/api/`, with its parameters filled in. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly idempotencyKey?: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

const problemShape = z.object({ code: z.string(), detail: z.string(), hint: z.string(), status: z.number() });
/** The platform ends a call after 230 s. */
const CALL_TIMEOUT_MS = 240_000;
/** A call that may be repeated is, after these pauses. */
const PAUSES_MS = [1_000, 3_000];

/** The app's API over HTTP. Redirects are not followed: a token goes to the configured host alone. */
export class Api {
  constructor(
    readonly url: string,
    private readonly credentials: Credentials,
  ) {}

  /**
   * A call that changes something is repeated after a failure of the network only with an idempotency key.
   *
   * @throws ClientError `refused` with the words of the app, `unreachable`
   */
  async call(request: ApiRequest): Promise<ApiAnswer> {
    const mayRepeat = request.method !== 'POST' || request.idempotencyKey !== undefined;
    for (const pauseMs of mayRepeat ? PAUSES_MS : []) {
      try {
        return await this.callOnce(request);
      } catch (error) {
        if (!(error instanceof ClientError) || error.code !== 'unreachable') throw error;
      }
      await sleep(pauseMs);
    }
    return this.callOnce(request);
  }

  private async callOnce(request: ApiRequest): Promise<ApiAnswer> {
    const url = new URL(`${this.url}/api/${request.path}`);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const headers = {
      ...(await this.credentials.headers()),
      'user-agent': 'lifebook-backup-client',
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(request.idempotencyKey === undefined ? {} : { 'idempotency-key': request.idempotencyKey }),
    };
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    let answer: Response;
    let text: string;
    try {
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
      answer = await fetch(url, { method: request.method, headers, body, signal, redirect: 'manual' });
      text = await answer.text();
    } catch (error) {
      throw unreachable(this.url, error);
    }
    return readAnswer(answer, text, request);
  }
}

function readAnswer(answer: Response, text: string, { method, path }: ApiRequest): ApiAnswer {
  const { status } = answer;
  const type = answer.headers.get('content-type') ?? '';
  const value = parse(text);
  if (type.startsWith('application/json') && value !== undefined && (answer.ok || status === 503)) {
    return { status, body: value };
  }
  const problem = problemShape.safeParse(value);
  if (type.startsWith('application/problem+json') && problem.success) {
    const { code, detail, hint } = problem.data;
    const exit = status < 500 ? 'refused' : 'unreachable';
    throw new ClientError(exit, code, detail, hint, retryAfterSeconds(answer.headers));
  }
  const called = `${method} /api/${path}`;
  if (status === 404) {
    const hint =
      'check LIFEBOOK_BACKUP_URL; of two apps, the one of recoveries is named by LIFEBOOK_BACKUP_RECOVERY_URL';
    throw new ClientError('refused', 'not-served', `the app at this address does not serve ${called}`, hint);
  }
  if (status === 401 || status === 403) {
    const hint = 'the host in front of the app refused: with AUTH_MODE=keys set LIFEBOOK_BACKUP_KEY';
    throw new ClientError('refused', 'refused-by-host', `${called} was answered with ${status}`, hint);
  }
  const code = status >= 500 ? 'unreachable' : 'no-answer-of-the-app';
  const hint = 'what answers at this address is not the app, or the app is starting: check LIFEBOOK_BACKUP_URL';
  throw new ClientError(status >= 500 ? 'unreachable' : 'refused', code, `${called} was answered with ${status}`, hint);
}

/** The header has seconds or, from something in front of the app, a date, which is not told. */
function retryAfterSeconds(headers: Headers): number | undefined {
  const [seconds] = /^\d{1,6}$/.exec(headers.get('retry-after') ?? '') ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(url: string, error: unknown): ClientError {
  const { cause, name, message } = error as Error & { cause?: { code?: string; message?: string } };
  const why = cause?.code ?? cause?.message ?? (name === 'TimeoutError' ? 'no answer within 240 s' : message);
  return new ClientError(
    'unreachable',
    'unreachable',
    `${url} cannot be reached: ${why}`,
    'check LIFEBOOK_BACKUP_URL and the network',
  );
}
