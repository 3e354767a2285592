import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

// prettier-ignore
const SIGNED_HEADERS = ['content-encoding', 'content-language', 'content-length', 'content-md5', 'content-type', 'date', 'if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'];

/**
 * Whether the account's key has signed the request (SharedKey of the blob service): asking Azurite instead costs a
 * request of its own for each of thousands. False also for every other kind of authorization.
 */
export function isSignedWith(key: string, account: string, { method, url, headers }: IncomingMessage): boolean {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://store');
  const plain = SIGNED_HEADERS.map((name) => String(headers[name] ?? '')).map((text, at) =>
    SIGNED_HEADERS[at] === 'content-length' && text === '0' ? '' : text,
  );
  const own = Object.keys(headers).filter((name) => name.startsWith('x-ms-'));
  const query = [...new Set(searchParams.keys())].sort();
  const text = [
    ...[method ?? '', ...plain],
    ...own.sort().map((name) => `${name}:${String(headers[name])}`),
    `/${account}${pathname}`,
    ...query.map((name) => `${name.toLowerCase()}:${searchParams.getAll(name).sort().join(',')}`),
  ].join('\n');
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  return headers.authorization === `SharedKey ${account}:${signature}`;
}
