import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';
import { Failure } from '../../domain/failure';

/** A token that ends sooner is not given away while another can be had: pg_dump connects once, but may do so late. */
export const SHORTEST_TOKEN_LIFE_MS = 10 * 60_000;
/** While no other can be had, one that lives so long still does for a call. */
const LAST_RESORT_LIFE_MS = 2 * 60_000;
/** `@azure/identity` waits for ever for an endpoint that takes the call and never answers. */
const ANSWER_WITHIN_MS = 30_000;

/**
 * Tokens of one identity, remembered for each scope until they should be renewed. The library remembers them only where the
 * endpoint names the resource exactly as it was asked for, hands out the old token of a renewal, and fails when a renewal
 * fails although the old one is good: an hour without the endpoint would be an hour without storage.
 */
export class RememberedTokens implements TokenCredential {
  private readonly kept = new Map<string, AccessToken>();
  private readonly pending = new Map<string, Promise<AccessToken>>();

  constructor(
    private readonly identity: TokenCredential,
    private readonly answerWithinMs: number = ANSWER_WITHIN_MS,
  ) {}

  /** @throws Failure `azure-unavailable` when the endpoint did not answer, `azure-refused` when it gave none */
  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken> {
    const scope = [scopes].flat().join(' ');
    const kept = this.kept.get(scope);
    // a challenge of the service: what is remembered is what it refused
    if (kept !== undefined && options?.claims === undefined && isFresh(kept)) return kept;
    try {
      return await this.renew(scope, scopes);
    } catch (error) {
      if (kept !== undefined && lifeMs(kept) > LAST_RESORT_LIFE_MS) return kept;
      throw error;
    }
  }

  /** Asked once, however many wait for it; no caller's signal ends what others wait for. */
  private renew(scope: string, scopes: string | string[]): Promise<AccessToken> {
    const known = this.pending.get(scope);
    if (known !== undefined) return known;
    const asked = this.ask(scopes)
      .then((token) => {
        this.kept.set(scope, token);
        return token;
      })
      .finally(() => this.pending.delete(scope));
    this.pending.set(scope, asked);
    return asked;
  }

  private async ask(scopes: string | string[]): Promise<AccessToken> {
    const token = await this.askOnce(scopes);
    // after a renewal the library gives the old token once more
    return lifeMs(token) >= SHORTEST_TOKEN_LIFE_MS ? token : this.askOnce(scopes);
  }

  private async askOnce(scopes: string | string[]): Promise<AccessToken> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const why = `no answer within ${this.answerWithinMs} ms`;
      timer = setTimeout(() => reject(unavailable(why)), this.answerWithinMs);
    });
    try {
      const token = await Promise.race([this.identity.getToken(scopes), late]);
      if (token === null) throw refused('no way to sign in is set up');
      return token;
    } catch (error) {
      throw error instanceof Failure ? error : asFailure(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

export const lifeMs = ({ expiresOnTimestamp }: AccessToken): number => expiresOnTimestamp - Date.now();

const isFresh = (token: AccessToken): boolean =>
  lifeMs(token) >= SHORTEST_TOKEN_LIFE_MS && (token.refreshAfterTimestamp ?? Number.POSITIVE_INFINITY) > Date.now();

/** What went wrong, in one line without URLs; no `cause`: the library's errors carry the whole request. */
function asFailure(error: unknown): Failure {
  const { message, cause } = error as Error & { cause?: { errorCode?: unknown; status?: unknown } };
  const { errorCode, status = 0 } = cause ?? {};
  if (errorCode === 'network_error' || status === 429 || Number(status) >= 500) {
    return unavailable('its endpoint did not answer as it should');
  }
  const reason = /Description: (.+?) - Correlation ID/.exec(message)?.[1] ?? message.split('\n')[0] ?? '';
  return refused(reason.replaceAll(/https?:\/\/\S+/g, '(URL)').slice(0, 300));
}

function unavailable(why: string): Failure {
  const hint = 'this passes most often; else restart the app and look at its identity in the portal';
  return new Failure('azure-unavailable', `the app's identity got no token: ${why}`, { hint });
}

function refused(why: string): Failure {
  const hint =
    'assign the identity to the app, and check its client id: AZURE_CLIENT_ID, and …__clientId of storage connections';
  return new Failure('azure-refused', `the app's identity got no token: ${why}`, { hint });
}
