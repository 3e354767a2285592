import type { TokenCredential } from '@azure/identity';
import { Failure } from '../../domain/failure';

/** Scope of tokens that PostgreSQL accepts as a password (azure-facts.md, "PostgreSQL"). */
const POSTGRES_SCOPE = 'https://ossrdbms-aad.database.windows.net/.default';
/** A token that ends sooner than this is not used to start a dump: pg_dump connects once, but may do so late. */
const SHORTEST_TOKEN_LIFE_MS = 10 * 60 * 1000;

/** The app's identity; `@azure/identity` is loaded here only, since most starts of the app need none of it. */
export async function managedIdentity(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
}

/** A source of PostgreSQL passwords: a fresh token each time, cached by the credential itself. */
export function postgresTokenSource(clientId: string | undefined): () => Promise<string> {
  let credential: Promise<TokenCredential> | undefined;
  return async () => {
    credential ??= managedIdentity(clientId);
    try {
      const token = await (await credential).getToken(POSTGRES_SCOPE);
      if (token !== null && token.expiresOnTimestamp - Date.now() >= SHORTEST_TOKEN_LIFE_MS) return token.token;
    } catch (error) {
      throw new Failure('database-login-refused', 'the managed identity gave no token for PostgreSQL', {
        cause: error,
      });
    }
    throw new Failure('database-login-refused', 'the managed identity gave a token with less than 10 minutes left');
  };
}
