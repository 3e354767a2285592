import { Failure } from '../../domain/failure';

/** How storage calls are repeated; milliseconds. From the STORAGE_… settings. */
export interface StoragePatience {
  readonly tryTimeoutMs: number;
  readonly maxTries: number;
  readonly retryDelayMs: number;
  readonly retryMaxDelayMs: number;
}

/** What the Azure SDK's errors have, as far as it is used here. */
interface StorageError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly name?: string;
  readonly details?: { readonly errorCode?: string };
}

const NO_DUMP_CONTAINER =
  'create the container, or correct AZURE_STORAGE_BACKUP_CONTAINER; infrastructure owns it, not the app';

/**
 * Runs one storage call with a time limit for each try and retries of everything that may pass: no answer, a reset, a
 * stall, 408, 429 and 5xx. The SDK's own policy knows neither stalls nor 429 (its `tryTimeoutInMs` only tells the
 * service), so it is set to a single try (clients.ts) and this is the one place that repeats.
 *
 * `missingContainerHint` says what to do when the container is not there, where it is not the one of the dumps.
 *
 * A call may have been carried out though its answer was lost: what creates must look at the blob after a 409.
 *
 * @throws Failure `storage-unavailable` when the tries are used up, `storage-refused` for 401, 403 and a missing
 * container; the reason of `signal` when it is a Failure; other 4xx answers as they came, for the caller to read
 */
export async function storageCall<T>(
  what: string,
  patience: StoragePatience,
  call: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
  missingContainerHint = NO_DUMP_CONTAINER,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const limit = AbortSignal.timeout(patience.tryTimeoutMs);
    try {
      throwIfAborted(signal);
      return await call(signal === undefined ? limit : AbortSignal.any([signal, limit]));
    } catch (error) {
      throwIfAborted(signal);
      if (error instanceof Failure) throw error;
      const why = limit.aborted ? `no answer within ${patience.tryTimeoutMs} ms` : describe(error);
      if (!limit.aborted && !mayPass(error)) throw refusal(what, error, missingContainerHint) ?? error;
      if (attempt >= patience.maxTries) {
        throw new Failure('storage-unavailable', `${what}: ${why}, after ${attempt} tries`, { cause: error });
      }
      await pause(Math.min(patience.retryDelayMs * 2 ** (attempt - 1), patience.retryMaxDelayMs), signal);
    }
  }
}

export const statusOf = (error: unknown): number | undefined => (error as StorageError).statusCode;

/** The service's own short code, such as `BlobAlreadyExists`. */
export const serviceCodeOf = (error: unknown): string | undefined =>
  (error as StorageError).details?.errorCode ?? (error as StorageError).code;

/** An answer that the caller knows no meaning of, as a failure; what is none of an answer stays what it is. */
export function asConflict(what: string, error: unknown): unknown {
  const status = statusOf(error);
  if (error instanceof Failure || status === undefined) return error;
  return new Failure('storage-conflict', `${what}: answered ${status} ${serviceCodeOf(error) ?? ''}`.trim(), {
    cause: error,
  });
}

/** Makes a container where that is allowed; where it is not, the first real call tells whether it is there. */
export async function mayCreate(
  what: string,
  patience: StoragePatience,
  container: { createIfNotExists(options: { abortSignal: AbortSignal }): Promise<unknown> },
): Promise<void> {
  try {
    await storageCall(what, patience, (abortSignal) => container.createIfNotExists({ abortSignal }));
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'storage-refused') throw error;
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw signal.reason instanceof Failure ? signal.reason : new Failure('canceled', 'the work was stopped');
}

function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  // a block that was damaged on its way is sent again
  if (serviceCodeOf(error) === 'Md5Mismatch') return true;
  if (status !== undefined) return status === 408 || status === 429 || status >= 500;
  const { name, code } = error as StorageError;
  return (
    name === 'RestError' || name === 'AbortError' || (code !== undefined && /^(E[A-Z]+|REQUEST_SEND_ERROR)$/.test(code))
  );
}

function refusal(what: string, error: unknown, missingContainerHint: string): Failure | undefined {
  const status = statusOf(error);
  const code = serviceCodeOf(error);
  if (code === 'ContainerNotFound') {
    const options = { cause: error, hint: missingContainerHint };
    return new Failure('storage-refused', `${what}: the container does not exist`, options);
  }
  if (status !== 401 && status !== 403) return undefined;
  return new Failure('storage-refused', `${what}: answered ${status} ${code ?? ''}`.trim(), { cause: error });
}

/** Only the status and the service's own short code: messages and URLs may carry signatures. */
function describe(error: unknown): string {
  const { statusCode, code, details } = error as StorageError;
  const word = details?.errorCode ?? code;
  return statusCode === undefined
    ? `no answer (${word ?? 'network error'})`
    : `answered ${statusCode} ${word ?? ''}`.trim();
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
