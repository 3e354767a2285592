import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the local issuer keeps its keys: per user and outside the tree, so that one token serves every checkout and no
 * key can be committed.
 */
export function issuerFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const configured = environment['XDG_STATE_HOME'];
  // XDG says: a relative path is invalid and must be ignored, as an empty one is
  const state = configured?.startsWith('/') === true ? configured : join(homedir(), '.local', 'state');
  return join(state, 'lifebook-backup', 'issuer');
}

/** The public keys, which the app verifies tokens with (`LOCAL_ISSUER_JWKS`). */
export function localJwksPath(): string {
  return join(issuerFolder(), 'jwks.json');
}
