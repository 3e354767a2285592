import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NullableStrings, RpcCookie, RpcHttp, RpcTypedData } from './core-types';

/** What the real host takes by default; a larger body gets an empty 500. */
const LARGEST_BODY_BYTES = 100 * 1024 * 1024;

/** The request as the host sends it to the worker: repeated headers and query keys are joined by commas. */
export async function toRpcRequest(
  request: IncomingMessage,
  url: URL,
  params: Readonly<Record<string, string>>,
): Promise<RpcHttp> {
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(',') : (value ?? ''),
      ]),
    ),
    nullableQuery: nullable(
      [...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key).join(',')]),
    ),
    nullableParams: nullable(Object.entries(params)),
    body: { bytes: await readBody(request) },
  };
}

function nullable(entries: readonly (readonly [string, string])[]): NullableStrings {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    // the rest is read, too: a caller that still sends does not see an answer
    if (sizeBytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  if (sizeBytes > LARGEST_BODY_BYTES) throw new Error('the request body is too large');
  return Buffer.concat(chunks);
}

/** The JSON text of a small body. */
export async function readText(request: IncomingMessage): Promise<string> {
  return (await readBody(request)).toString('utf8');
}

/** Nothing returned is a 204. */
export function writeFunctionResult(response: ServerResponse, result: RpcTypedData | null | undefined): void {
  if (result === undefined || result === null) return writeEmpty(response, 204);
  if (result.http === undefined) return writeEmpty(response, 500);
  const { statusCode, headers, cookies, body } = result.http;
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!['content-length', 'transfer-encoding', 'connection'].includes(name.toLowerCase()))
      response.setHeader(name, value);
  }
  if (cookies !== undefined && cookies.length > 0) response.setHeader('set-cookie', cookies.map(serializeCookie));
  response.statusCode = Number(statusCode ?? 200);
  response.end(body?.bytes === undefined ? undefined : Buffer.from(body.bytes));
}

export function writeEmpty(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

export function writeJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}

function serializeCookie(cookie: RpcCookie): string {
  const sameSite = { none: undefined, lax: 'Lax', strict: 'Strict', explicitNone: 'None' }[cookie.sameSite ?? 'none'];
  const expires =
    cookie.expires === undefined ? undefined : new Date(cookie.expires.value.seconds * 1000).toUTCString();
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    cookie.domain && `domain=${cookie.domain.value}`,
    cookie.path && `path=${cookie.path.value}`,
    expires && `expires=${expires}`,
    cookie.maxAge && `max-age=${cookie.maxAge.value}`,
    cookie.secure?.value === true && 'secure',
    cookie.httpOnly?.value === true && 'httponly',
    sameSite && `samesite=${sameSite}`,
  ]
    .filter((part) => typeof part === 'string')
    .join('; ');
}
