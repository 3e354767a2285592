import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { z } from 'zod';
import type { Caller, Role } from '../domain/access/roles';

/**
 * One route, described once: its registration, the authorization matrix (docs/authorization.md) and the OpenAPI document
 * are all made from this, and the schemas are those that parse.
 */
export interface Route<Path extends string = string, Query = unknown, Body = unknown> {
  /** The function's name; the host matches routes in the alphabetical order of these. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/`, without a leading slash: `backups/{backupId}`. */
  readonly path: Path;
  /** The least role that may call it; `none`: everybody, without a token. */
  readonly role: Role | 'none';
  /** A sentence without its full stop, for the OpenAPI document. */
  readonly summary: string;
  /** Default: no query is accepted. */
  readonly query?: z.ZodType<Query>;
  /** Default: an empty body. A GET has none. */
  readonly body?: z.ZodType<Body>;
  /** It takes an `Idempotency-Key`, and its 202 is a job. */
  readonly startsJob?: true;
  /** Made of the catalog, which may be as old as `Cache-Control: max-age` says; its answers tell by `Age` how old it is. */
  readonly takesMaxAge?: true;
  /** The schema of each answer that is not a problem, by status. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  /** Content type of the answers where it is not JSON. */
  readonly produces?: string;
}

/** A request that was let in and parsed. */
export interface Call<Path extends string = string, Query = unknown, Body = unknown> {
  readonly request: HttpRequest;
  readonly caller: Caller;
  readonly params: ParamsOf<Path>;
  readonly query: Query;
  readonly body: Body;
  readonly idempotencyKey: string | undefined;
}

export type Handler<Path extends string, Query, Body> = (
  call: Call<Path, Query, Body>,
) => HttpResponseInit | Promise<HttpResponseInit>;

/** `{ backupId: string }` of `backups/{backupId}`. */
export type ParamsOf<Path extends string> = {
  readonly [Name in ParamNames<Path>]: string;
};

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `*${infer Bare}` ? Bare : Name) | ParamNames<Rest>
  : never;

/** What the parameters of paths are, for the OpenAPI document and the help of the client. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  backupId: 'id of a backup, as lists have it',
  jobId: 'id of a job, as the answer that started it has it',
  id: 'id of a drill: that of its job',
  version: 'version of the release: 1.42.0',
  path: 'file of the web page',
};

/** The names between braces, in order; a star before one means that it takes slashes, too. */
export function paramNames(path: string): string[] {
  return [...path.matchAll(/\{\*?(\w+)\}/g)].map((match) => match[1] ?? '');
}
