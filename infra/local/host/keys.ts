import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AuthLevel, HostedFunction, Trigger } from './function-catalog';

/** The keys of one start of the host. */
export interface HostKeys {
  /** Opens everything, `/admin` too. */
  readonly master: string;
  /** Opens every function of level `function`. */
  readonly host: string;
  /** Opens the one function of that name. */
  readonly functions: Readonly<Record<string, string>>;
}

export function makeKeys(functionNames: readonly string[], masterKey = makeKey()): HostKeys {
  return {
    master: masterKey,
    host: makeKey(),
    functions: Object.fromEntries(functionNames.map((name) => [name, makeKey()])),
  };
}

/** The key that a caller has sent: `?code=` or the header. */
export function sentKey(url: URL, header: string | string[] | undefined): string | undefined {
  return url.searchParams.get('code') ?? (typeof header === 'string' ? header : undefined);
}

export function opensFunction(
  keys: HostKeys,
  hosted: HostedFunction<Trigger & { kind: 'http' }>,
  sent: string | undefined,
): boolean {
  const accepted: Readonly<Record<AuthLevel, readonly (string | undefined)[]>> = {
    anonymous: [],
    function: [keys.functions[hosted.name], keys.host, keys.master],
    admin: [keys.master],
  };
  const { authLevel } = hosted.trigger;
  return authLevel === 'anonymous' || accepted[authLevel].some((key) => isSame(key, sent));
}

export function opensAdmin(keys: HostKeys, sent: string | undefined): boolean {
  return isSame(keys.master, sent);
}

function isSame(key: string | undefined, sent: string | undefined): boolean {
  if (key === undefined || sent === undefined) return false;
  return timingSafeEqual(digest(key), digest(sent));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function makeKey(): string {
  return randomBytes(32).toString('base64url');
}
