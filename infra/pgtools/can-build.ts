import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { readDebianArchives } from './apt';
import { NEWEST_GLIBC } from './linkage';
import { PLATFORM } from './cache';
import { compareDebianVersions } from './debian-version';

/** Whether the client tools can be built here, and if not, what this machine lacks. */
export type BuildAbility = { readonly ok: true } | { readonly ok: false; readonly missing: string[] };

/**
 * Looks in some milliseconds whether a build has a chance. What can be fetched privately (make, perl, bison, flex and the
 * libraries) is not asked for; a C compiler, apt and Debian's archives are, and a C library as old as Azure's.
 */
export function canBuildPgTools(): Promise<BuildAbility> {
  const missing: string[] = [];
  const here = `${process.platform}-${process.arch}`;
  if (here !== PLATFORM) missing.push(`Linux on x64 (this is ${here})`);
  const hasCompiler = (isOnPath('cc') || isOnPath('gcc')) && existsSync('/usr/include/stdio.h');
  if (!hasCompiler) missing.push('a C compiler with the C library headers (apt-get install gcc libc6-dev)');
  const tools = ['apt-get', 'apt-cache', 'apt-config', 'dpkg-deb', 'flock'].filter((name) => !isOnPath(name));
  if (tools.length > 0) missing.push(`Debian's package tools (${tools.join(', ')})`);
  else if (!hasDebianSources()) missing.push("a Debian archive among apt's sources");
  const glibc = runtimeGlibc();
  if (glibc !== undefined && compareDebianVersions(glibc, NEWEST_GLIBC) > 0) {
    missing.push(
      `glibc ${NEWEST_GLIBC} or older, as on Debian 12 (this is ${glibc}: what is linked here would not start on Azure)`,
    );
  }
  return Promise.resolve(missing.length === 0 ? { ok: true } : { ok: false, missing });
}

/** Whether a command is on PATH; without running it. */
export function isOnPath(command: string, path: string = process.env['PATH'] ?? ''): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function hasDebianSources(): boolean {
  try {
    return readDebianArchives().main.length > 0;
  } catch {
    return false;
  }
}

function runtimeGlibc(): string | undefined {
  try {
    return /glibc (\S+)/.exec(execFileSync('getconf', ['GNU_LIBC_VERSION'], { encoding: 'utf8' }))?.[1];
  } catch {
    return undefined;
  }
}
