import { asFailure, Failure } from '../../domain/failure';
import type { Systems } from '../../systems/systems';

/** How the web page signs its user in. Public: it names no secret. */
export type SignIn =
  | {
      readonly authMode: 'entra';
      readonly tenantId: string;
      readonly clientId: string;
      /** What the page asks a token for. */
      readonly scope: string;
    }
  | {
      readonly authMode: 'local';
      /** The local issuer's sign-in page; null where only `npm run token` makes tokens. */
      readonly issuerUrl: string | null;
    }
  | { readonly authMode: 'keys' };

/** @throws Failure `auth-not-configured`: nobody comes in, the page neither */
export function describeSignIn({ settings }: Pick<Systems, 'settings'>): SignIn {
  try {
    const authMode = settings.get('AUTH_MODE');
    if (authMode === 'keys') return { authMode };
    if (authMode === 'local') return { authMode, issuerUrl: localIssuer(settings.get('LOCAL_ISSUER_URL')) };
    const [tenantId, audience] = [settings.get('ENTRA_TENANT_ID'), settings.get('ENTRA_AUDIENCE')];
    if (tenantId === undefined) throw closed('AUTH_MODE=entra needs ENTRA_TENANT_ID');
    if (audience === undefined) throw closed('AUTH_MODE=entra needs ENTRA_AUDIENCE');
    const clientId = settings.get('ENTRA_CONSOLE_CLIENT_ID') ?? audience;
    return { authMode, tenantId, clientId, scope: `${audience}/.default` };
  } catch (error) {
    const failure = asFailure(error);
    throw failure.code === 'auth-not-configured' ? failure : closed(failure.detail);
  }
}

/** The page gives its code to nobody but this machine. */
function localIssuer(text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname)) return url.origin;
  throw closed('LOCAL_ISSUER_URL: must be a loopback URL, http://127.0.0.1:PORT');
}

const closed = (detail: string): Failure => new Failure('auth-not-configured', detail);
