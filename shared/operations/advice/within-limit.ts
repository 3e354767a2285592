import { Failure } from '../../domain/failure';

const SILENT = 'what was asked does not answer: look whether it runs, and at the network in between';

/**
 * What `go` gives, or `database-unreachable` when it takes longer. What does not heed its signal goes on alone and is not
 * waited for.
 */
export async function withinLimit<T>(limitMs: number, go: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, failed) => {
    timer = setTimeout(() => {
      const failure = new Failure('database-unreachable', `no answer within ${limitMs / 1000} s`, { hint: SILENT });
      limit.abort(failure);
      failed(failure);
    }, limitMs);
  });
  try {
    return await Promise.race([go(limit.signal), over]);
  } finally {
    clearTimeout(timer);
  }
}
