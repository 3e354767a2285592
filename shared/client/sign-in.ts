import { readFile } from 'node:fs/promises';
import type { TokenCredential } from '@azure/identity';
import { ClientError } from './exits';

/** Where the client finds who it is. A token never comes by an argument, which every process of the machine can read. */
export interface SignIn {
  /** Of `LIFEBOOK_BACKUP_TOKEN`. */
  readonly token?: string | undefined;
  /** Of `--token-file`; read again with each call, so that a pipeline can renew it. */
  readonly tokenFile?: string | undefined;
  /** Of `LIFEBOOK_BACKUP_KEY`: a host key, for an app with AUTH_MODE=keys. */
  readonly key?: string | undefined;
  /** Of `--audience`: the API's client id; the token then comes from DefaultAzureCredential. */
  readonly audience?: string | undefined;
}

/** A token that ends sooner is not sent: a call may wait for 200 s. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** The headers that say who calls; asked for with each call, because a wait may be longer than a token's life. */
export class Credentials {
  private credential: Promise<TokenCredential> | undefined;
  private fetched: { readonly token: string; readonly expiresOnTimestamp: number } | undefined;

  constructor(private readonly signIn: SignIn) {}

  /** @throws ClientError `usage` when nothing is configured or readable, `refused` when Azure gives no token */
  async headers(): Promise<Readonly<Record<string, string>>> {
    const { token, tokenFile, key, audience } = this.signIn;
    if (token !== undefined) return bearer(token, 'LIFEBOOK_BACKUP_TOKEN');
    if (tokenFile !== undefined) return bearer(await readToken(tokenFile), tokenFile);
    if (key !== undefined) return { 'x-functions-key': key };
    if (audience !== undefined) return bearer(await this.azureToken(audience), 'Azure');
    throw new ClientError(
      'usage',
      'not-signed-in',
      'there is no token to send',
      'set LIFEBOOK_BACKUP_AUDIENCE to the client id of the API (az login first), or LIFEBOOK_BACKUP_TOKEN, or --token-file; ' +
        'after npm start: export LIFEBOOK_BACKUP_TOKEN=$(npm run --silent token -- --role Admin)',
    );
  }

  private async azureToken(audience: string): Promise<string> {
    const { fetched } = this;
    if (fetched !== undefined && fetched.expiresOnTimestamp - Date.now() > RENEW_BEFORE_MS) return fetched.token;
    try {
      this.credential ??= import('@azure/identity').then(({ DefaultAzureCredential }) => new DefaultAzureCredential());
      const given = await (await this.credential).getToken(`${audience}/.default`);
      if (given === null) throw new Error('no credential had one');
      this.fetched = given;
      return given.token;
    } catch (error) {
      const hint = 'sign in (az login, or azure/login in a workflow), and check LIFEBOOK_BACKUP_AUDIENCE';
      throw new ClientError('refused', 'not-signed-in', `Azure gave no token for ${audience}: ${whyNot(error)}`, hint);
    }
  }
}

/**
 * Of all the ways that were tried, the one that somebody has set up and can mend: the machine's identity, else az. The
 * library's own message is that of the chain, and says nothing.
 */
function whyNot(error: unknown): string {
  const { errors = [error] } = error as { errors?: readonly unknown[] };
  const messages = errors.map((each) => (each instanceof Error ? each.message : 'unknown'));
  const told =
    messages.find((message) => message.startsWith('ManagedIdentityCredential: Authentication failed')) ??
    messages.find((message) => /Azure CLI|az login|^ERROR:|AADSTS/.test(message)) ??
    messages[0];
  return (told ?? 'unknown').replaceAll(/\s+/g, ' ').trim().slice(0, 400);
}

async function readToken(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new ClientError(
      'usage',
      'not-signed-in',
      `the token file ${file} cannot be read: ${why}`,
      'check --token-file',
    );
  }
}

/** A header takes no line break, which files end with; what else is not visible ASCII is no token. */
function bearer(text: string, place: string): Record<string, string> {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return { authorization: `Bearer ${token}` };
  throw new ClientError('usage', 'not-signed-in', `${place} holds no token`, 'put the access token alone there');
}
