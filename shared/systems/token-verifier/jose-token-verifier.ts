import type { JSONWebKeySet } from 'jose';
import type { Settings } from '../../config/settings';
import type { SettingName, SettingValue } from '../../config/settings-table';
import { asFailure, Failure } from '../../domain/failure';
import type { Caller } from '../../domain/access/roles';
import { type Directory, EntraTokens, microsoftEntra } from './entra-tokens';
import { readLocalKeys, verifyLocalToken } from './local-tokens';
import type { TokenVerifier } from './token-verifier';

/**
 * Bearer tokens verified with `jose`, as AUTH_MODE says. Whatever is missing or wrong in the settings keeps everybody
 * out. `directory` is another one in tests only: no setting leads here.
 */
export class JoseTokenVerifier implements TokenVerifier {
  private entra: EntraTokens | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly runsInAzure: boolean,
    private readonly directory: Directory = microsoftEntra,
  ) {}

  async verify(token: string): Promise<Caller> {
    const mode = this.setting('AUTH_MODE');
    if (mode === 'entra') return (this.entra ??= this.openEntra()).verify(token);
    if (mode === 'local') return verifyLocalToken(token, await this.localKeys());
    throw closed('AUTH_MODE=keys: this function was registered without a key; restart the app');
  }

  private openEntra(): EntraTokens {
    const [tenantId, audience] = [this.setting('ENTRA_TENANT_ID'), this.setting('ENTRA_AUDIENCE')];
    if (tenantId === undefined) throw closed('AUTH_MODE=entra needs ENTRA_TENANT_ID');
    if (audience === undefined) throw closed('AUTH_MODE=entra needs ENTRA_AUDIENCE');
    return new EntraTokens(tenantId, audience, this.directory);
  }

  private async localKeys(): Promise<JSONWebKeySet> {
    if (this.runsInAzure) throw closed("AUTH_MODE=local is for a developer's machine and refused in Azure");
    const place = this.setting('LOCAL_ISSUER_JWKS');
    try {
      return await readLocalKeys(place);
    } catch (error) {
      throw closed('the public keys of the local issuer cannot be read; "npm run token" makes them', error);
    }
  }

  /** A bad setting of the door closes it: a 503, where another bad setting is a 409. */
  private setting<N extends SettingName>(name: N): SettingValue<N> {
    try {
      return this.settings.get(name);
    } catch (error) {
      throw closed(asFailure(error).detail, error);
    }
  }
}

const closed = (detail: string, cause?: unknown): Failure => new Failure('auth-not-configured', detail, { cause });
