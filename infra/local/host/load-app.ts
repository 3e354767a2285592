import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, type WriteLog } from './log';
import { findMatchingFiles } from './path-pattern';

/**
 * Loads every file that `main` of the app's package.json matches; they register their functions meanwhile. As with the
 * real host, a file that cannot be loaded and a `main` that matches nothing are logged, and the host goes on without
 * functions: it says "Running" and answers 404 everywhere.
 */
export async function loadApp(appDir: string, log: WriteLog): Promise<void> {
  const pattern = await readMain(appDir);
  const files = await findMatchingFiles(appDir, pattern);
  if (files.length === 0) log('error', 'Host.Startup', `found zero files matching the supplied pattern "${pattern}"`);
  for (const file of files) {
    try {
      await loadFile(file);
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
      log('error', 'Host.Startup', `worker was unable to load entry point "${file}": ${detail}`);
    }
  }
}

async function readMain(appDir: string): Promise<string> {
  const json: unknown = JSON.parse(await readFile(join(appDir, 'package.json'), 'utf8'));
  const main = typeof json === 'object' && json !== null && 'main' in json ? json.main : undefined;
  return typeof main === 'string' ? main : 'index.js';
}

async function loadFile(file: string): Promise<void> {
  if (file.endsWith('.mjs')) await import(pathToFileURL(file).href);
  else createRequire(file)(file);
}
