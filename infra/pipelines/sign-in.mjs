import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** A token that ends sooner is not used any more. */
const LEFT_MS = 5 * 60_000;

/**
 * How the pipeline gets an access token of the backup API, without a stored secret: GitHub's identity token changed for
 * one of Entra (workload identity federation), or the Azure CLI that a service connection has signed in.
 */
export function signInOf(env) {
  const { BACKUP_TOKEN, ACTIONS_ID_TOKEN_REQUEST_URL } = env;
  if (BACKUP_TOKEN) return () => Promise.resolve(BACKUP_TOKEN);
  if (!env.ENTRA_AUDIENCE) throw new Error('ENTRA_AUDIENCE is not set: the client id of the backup API');
  if (env.SIGN_IN === 'azure-cli') return kept(() => fromAzureCli(env.ENTRA_AUDIENCE));
  if (!ACTIONS_ID_TOKEN_REQUEST_URL) {
    throw new Error("GitHub gave this job no identity token: it needs 'permissions: id-token: write'");
  }
  if (!env.ENTRA_TENANT_ID || !env.ENTRA_CLIENT_ID) throw new Error('ENTRA_TENANT_ID and ENTRA_CLIENT_ID are needed');
  return kept(() => fromGitHub(env));
}

function kept(fetchToken) {
  let held;
  return async () => {
    if (held === undefined || held.endsAt - Date.now() < LEFT_MS) held = await fetchToken();
    return held.token;
  };
}

async function fromGitHub(env) {
  const asked = new URL(env.ACTIONS_ID_TOKEN_REQUEST_URL);
  asked.searchParams.set('audience', 'api://AzureADTokenExchange');
  const headers = { authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? ''}` };
  const { value } = await answer('GitHub', await fetch(asked, { headers }));
  const authority = env.ENTRA_AUTHORITY || 'https://login.microsoftonline.com';
  const body = new URLSearchParams({
    ...{ grant_type: 'client_credentials', client_id: env.ENTRA_CLIENT_ID, scope: `${env.ENTRA_AUDIENCE}/.default` },
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: value,
  });
  const url = `${authority}/${env.ENTRA_TENANT_ID}/oauth2/v2.0/token`;
  const { access_token: token, expires_in: seconds } = await answer(
    'Entra',
    await fetch(url, { method: 'POST', body }),
  );
  return { token, endsAt: Date.now() + seconds * 1000 };
}

/** Entra says in error_description which subject its federated credential does not know; no token is in it. */
async function answer(who, response) {
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Error(
    `${who} gives no token: HTTP ${response.status} ${body.error_description ?? body.message ?? ''}`.trim(),
  );
}

async function fromAzureCli(audience) {
  const args = ['account', 'get-access-token', '--scope', `${audience}/.default`, '--output', 'json'];
  const { stdout } = await run('az', args).catch((error) => {
    throw new Error(`the Azure CLI gives no token: ${String(error.stderr).trim().slice(0, 500)}`);
  });
  const { accessToken: token, expires_on: endsAtSeconds } = JSON.parse(stdout);
  return { token, endsAt: endsAtSeconds * 1000 };
}
