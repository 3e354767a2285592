import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile, SourcePackage } from './apt-output';
import { compareDebianVersions, upstreamVersion } from './debian-version';
import { PgToolsError } from './failure';

/** What may be built: the accepted versions of each major with their hashes, and upstream versions that never may. */
export interface SourcesLock {
  readonly lockVersion: 1;
  readonly majors: Readonly<Record<string, readonly SourcePackage[]>>;
  /** Upstream versions with a known fault, and the fault. They are never accepted, whoever lists them. */
  readonly refused: Readonly<Record<string, string>>;
}

/** What a listing would change: versions to add, and versions that were listed but are known to be bad. */
export interface LockUpdate {
  readonly lock: SourcesLock;
  readonly added: readonly string[];
  readonly refused: readonly string[];
}

export const LOCK_FILE = join(__dirname, 'sources.lock.json');

/** The Debian source package of a major. */
export function sourcePackageName(major: number): string {
  return `postgresql-${String(major)}`;
}

export function readSourcesLock(file: string = LOCK_FILE): SourcesLock {
  return parseSourcesLock(readFileSync(file, 'utf8'));
}

export function writeSourcesLock(lock: SourcesLock, file: string = LOCK_FILE): void {
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}

/** The lock decides what is compiled and run, so a damaged one is an error, and a refused version in it too. */
export function parseSourcesLock(text: string): SourcesLock {
  const lock = JSON.parse(text) as Partial<SourcesLock>;
  if (lock.lockVersion !== 1 || !lock.majors || !lock.refused)
    throw damagedLock('it lacks lockVersion 1, majors or refused');
  for (const [major, packages] of Object.entries(lock.majors)) {
    for (const { version, files } of packages) {
      const reason = lock.refused[upstreamVersion(version)];
      if (reason !== undefined) throw damagedLock(`it accepts ${version}, which is refused: ${reason}`);
      if (!version.startsWith(`${major}.`)) throw damagedLock(`it has ${version} among the versions of ${major}`);
      if (!isCompletePackage(files))
        throw damagedLock(`its files of ${version} are not a .dsc and two tarballs with a sha256 each`);
    }
  }
  return { lockVersion: 1, majors: lock.majors, refused: lock.refused };
}

/** The accepted versions of a major, the newest first: that is the order in which they are tried. */
export function acceptedVersions(lock: SourcesLock, major: number): SourcePackage[] {
  return newestFirst(lock.majors[String(major)] ?? []);
}

/** Listed versions that the lock neither accepts nor refuses: what `--update-lock` would add. */
export function unknownVersions(lock: SourcesLock, major: number, listed: readonly SourcePackage[]): SourcePackage[] {
  const accepted = new Set(acceptedVersions(lock, major).map(({ version }) => version));
  const acceptable = listed.filter(({ version }) => lock.refused[upstreamVersion(version)] === undefined);
  return newestFirst(acceptable.filter(({ version, files }) => !accepted.has(version) && isCompletePackage(files)));
}

/** Adds the listed versions to the lock. What is there already stays as it is: a hash never changes under a version. */
export function addListedVersions(lock: SourcesLock, major: number, listed: readonly SourcePackage[]): LockUpdate {
  const added = unknownVersions(lock, major, listed);
  const versions = newestFirst([...acceptedVersions(lock, major), ...added]);
  const majors = versions.length === 0 ? lock.majors : { ...lock.majors, [String(major)]: versions };
  return {
    lock: { ...lock, majors },
    added: added.map(({ version }) => version),
    refused: listed
      .map(({ version }) => version)
      .filter((version) => lock.refused[upstreamVersion(version)] !== undefined),
  };
}

function newestFirst(packages: readonly SourcePackage[]): SourcePackage[] {
  return [...packages].sort((a, b) => compareDebianVersions(b.version, a.version));
}

function isCompletePackage(files: readonly SourceFile[]): boolean {
  const one = (pattern: RegExp): boolean => files.filter(({ name }) => pattern.test(name)).length === 1;
  const hashed = files.every(({ name, sha256 }) => /^[0-9a-f]{64}$/.test(sha256) && !name.includes('/'));
  return files.length === 3 && hashed && one(/\.dsc$/) && one(/\.orig\.tar\.\w+$/) && one(/\.debian\.tar\.\w+$/);
}

function damagedLock(reason: string): PgToolsError {
  return new PgToolsError(
    `sources.lock.json cannot be used: ${reason}`,
    'restore the committed file (git checkout infra/pgtools/sources.lock.json)',
  );
}
