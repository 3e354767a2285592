import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../domain/failure';
import { TOOL_NAMES, type ToolName } from './pg-tools';

/** One major of bundled tools as its manifest tells; nothing of it has been run yet (infra/pgtools/README.md). */
export interface BundledTools {
  readonly major: number;
  readonly version: string;
  readonly folder: string;
  readonly compressions: readonly string[];
  readonly sha256: Readonly<Record<ToolName, string>>;
}

const binary = z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const manifestShape = z.looseObject({
  manifestVersion: z.literal(1),
  major: z.int(),
  version: z.string(),
  compression: z.array(z.string()),
  binaries: z.looseObject({ pg_dump: binary, pg_restore: binary, psql: binary, pg_dumpall: binary }),
});

/** Where tools are looked for, in this order: the setting, the deployed package, the cache of `npm run pgtools`. */
export function bundledToolFolders(setting: string | undefined, appFolder: string): string[] {
  if (setting !== undefined) return [setting];
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return [join(appFolder, 'pgtools'), join(cache, 'lifebook-backup', 'pgtools', `${process.platform}-${process.arch}`)];
}

/** All majors of the first folder that has any, smallest first. @throws Failure `pg-tools-corrupt` */
export async function listBundledTools(folders: readonly string[]): Promise<BundledTools[]> {
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    const majors = names.filter((name) => /^\d{2}$/.test(name)).sort();
    const found = await Promise.all(majors.map((major) => readManifest(join(folder, major))));
    const present = found.filter((tools) => tools !== undefined);
    if (present.length > 0) return present;
  }
  return [];
}

async function readManifest(folder: string): Promise<BundledTools | undefined> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = manifestShape.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new Failure('pg-tools-corrupt', `the manifest of the bundled client tools is not readable`);
  const { major, version, compression, binaries } = parsed.data;
  const sha256 = Object.fromEntries(TOOL_NAMES.map((name) => [name, binaries[name].sha256])) as Record<
    ToolName,
    string
  >;
  return { major, version, folder: join(folder, 'bin'), compressions: compression, sha256 };
}
