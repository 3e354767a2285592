import type { HttpClient, PipelinePolicy } from '@azure/core-rest-pipeline';
import { Failure } from '../../domain/failure';
import type { ArmAccess } from './arm-access';

/** What the SDK's errors have, as far as it is used here. */
interface ArmError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly name?: string;
  readonly message?: string;
}

interface ArmClientOptions {
  readonly endpoint: string;
  readonly retryOptions: { readonly maxRetries: number; readonly retryDelayInMs: number };
  readonly additionalPolicies: { policy: PipelinePolicy; position: 'perRetry' | 'perCall' }[];
  readonly httpClient?: HttpClient;
}

/** What every client of ARM is made with. */
export function armClientOptions({ endpoint, maxRetries, retryDelayMs, httpClient }: ArmAccess): ArmClientOptions {
  return {
    endpoint,
    retryOptions: { maxRetries, retryDelayInMs: retryDelayMs },
    additionalPolicies: [
      { policy: onlyTo(endpoint), position: 'perRetry' },
      { policy: errorsHaveBodies, position: 'perCall' },
    ],
    ...(httpClient === undefined ? {} : { httpClient }),
  };
}

export const statusOf = (error: unknown): number | undefined => (error as ArmError).statusCode;

/**
 * Runs one call with a time limit. The SDK repeats what may pass (429, 5xx, no answer) by itself, each time under the same
 * name, so a repeated PUT makes no second server.
 *
 * @throws Failure `azure-unavailable`, `azure-refused`, `azure-busy`; the reason of `signal` when it is a Failure; a 404 as it came, for the caller to read
 */
export async function armCall<T>(
  what: string,
  limitMs: number,
  signal: AbortSignal | undefined,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    return await call(signal === undefined ? limit : AbortSignal.any([signal, limit]));
  } catch (error) {
    if (signal?.aborted === true && signal.reason instanceof Failure) throw signal.reason;
    if (limit.aborted) throw new Failure('azure-unavailable', `${what}: no answer within ${limitMs} ms`);
    throw asArmFailure(what, error);
  }
}

function asArmFailure(what: string, error: unknown): unknown {
  if (error instanceof Failure) return error;
  const status = statusOf(error);
  // no `cause`: the SDK's errors carry the request with its token and signed URL
  const detail = `${what}: ${describeArmError(error)}`;
  if (status === 404) return error;
  if (status === 409) return new Failure('azure-busy', detail);
  if (status !== undefined) {
    return new Failure(status === 429 || status >= 500 ? 'azure-unavailable' : 'azure-refused', detail);
  }
  const { name } = error as ArmError;
  if (name === 'RestError' || name === 'AbortError') return new Failure('azure-unavailable', detail);
  if (/Credential|Authentication/.test(name ?? '')) {
    return new Failure('azure-refused', `${what}: the app's identity got no token for Azure`);
  }
  return error;
}

/** Status, ARM's code and its message, without any URL. */
export function describeArmError(error: unknown): string {
  const { statusCode, code, message } = error as ArmError;
  if (statusCode === undefined) return `no answer (${code ?? 'network error'})`;
  return `answered ${statusCode} ${code ?? ''}: ${withoutUrls(message ?? '')}`;
}

export const withoutUrls = (text: string): string => text.replaceAll(/https?:\/\/\S+/g, '(URL)').slice(0, 300);

/** For a `catch`: what ARM does not have is undefined. */
export function undefinedIfMissing(error: unknown): undefined {
  if (statusOf(error) === 404) return undefined;
  throw error;
}

/** The token goes to ARM alone: a status URL or a redirect that leads elsewhere is not followed. */
function onlyTo(endpoint: string): PipelinePolicy {
  return {
    name: 'onlyToArm',
    sendRequest: (request, next) => {
      if (new URL(request.url).origin === new URL(endpoint).origin) return next(request);
      throw new Failure('azure-refused', 'Azure named another host to go on with; the token is not sent there');
    },
  };
}

/** An error without a body, as a gateway before ARM answers one: the SDK would fail at reading it and hide the status. */
const errorsHaveBodies: PipelinePolicy = {
  name: 'errorsHaveBodies',
  sendRequest: async (request, next) => {
    const response = await next(request);
    if (response.status < 400 || (response.bodyAsText ?? '') !== '') return response;
    response.headers.set('content-type', 'application/json');
    return { ...response, bodyAsText: '{"error":{}}' };
  },
};
