import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createPrivateApt,
  downloadFile,
  downloadSource,
  listSources,
  readDebianArchives,
  updateLists,
  type PrivateApt,
} from './apt';
import type { SourcePackage } from './apt-output';
import { poolBases, sourceEntries, type DebianArchives } from './apt-sources';
import type { Workplace } from './command';
import { PgToolsError } from './failure';
import { acceptedVersions, sourcePackageName, unknownVersions, type SourcesLock } from './sources-lock';

/** Verified source files in a folder. */
export interface FetchedSources {
  readonly folder: string;
  readonly source: SourcePackage;
}

/**
 * Downloads the newest accepted version of a major that can be had, and checks every file against the lock.
 *
 * First straight from the pool: there the lock's hashes are all that is needed, and the 45 MB of indexes stay where they
 * are. Mirrors also keep versions that their indexes no longer list, and list versions that they do not have (404). Only
 * when no accepted version is found that way are the indexes read: for mirrors whose addresses only apt understands,
 * for `acceptSigned`, and to say what there is.
 */
export async function fetchSources(
  place: Workplace,
  lock: SourcesLock,
  major: number,
  acceptSigned: boolean,
): Promise<FetchedSources> {
  const archives = readDebianArchives();
  const apt = createPrivateApt(place, join(place.folder, 'apt-sources'), sourceEntries(archives));
  const accepted = acceptedVersions(lock, major);
  return (await fromPool(apt, archives, major, accepted)) ?? (await fromIndexes(apt, lock, major, acceptSigned));
}

/** Asks the indexes of every suite which versions of these majors there are. */
export async function listedVersions(
  place: Workplace,
  majors: readonly number[],
): Promise<Map<number, SourcePackage[]>> {
  const apt = createPrivateApt(place, join(place.folder, 'apt-sources'), sourceEntries(readDebianArchives()));
  await updateLists(apt);
  const listed = new Map<number, SourcePackage[]>();
  for (const major of majors) listed.set(major, await listSources(apt, sourcePackageName(major)));
  return listed;
}

async function fromPool(
  apt: PrivateApt,
  archives: DebianArchives,
  major: number,
  accepted: readonly SourcePackage[],
): Promise<FetchedSources | undefined> {
  const name = sourcePackageName(major);
  const pools = [
    ...poolBases(archives.main).map((base) => `${base}/pool/main/p/${name}`),
    ...poolBases(archives.security).map((base) => `${base}/pool/updates/main/p/${name}`),
  ];
  for (const source of accepted) {
    for (const pool of pools) {
      const folder = emptyFolder(apt, source.version);
      if (await downloadAll(apt, pool, source, folder)) return verified(folder, source);
    }
  }
  return undefined;
}

async function fromIndexes(
  apt: PrivateApt,
  lock: SourcesLock,
  major: number,
  acceptSigned: boolean,
): Promise<FetchedSources> {
  const name = sourcePackageName(major);
  const updated = await updateLists(apt);
  const listed = await listSources(apt, name);
  const unknown = unknownVersions(lock, major, listed);
  const isListed = (version: string): boolean => listed.some((source) => source.version === version);
  const accepted = acceptedVersions(lock, major).filter(({ version }) => isListed(version));
  for (const source of [...accepted, ...(acceptSigned ? unknown : [])]) {
    const folder = emptyFolder(apt, source.version);
    if ((await downloadSource(apt, name, source.version, folder)).code === 0) return verified(folder, source);
  }
  throw nothingToBuild(lock, major, listed, unknown, updated.code === 0);
}

/** The small .dsc first: where it is missing, the rest is not asked for. */
async function downloadAll(apt: PrivateApt, pool: string, source: SourcePackage, folder: string): Promise<boolean> {
  const smallestFirst = [...source.files].sort((a, b) => a.sizeBytes - b.sizeBytes);
  for (const { name } of smallestFirst) {
    const { code } = await downloadFile(apt, `${pool}/${name}`, join(folder, name));
    if (code !== 0) return false;
  }
  return true;
}

/** A wrong hash ends the build. It is no reason to try the next version: somebody has to look at it. */
function verified(folder: string, source: SourcePackage): FetchedSources {
  for (const { name, sha256 } of source.files) {
    const found = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    if (found === sha256) continue;
    throw new PgToolsError(
      `${name} has sha256 ${found}, and the accepted one has ${sha256}: these are not the sources that were accepted`,
      'look at the mirror (and a proxy in between); if Debian really replaced the file, accept that version again by hand in infra/pgtools/sources.lock.json',
    );
  }
  return { folder, source };
}

function nothingToBuild(
  lock: SourcesLock,
  major: number,
  listed: readonly SourcePackage[],
  unknown: readonly SourcePackage[],
  complete: boolean,
): PgToolsError {
  const versions = (packages: readonly SourcePackage[]): string =>
    packages.map(({ version }) => version).join(', ') || 'none';
  const accepted = versions(acceptedVersions(lock, major));
  const detail = `no accepted source version of PostgreSQL ${String(major)} can be downloaded (accepted: ${accepted}; listed by Debian: ${versions(listed)})`;
  if (unknown.length > 0) {
    return new PgToolsError(
      detail,
      `to accept ${versions(unknown)}, run \`npm run pgtools -- ${String(major)} --update-lock\`, review the change of sources.lock.json, then build again`,
    );
  }
  if (!complete)
    return new PgToolsError(
      detail,
      "apt could not read all of Debian's indexes: look at the network and at the machine's apt sources, then run it again",
    );
  return new PgToolsError(
    detail,
    `choose a major that Debian has sources of (accepted here: ${Object.keys(lock.majors).join(', ')}), or try again later if the mirror is being updated`,
  );
}

function emptyFolder(apt: PrivateApt, version: string): string {
  const folder = join(apt.folder, 'downloads', version);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
