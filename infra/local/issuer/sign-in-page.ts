import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { issueToken, LOCAL_ROLES, type LocalRole } from './issue-token';

/** The local issuer's page on loopback: whoever sits at this machine says who they are. */
export interface SignInPage {
  readonly url: string;
  stop(): Promise<void>;
}

interface Grant {
  readonly role: LocalRole;
  readonly name: string;
  readonly challenge: string;
  readonly origin: string;
}

/** The largest form that is read. */
const FORM_LIMIT_BYTES = 16 * 1024;

/**
 * OAuth's code flow with PKCE, as the console runs it with Microsoft Entra: `/authorize` shows the roles and sends the
 * browser back with a code, `/token` changes code and verifier into a token, once. No token is ever in an address.
 */
export async function startSignInPage(folder?: string): Promise<SignInPage> {
  const grants = new Map<string, Grant>();
  const server = createServer((request, response) => {
    answer(request, response, grants, folder).catch((error: unknown) => {
      send(response, 400, 'text/plain; charset=utf-8', error instanceof Error ? error.message : String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  grants: Map<string, Grant>,
  folder: string | undefined,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const isPost = request.method === 'POST';
  if (url.pathname === '/authorize' && !isPost) return send(response, 200, 'text/html; charset=utf-8', page(url));
  if (url.pathname === '/authorize') return authorize(response, url, await readForm(request), grants);
  if (url.pathname === '/token' && isPost) return exchange(response, await readForm(request), grants, folder);
  send(response, 404, 'text/plain; charset=utf-8', 'there is /authorize and /token');
}

/** Back to a page of this machine only. @throws Error */
function redirectOf(url: URL): URL {
  const target = new URL(url.searchParams.get('redirect_uri') ?? '');
  if (target.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(target.hostname)) return target;
  throw new Error('redirect_uri must be a page of this machine');
}

function authorize(response: ServerResponse, url: URL, form: URLSearchParams, grants: Map<string, Grant>): void {
  const target = redirectOf(url);
  const role = LOCAL_ROLES.find((known) => known === form.get('role'));
  const challenge = url.searchParams.get('code_challenge') ?? '';
  if (role === undefined || challenge === '') throw new Error('role and code_challenge are needed');
  const code = randomUUID();
  const name = form.get('name')?.trim();
  grants.set(code, {
    ...{ role, challenge, origin: target.origin },
    name: name === undefined || name === '' ? userInfo().username : name,
  });
  target.hash = new URLSearchParams({ code, state: url.searchParams.get('state') ?? '' }).toString();
  response.writeHead(303, { location: target.href, 'cache-control': 'no-store' }).end();
}

async function exchange(
  response: ServerResponse,
  form: URLSearchParams,
  grants: Map<string, Grant>,
  folder: string | undefined,
): Promise<void> {
  const code = form.get('code') ?? '';
  const grant = grants.get(code);
  grants.delete(code);
  const proof = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (grant === undefined || proof !== grant.challenge) throw new Error('the code is not known, or not yours');
  const token = await issueToken({ role: grant.role, name: grant.name, folder });
  response.setHeader('access-control-allow-origin', grant.origin);
  send(response, 200, 'application/json', JSON.stringify({ access_token: token, token_type: 'Bearer' }));
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > FORM_LIMIT_BYTES) throw new Error('the form is too large');
  }
  return new URLSearchParams(text);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

const MAY: Readonly<Record<LocalRole, string>> = {
  Read: 'look at everything but the audit',
  Release: 'and take and verify backups',
  Admin: 'and restore, hold, cancel, read the audit',
};

/** Nothing of the request is in it: the form posts to the address that it came from. */
function page(url: URL): string {
  redirectOf(url);
  const buttons = LOCAL_ROLES.map(
    (role) => `<button name="role" value="${role}">${role}<small>${MAY[role]}</small></button>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in on this machine</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:10vh auto;padding:0 1rem;color-scheme:light dark}
button{display:block;width:100%;margin:.5rem 0;padding:.6rem 1rem;font:inherit;text-align:left}small{display:block}
input{font:inherit;width:100%;box-sizing:border-box;padding:.4rem}</style>
<main><h1>Sign in on this machine</h1><p>The local issuer of <code>npm start</code>. No app in Azure takes its tokens.</p>
<form method="post"><p><label>Name, as the audit shows it<br><input name="name" maxlength="60" autocomplete="off"></label></p>
${buttons.join('\n')}</form></main></html>`;
}
