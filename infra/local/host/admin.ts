import type { IncomingMessage, ServerResponse } from 'node:http';
import { HOST_VERSION } from './core-module';
import type { FunctionCatalog, HostedFunction } from './function-catalog';
import { readText, writeEmpty, writeJson } from './http-messages';
import { opensAdmin, sentKey, type HostKeys } from './keys';

export interface AdminNeeds {
  readonly keys: HostKeys;
  readonly catalog: () => FunctionCatalog;
  /** What keeps the host from running; empty when nothing does. */
  readonly startupErrors: () => readonly string[];
  /** Runs a timer or queue function with this text as its message. Must not throw. */
  readonly runByHand: (hosted: HostedFunction, input: string) => void;
}

const RUN_PATH = /^\/admin\/functions\/([^/]+)\/?$/i;

/** `/admin/…`: everything but the ping needs the master key. */
export async function answerAdmin(
  needs: AdminNeeds,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const path = url.pathname.toLowerCase().replace(/\/$/, '');
  if (path === '/admin/host/ping') return writeEmpty(response, 200);
  if (!opensAdmin(needs.keys, sentKey(url, request.headers['x-functions-key']))) return writeEmpty(response, 401);
  const errors = needs.startupErrors();
  if (path === '/admin/host/status') return writeJson(response, 200, hostStatus(errors));
  if (errors.length > 0) return writeEmpty(response, 503);
  if (path === '/admin/functions') return writeJson(response, 200, needs.catalog().functions.map(describeFunction));
  const name = RUN_PATH.exec(url.pathname)?.[1]?.toLowerCase();
  const hosted = needs.catalog().functions.find((candidate) => candidate.name.toLowerCase() === name);
  if (hosted === undefined) return writeEmpty(response, 404);
  if (request.method === 'GET') return writeJson(response, 200, describeFunction(hosted));
  if (request.method !== 'POST' || hosted.trigger.kind === 'http') return writeEmpty(response, 400);
  const input = parseInput(await readText(request));
  if (input === undefined) return writeEmpty(response, 400);
  needs.runByHand(hosted, input);
  writeEmpty(response, 202);
}

function hostStatus(errors: readonly string[]): unknown {
  const state = errors.length === 0 ? 'Running' : 'Error';
  return {
    id: 'lifebook-local-host',
    state,
    version: HOST_VERSION,
    versionDetails: HOST_VERSION,
    processUptime: Math.round(process.uptime() * 1000),
    ...(errors.length === 0 ? {} : { errors }),
  };
}

function describeFunction({ name, trigger }: HostedFunction): unknown {
  return { name, language: 'node', isDisabled: false, trigger };
}

/** The text in `{"input": "…"}`; undefined when the body is something else. */
function parseInput(body: string): string | undefined {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json !== 'object' || json === null) return undefined;
    const input: unknown = 'input' in json ? json.input : '';
    return typeof input === 'string' ? input : undefined;
  } catch {
    return undefined;
  }
}
