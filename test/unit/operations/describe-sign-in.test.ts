import { describe, expect, it } from '@jest/globals';
import { Settings } from '../../../shared/config/settings';
import { describeSignIn, type SignIn } from '../../../shared/operations/sign-in/describe-sign-in';

const TENANT = '11111111-2222-3333-4444-555555555555';
const AUDIENCE = '66666666-7777-8888-9999-000000000000';
const CONSOLE = '22222222-7777-8888-9999-000000000000';
const entra = { AUTH_MODE: 'entra', ENTRA_TENANT_ID: TENANT, ENTRA_AUDIENCE: AUDIENCE };
const signIn = (environment: NodeJS.ProcessEnv): SignIn => describeSignIn({ settings: new Settings(environment) });

describe('how the page signs in', () => {
  it('is told to ask for a token of the API, with the app registration of its own where there is one', () => {
    expect(signIn(entra)).toEqual({
      ...{ authMode: 'entra', tenantId: TENANT, clientId: AUDIENCE, scope: `${AUDIENCE}/.default` },
    });
    expect(signIn({ ...entra, ENTRA_CONSOLE_CLIENT_ID: CONSOLE })).toMatchObject({
      ...{ clientId: CONSOLE, scope: `${AUDIENCE}/.default` },
    });
  });

  it('is a local page on this machine alone', () => {
    const local = (url: string): SignIn => signIn({ AUTH_MODE: 'local', LOCAL_ISSUER_URL: url });
    expect(local('http://127.0.0.1:7072/x')).toEqual({ authMode: 'local', issuerUrl: 'http://127.0.0.1:7072' });
    expect(() => local('http://evil.example')).toThrow('auth-not-configured');
    expect(signIn({ AUTH_MODE: 'local' })).toEqual({ authMode: 'local', issuerUrl: null });
  });

  it('does not exist where nobody comes in, and keys carry nobody', () => {
    expect(() => signIn({ AUTH_MODE: 'entra', ENTRA_TENANT_ID: TENANT })).toThrow('auth-not-configured');
    expect(() => signIn({ ...entra, ENTRA_TENANT_ID: 'no guid' })).toThrow('auth-not-configured');
    expect(signIn({ AUTH_MODE: 'keys' })).toEqual({ authMode: 'keys' });
  });
});
