import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, inFolder, run, type Workplace } from './command';
import { BUILT_TOOLS } from './compile';
import { upstreamVersion } from './debian-version';
import { PgToolsError } from './failure';
import { linkageFaults } from './linkage';
import { compressionMethods, TOOL_NAMES, writeManifest } from './manifest';

/**
 * Copies the built tools out of the source tree, strips them and tries them where they will lie: linkage, version,
 * compression. Only then does the folder get its manifest. Gives the folder.
 */
export async function collectTools(
  place: Workplace,
  tree: string,
  major: number,
  sourceVersion: string,
): Promise<string> {
  const folder = join(place.folder, 'result');
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const versions: Record<string, string> = {};
  for (const name of TOOL_NAMES) {
    const file = join(bin, name);
    copyFileSync(join(tree, BUILT_TOOLS[name]), file);
    await run(place, 'strip', '--strip-all', file);
    await checkLinkage(place, name, file);
    versions[name] = await checkVersion(place, name, file, sourceVersion);
  }
  await checkCompression(place, join(bin, 'pg_dump'), major);
  writeManifest(folder, major, sourceVersion, versions);
  return folder;
}

async function checkLinkage(place: Workplace, name: string, file: string): Promise<void> {
  const faults = linkageFaults(await run(place, 'readelf', '--dynamic', '--version-info', '--wide', file));
  if (faults.length > 0) throw unfit(place, `${name} would not run on every machine: ${faults.join('; ')}`);
}

/** Started from the root folder with nothing in its environment: whatever it finds, it does not find it by luck. */
async function checkVersion(place: Workplace, name: string, file: string, sourceVersion: string): Promise<string> {
  const bare = { ...inFolder(place, '/'), env: { LC_ALL: 'C' } };
  const version = (await run(bare, file, '--version')).trim();
  const numbers = /\(PostgreSQL\) (\S+)/.exec(version)?.[1];
  if (numbers === upstreamVersion(sourceVersion)) return version;
  throw unfit(place, `${name} calls itself "${version}" and was built from ${sourceVersion}`);
}

/** pg_dump looks at the compression before it connects, so a socket folder that does not exist is server enough. */
async function checkCompression(place: Workplace, pgDump: string, major: number): Promise<void> {
  // Before 16 the option takes a number only, and zlib is not a choice.
  const choices = major >= 16 ? compressionMethods(major).map((method) => `${method}:1`) : ['1'];
  for (const choice of choices) {
    const { stderr } = await attempt(place, pgDump, [
      '-Fc',
      `--compress=${choice}`,
      '--host=/nonexistent',
      '--dbname=none',
    ]);
    if (!stderr.includes('/nonexistent'))
      throw unfit(place, `pg_dump does not take --compress=${choice}: ${stderr.trim()}`);
  }
}

function unfit(place: Workplace, detail: string): PgToolsError {
  return new PgToolsError(detail, 'look into the log; nothing was put into the cache', place.logFile);
}
