import type { z } from 'zod';
import type { signInAnswer } from '../../http/console-answer';
import type { Problem } from '../api/answers';
import { call, problemOf } from '../api/call';
import { loadPermissions } from '../api/permissions';
import { texts } from '../texts';
import { localSignIn } from './local-sign-in';
import { session, type SignInWay } from './session';

type Config = z.infer<typeof signInAnswer>;

/** How the page begins: with a way to sign in, or with the reason why there is none. */
export type Beginning = { readonly way: SignInWay } | { readonly problem: Problem };

export async function start(): Promise<Beginning> {
  try {
    const [config] = await Promise.all([call<Config>('GET', '/console/config.json'), loadPermissions()]);
    const way = await wayOf(config);
    if (way === undefined) return { problem: noWay(config.authMode) };
    session.value = await way.resume();
    return { way };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

async function wayOf(config: Config): Promise<SignInWay | undefined> {
  if (config.authMode === 'local') return config.issuerUrl === null ? undefined : localSignIn(config.issuerUrl);
  if (config.authMode === 'keys') return undefined;
  const { entraSignIn } = await import('./entra-sign-in');
  return entraSignIn(config);
}

function noWay(authMode: 'local' | 'keys' | 'entra'): Problem {
  const { detail, hint } = authMode === 'keys' ? texts.signIn.keysOnly : texts.signIn.noIssuer;
  return { code: 'no-sign-in', status: 0, title: texts.signIn.title, detail, hint };
}
