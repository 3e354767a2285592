import type { TokenCredential } from '@azure/identity';
import { Failure } from '../../domain/failure';
import { lifeMs, RememberedTokens, SHORTEST_TOKEN_LIFE_MS } from './remembered-tokens';

/** Scope of tokens that PostgreSQL accepts as a password (azure-facts.md, "PostgreSQL"). */
const POSTGRES_SCOPE = 'https://ossrdbms-aad.database.windows.net/.default';

/** One for each client id, so that a token is asked for once, whoever uses it. */
const identities = new Map<string | undefined, Promise<TokenCredential>>();

/**
 * The app's identity. In Azure, where the platform tells its endpoint, it is the managed one and no other: a secret that
 * somebody left in the settings changes nobody's rights. Elsewhere it is whoever is signed in (`DefaultAzureCredential`).
 */
export function managedIdentity(clientId: string | undefined): Promise<TokenCredential> {
  const known = identities.get(clientId) ?? open(clientId);
  identities.set(clientId, known);
  return known;
}

/** `@azure/identity` is loaded here only, since most starts of the app need none of it; it reads the process's environment. */
async function open(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  const isInAzure = (process.env['IDENTITY_ENDPOINT'] ?? '') !== '';
  const id = clientId ?? process.env['AZURE_CLIENT_ID'];
  if (isInAzure) return new RememberedTokens(new ManagedIdentityCredential(id === undefined ? {} : { clientId: id }));
  return new RememberedTokens(new DefaultAzureCredential(id === undefined ? {} : { managedIdentityClientId: id }));
}

/**
 * A source of PostgreSQL passwords, asked just before each connection.
 *
 * @throws Failure `database-login-refused` for an identity that gets no token, `azure-unavailable` when it may get one later
 */
export function postgresTokenSource(clientId: string | undefined): () => Promise<string> {
  return async () => {
    const token = await (await managedIdentity(clientId)).getToken(POSTGRES_SCOPE).catch(asLoginFailure);
    if (token !== null && lifeMs(token) >= SHORTEST_TOKEN_LIFE_MS) return token.token;
    throw new Failure('azure-unavailable', 'the managed identity gave a token with less than 10 minutes left', {
      hint: 'the platform renews it within minutes; try again then',
    });
  };
}

function asLoginFailure(error: unknown): never {
  if (!(error instanceof Failure) || error.code !== 'azure-refused') throw error;
  throw new Failure('database-login-refused', error.detail, { hint: error.hint });
}
