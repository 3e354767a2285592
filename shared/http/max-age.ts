import type { HttpRequest } from '@azure/functions';

/** What a caller will do with at most; a minute, whatever they say. */
const MOST_AGE_SECONDS = 60;

/** `Cache-Control: max-age=30`: how old an answer may be for this caller. Milliseconds; 0 without it. */
export function readMaxAgeMs(request: HttpRequest): number {
  const [, seconds = '0'] =
    /(?:^|[\s,])max-age=(\d{1,6})(?:$|[\s,])/.exec(request.headers.get('cache-control') ?? '') ?? [];
  return Math.min(Number(seconds), MOST_AGE_SECONDS) * 1000;
}

/** How old what an answer was made of is, in whole seconds as RFC 9111 has them. */
export const ageHeader = (ageMs: number): Record<'age', string> => ({ age: String(Math.ceil(ageMs / 1000)) });
