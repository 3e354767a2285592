import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Compression } from '../../config/compression';
import { readToolVersion } from './install-tools';
import { TOOL_NAMES, type ToolName, type ToolSet } from './pg-tools';

const run = promisify(execFile);
const DEBIAN_FOLDER = '/usr/lib/postgresql';

/**
 * Client tools that the machine has: in Debian's folders by major (there /usr/bin/pg_dump is a wrapper that picks a
 * version by rules of its own), then on PATH. One set per major, smallest first.
 */
export async function listPathTools(path: string): Promise<ToolSet[]> {
  const debian = (await readdir(DEBIAN_FOLDER).catch(() => [])).map((major) => join(DEBIAN_FOLDER, major, 'bin'));
  const folders = [...debian, ...path.split(delimiter).filter((folder) => folder !== '')];
  const byMajor = new Map<number, ToolSet>();
  for (const folder of folders) {
    const tools = await readFolder(folder);
    if (tools !== undefined && !byMajor.has(tools.major)) byMajor.set(tools.major, tools);
  }
  return [...byMajor.values()].sort((one, other) => one.major - other.major);
}

async function readFolder(folder: string): Promise<ToolSet | undefined> {
  const files = Object.fromEntries(TOOL_NAMES.map((name) => [name, join(folder, name)])) as Record<ToolName, string>;
  try {
    await Promise.all(Object.values(files).map((file) => access(file, constants.X_OK)));
    const [dump, restore] = await Promise.all([versionOf(files.pg_dump), versionOf(files.pg_restore)]);
    // tools that differ do not belong together: an archive might not be readable by its own pg_restore
    if (dump === undefined || dump !== restore) return undefined;
    const major = Number.parseInt(dump, 10);
    return { major, version: dump, origin: 'path', compressions: await compressionsOf(files.pg_dump, major), files };
  } catch {
    return undefined;
  }
}

async function versionOf(file: string): Promise<string | undefined> {
  return readToolVersion((await run(file, ['--version'], { timeout: 10_000, env: { LC_ALL: 'C' } })).stdout);
}

/** What this build can compress with. pg_dump checks that before it connects, so a dump of no server tells. */
async function compressionsOf(pgDump: string, major: number): Promise<Compression['method'][]> {
  const known: Compression['method'][] = ['gzip', 'none'];
  if (major < 16) return known;
  for (const method of ['zstd', 'lz4'] as const) {
    const args = ['-Fc', `--compress=${method}:1`, '--no-password', '--dbname=host=/nonexistent', '--file=/dev/null'];
    const stderr = await run(pgDump, args, { timeout: 10_000, env: { LC_ALL: 'C' } }).then(
      () => '',
      (error: unknown) => (error as { stderr?: string }).stderr ?? '',
    );
    if (stderr.includes('/nonexistent')) known.push(method);
  }
  return known;
}
