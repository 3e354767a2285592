import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORM } from './cache';
import { upstreamVersion } from './debian-version';

/** One built program: what it says of itself, and what its file is. */
interface BuiltBinary {
  readonly version: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Describes one major's build. It is written last, so that a folder with a manifest is a finished one. */
export interface PgToolsManifest {
  readonly manifestVersion: 1;
  readonly major: number;
  /** PostgreSQL's version, `17.11`. */
  readonly version: string;
  /** The Debian source version, `17.11-0+deb13u1`: what the lock accepts or not. */
  readonly sourceVersion: string;
  readonly platform: typeof PLATFORM;
  /** What `pg_dump --compress` takes besides `none`. */
  readonly compression: readonly string[];
  readonly binaries: Readonly<Record<string, BuiltBinary>>;
}

export const TOOL_NAMES = ['pg_dump', 'pg_restore', 'psql', 'pg_dumpall'] as const;

/** pg_dump knows lz4 and zstd from 16 on. Before that it has zlib only, whatever libraries it is linked with. */
export function compressionMethods(major: number): string[] {
  return major >= 16 ? ['gzip', 'lz4', 'zstd'] : ['gzip'];
}

/** Describes the tools in `<folder>/bin`, and writes that to `<folder>/manifest.json`. */
export function writeManifest(
  folder: string,
  major: number,
  sourceVersion: string,
  versions: Readonly<Record<string, string>>,
): void {
  const binaries = TOOL_NAMES.map((name): [string, BuiltBinary] => {
    const file = join(folder, 'bin', name);
    return [name, { version: versions[name] ?? '', sha256: sha256Of(file), sizeBytes: statSync(file).size }];
  });
  const manifest: PgToolsManifest = {
    manifestVersion: 1,
    major,
    version: upstreamVersion(sourceVersion),
    sourceVersion,
    platform: PLATFORM,
    compression: compressionMethods(major),
    binaries: Object.fromEntries(binaries),
  };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The manifest of a build whose four binaries are still what it says, or nothing. */
export function readIntactManifest(folder: string, major: number): PgToolsManifest | undefined {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) return undefined;
  const manifest = parseManifest(readFileSync(file, 'utf8'));
  if (manifest?.major !== major) return undefined;
  const isIntact = TOOL_NAMES.every((name) => {
    const binary = join(folder, 'bin', name);
    return (
      existsSync(binary) &&
      (statSync(binary).mode & 0o100) !== 0 &&
      sha256Of(binary) === manifest.binaries[name]?.sha256
    );
  });
  return isIntact ? manifest : undefined;
}

/** A damaged or foreign manifest describes nothing: the tools are then built again. */
function parseManifest(text: string): PgToolsManifest | undefined {
  try {
    const manifest = JSON.parse(text) as { [Field in keyof PgToolsManifest]?: unknown } | null;
    const isOurs = manifest?.manifestVersion === 1 && manifest.platform === PLATFORM;
    return isOurs && manifest.binaries instanceof Object ? (manifest as PgToolsManifest) : undefined;
  } catch {
    return undefined;
  }
}

function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
