import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import { Failure } from '../domain/failure';
import { repeatedName } from './repeated-name';

const BODY_LIMIT_BYTES = 64 * 1024;

/**
 * The JSON body as the schema has it; an empty body is an empty object.
 *
 * @throws Failure `body-too-large`; `invalid-request` that names the field
 */
export async function readBody<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > BODY_LIMIT_BYTES) throw tooLarge();
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > BODY_LIMIT_BYTES) throw tooLarge();
  let value: unknown = {};
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.trim() !== '') value = JSON.parse(text);
  } catch {
    throw new Failure('invalid-request', 'body: is not JSON in UTF-8');
  }
  const twice = repeatedName(text);
  if (twice !== undefined) throw new Failure('invalid-request', `${twice.slice(0, 100)}: is in the body twice`);
  return parse(value, schema, 'body');
}

/**
 * The query as the schema has it: a name that is not in it is refused, so that a typo does not widen a list. The names are
 * those of the address as well: on its way through an object `__proto__` got lost for `request.query`.
 *
 * @throws Failure `invalid-request` that names the field
 */
export function readQuery<T>(request: HttpRequest, schema: z.ZodType<T>): T {
  const query = Object.fromEntries([...new URL(request.url).searchParams, ...request.query]);
  delete query['code']; // a function key, checked by the host
  return parse(query, schema, 'query');
}

const keyShape = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters');

export function readIdempotencyKey(request: HttpRequest): string | undefined {
  const key = request.headers.get('idempotency-key');
  return key === null ? undefined : parse(key, keyShape, 'Idempotency-Key');
}

function parse<T>(value: unknown, schema: z.ZodType<T>, place: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 5).map((issue) => {
    const path = issue.path.map(String);
    const names =
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => [...path, key].join('.'))
        : [path.join('.') || place];
    return `${names.join(', ').slice(0, 100)}: ${issue.message}`;
  });
  throw new Failure('invalid-request', issues.join('; '));
}

const tooLarge = (): Failure => new Failure('body-too-large', `body: is larger than ${BODY_LIMIT_BYTES} bytes`);
