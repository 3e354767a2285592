import { CacheLookupPolicy, type IPublicClientApplication, PublicClientApplication } from '@azure/msal-browser';
import { keepRoute, restoreRoute } from './kept-route';
import type { Session, SignInWay } from './session';
import { readClaims } from './token-claims';

export interface EntraApp {
  readonly tenantId: string;
  readonly clientId: string;
  readonly scope: string;
}

/** Microsoft Entra by redirect with PKCE. Loaded only where it is needed: it is most of the page's weight. */
export async function entraSignIn({ tenantId, clientId, scope }: EntraApp): Promise<SignInWay> {
  const client = new PublicClientApplication({
    auth: {
      clientId,
      authority: `https://login.microsoftonline.com/${tenantId}`,
      redirectUri: `${location.origin}/api/console`,
    },
    cache: { cacheLocation: 'sessionStorage' },
  });
  await client.initialize();
  return {
    async resume() {
      const isAnswer = /[#&](code|error)=/.test(location.hash);
      try {
        const answer = await client.handleRedirectPromise({ navigateToLoginRequestUrl: false });
        if (answer !== null) client.setActiveAccount(answer.account);
      } finally {
        if (isAnswer) restoreRoute();
      }
      return sessionOf(client, scope);
    },
    async signIn() {
      keepRoute();
      await client.loginRedirect({ scopes: [scope] });
    },
    async signOut() {
      await client.logoutRedirect({ account: client.getActiveAccount() });
    },
  };
}

async function sessionOf(client: IPublicClientApplication, scope: string): Promise<Session | undefined> {
  const account = client.getActiveAccount() ?? client.getAllAccounts()[0];
  if (account === undefined) return undefined;
  client.setActiveAccount(account);
  const token = async (): Promise<string> => {
    const request = {
      scopes: [scope],
      account,
      // no hidden frame: the page may not be framed, and a redirect is what the user sees anyway
      cacheLookupPolicy: CacheLookupPolicy.AccessTokenAndRefreshToken,
    };
    return (await client.acquireTokenSilent(request)).accessToken;
  };
  const first = await token().catch(() => undefined);
  if (first === undefined) return undefined;
  const { name, role } = readClaims(first);
  return role === undefined ? undefined : { name: account.name ?? name, role, token };
}
