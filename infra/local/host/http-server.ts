import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { answerAdmin, type AdminNeeds } from './admin';
import { toRpcRequest, writeEmpty, writeFunctionResult } from './http-messages';
import type { InvokeFunction } from './invoke-function';
import { opensFunction, sentKey } from './keys';
import { messageOf, type WriteLog } from './log';
import type { FindRoute } from './route-table';

interface Needs extends AdminNeeds {
  readonly findRoute: () => FindRoute;
  readonly invoke: () => InvokeFunction;
  readonly log: WriteLog;
}

/** Serves the app's routes and `/admin` on 127.0.0.1. Port 0 takes a free one. */
export async function serveHttp(needs: Needs, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    answer(needs, request, response).catch((error: unknown) => {
      needs.log('error', 'Host.Http', messageOf(error));
      if (!response.headersSent) writeEmpty(response, 500);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function answer(needs: Needs, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = `http://${request.headers.host ?? '127.0.0.1'}`;
  if (!URL.canParse(request.url ?? '/', address)) return writeEmpty(response, 400);
  const url = new URL(request.url ?? '/', address);
  if (/^\/admin(\/|$)/i.test(url.pathname)) return await answerAdmin(needs, request, response, url);
  if (needs.startupErrors().length > 0) return writeEmpty(response, 503);
  const match = needs.findRoute()(request.method ?? 'GET', url.pathname);
  if (match === undefined) return writeEmpty(response, url.pathname === '/' ? 200 : 404); // the host's own front page
  const { hosted, params } = match;
  if (!opensFunction(needs.keys, hosted, sentKey(url, request.headers['x-functions-key']))) {
    return writeEmpty(response, 401);
  }
  try {
    const data = { http: await toRpcRequest(request, url, params) };
    const reason = 'This function was programmatically called via the host APIs.';
    writeFunctionResult(response, await needs.invoke()(hosted, { data, reason }));
  } catch {
    writeEmpty(response, 500); // the invocation has logged it; nothing internal gets out
  }
}
