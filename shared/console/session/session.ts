import { signal } from '@preact/signals';
import type { Role } from '../../domain/access/roles';

/** Who is signed in. Tokens stay in memory and session storage: they go with the tab. */
export interface Session {
  readonly name: string;
  readonly role: Role;
  /** A token that is still valid, renewed where that needs nobody. @throws Error when the user has to sign in again */
  token(): Promise<string>;
}

/** One way to sign in. */
export interface SignInWay {
  /** The session of this tab, also when the browser has just come back from signing in; undefined: nobody is signed in. */
  resume(): Promise<Session | undefined>;
  /** Leaves the page. */
  signIn(): Promise<void>;
  signOut(): Promise<void>;
}

export const session = signal<Session | undefined>(undefined);
/** The API takes the token no longer: the page stays as it is and asks to sign in again. */
export const isExpired = signal(false);
