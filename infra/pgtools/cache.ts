import { homedir } from 'node:os';
import { join } from 'node:path';

/** The only platform whose client tools are built: the one that Azure Functions on Linux runs. */
export const PLATFORM = 'linux-x64';

/**
 * The folder that holds built client tools, as `<major>/bin/…` with `<major>/manifest.json` beside it.
 * It lies outside the source tree, so that one build serves every checkout and no binary can be committed.
 */
export function pgtoolsCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  // XDG says: a relative path is invalid and must be ignored, as an empty one is.
  const configured = env['XDG_CACHE_HOME'];
  const root = configured?.startsWith('/') ? configured : join(env['HOME'] ?? homedir(), '.cache');
  return join(root, 'lifebook-backup', 'pgtools', PLATFORM);
}
