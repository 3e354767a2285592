import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildApp } from '../../infra/bundle/bundle';
import { run } from './measure';

const ROOT = join(__dirname, '..', '..');
const MAIN = join(ROOT, 'dist', 'main.js');

export interface ColdStart {
  readonly ms: number;
  /** A node process that does nothing, for comparison. */
  readonly bareNodeMs: number;
  readonly functions: number;
  /** measure.ts */
  readonly disturbance: number;
}

/** From the start of `node` to the app's last registration, in a new process. */
export async function measureColdStart(probe: string, main: string): Promise<ColdStart> {
  const bare = await run(process.execPath, ['--eval', '0'], {});
  const startedAt = performance.timeOrigin + performance.now();
  const { stdout, disturbance } = await run(process.execPath, [probe, main], {});
  const { functions, registeredAt, loadsTelemetry } = JSON.parse(stdout) as {
    functions: number;
    registeredAt: number;
    loadsTelemetry: boolean;
  };
  if (functions === 0) throw new Error('the built app registers no function');
  if (loadsTelemetry) throw new Error('the built app loads applicationinsights at its start');
  return { ms: registeredAt - startedAt, bareNodeMs: bare.wallMs, functions, disturbance };
}

/** A copy of the built app, which no other build takes away; builds it when it is missing or older than its sources. */
export async function copyBuiltApp(folder: string): Promise<string> {
  const newest = Math.max(...['functions', 'shared'].flatMap((folder) => sources(join(ROOT, folder))));
  if (!existsSync(MAIN) || statSync(MAIN).mtimeMs < newest) await buildApp();
  const copy = join(folder, 'main.js');
  await copyFile(MAIN, copy);
  return copy;
}

function sources(folder: string): number[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)).mtimeMs);
}
