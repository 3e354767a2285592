import type { z } from 'zod';
import { Failure } from '../domain/failure';

/** A place in a list, opaque to callers. */
export function writeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws Failure `invalid-request` */
export function readCursor<T>(cursor: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new Failure('invalid-request', 'cursor: is not one that this API gave');
  }
}
