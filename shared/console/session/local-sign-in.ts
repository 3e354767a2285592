import { keepRoute, restoreRoute } from './kept-route';
import type { Session, SignInWay } from './session';
import { readClaims } from './token-claims';

const TOKEN = 'lifebook-backup.token';
const ASKED = 'lifebook-backup.asked';

/** The local issuer's page, by the code flow with PKCE that Entra has as well. */
export function localSignIn(issuerUrl: string): SignInWay {
  return {
    async resume() {
      const answer = new URLSearchParams(location.hash.slice(1));
      const code = answer.get('code');
      if (code !== null) {
        const token = await redeem(issuerUrl, code, answer.get('state'));
        restoreRoute();
        if (token !== undefined) sessionStorage.setItem(TOKEN, token);
      }
      const token = sessionStorage.getItem(TOKEN);
      return token === null ? undefined : sessionOf(token);
    },
    async signIn() {
      const [verifier, state] = [randomText(), randomText()];
      sessionStorage.setItem(ASKED, JSON.stringify({ verifier, state }));
      keepRoute();
      const url = new URL('/authorize', issuerUrl);
      url.searchParams.set('redirect_uri', `${location.origin}${location.pathname}`);
      url.searchParams.set('state', state);
      url.searchParams.set('code_challenge', await challengeOf(verifier));
      location.assign(url);
    },
    signOut() {
      sessionStorage.removeItem(TOKEN);
      return Promise.resolve();
    },
  };
}

function sessionOf(token: string): Session | undefined {
  const { name, role } = readClaims(token);
  return role === undefined ? undefined : { name, role, token: () => Promise.resolve(token) };
}

async function redeem(issuerUrl: string, code: string, state: string | null): Promise<string | undefined> {
  const asked = JSON.parse(sessionStorage.getItem(ASKED) ?? '{}') as { verifier?: string; state?: string };
  sessionStorage.removeItem(ASKED);
  // an answer that we did not ask for is none
  if (asked.verifier === undefined || asked.state !== state) return undefined;
  const body = new URLSearchParams({ code, code_verifier: asked.verifier });
  const answer = await fetch(new URL('/token', issuerUrl), { method: 'POST', body }).catch(() => undefined);
  if (answer?.ok !== true) return undefined;
  return ((await answer.json()) as { access_token: string }).access_token;
}

function randomText(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
