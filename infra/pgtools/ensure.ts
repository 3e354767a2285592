import { existsSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withBuildLock } from './build-lock';
import { buildMajor, type Progress } from './build-major';
import { pgtoolsCacheDir } from './cache';
import { canBuildPgTools } from './can-build';
import { cleanEnvironment, CommandFailed, type Workplace } from './command';
import { PgToolsError } from './failure';
import { readIntactManifest } from './manifest';
import { acceptedVersions, readSourcesLock, type SourcesLock } from './sources-lock';
import { removeLeftovers, withTemporaryFolder } from './temporary-folder';

export interface EnsureOptions {
  /** Where the tools go instead of the cache folder. */
  readonly outDir?: string;
  /** Build also what is there and intact. */
  readonly force?: boolean;
  /**
   * Also take a version that the lock does not know, if a signed Debian index lists it and no accepted one can be had.
   * For machines that must get on (a demo); what is deployed is built without it.
   */
  readonly acceptSigned?: boolean;
  /** Stops the build, its children included, and removes what it had so far. Wire it to Ctrl-C: the children do not hear that. */
  readonly signal?: AbortSignal;
}

/**
 * Makes sure that the client tools of these majors are built, one after the other, and gives the folder that holds them
 * as `<major>/bin/…`. What is there and intact costs some milliseconds; a build takes about a minute.
 * Fails with PgToolsError (`detail`, `hint`, `logFile`); the majors finished before stay.
 */
export async function ensurePgTools(
  majors: readonly number[],
  onProgress: Progress,
  options: EnsureOptions = {},
): Promise<{ dir: string }> {
  const dir = resolve(options.outDir ?? pgtoolsCacheDir());
  try {
    const lock = readSourcesLock();
    for (const major of majors) await ensureMajor(dir, lock, major, onProgress, options);
    return { dir };
  } catch (error) {
    throw isSystemError(error)
      ? new PgToolsError(error.message, `look at the free space and the permissions of ${dir}`)
      : error;
  }
}

async function ensureMajor(
  dir: string,
  lock: SourcesLock,
  major: number,
  onProgress: Progress,
  options: EnsureOptions,
): Promise<void> {
  const isReady = (): boolean => options.force !== true && reportIfReady(dir, lock, major, onProgress, options);
  if (isReady()) return;
  await refuseWhereImpossible();
  const onWaiting = (): void => onProgress(`${String(major)}: another process is building it, waiting`);
  // Looked at again under the lock: the other process may have built it meanwhile.
  await withBuildLock(join(dir, `.build-${String(major)}.lock`), options.signal, onWaiting, async () => {
    if (!isReady()) await build(dir, lock, major, onProgress, options);
  });
}

function reportIfReady(
  dir: string,
  lock: SourcesLock,
  major: number,
  onProgress: Progress,
  options: EnsureOptions,
): boolean {
  const manifest = readIntactManifest(join(dir, String(major)), major);
  if (!manifest) return false;
  const isAccepted = acceptedVersions(lock, major).some(({ version }) => version === manifest.sourceVersion);
  if (!isAccepted && options.acceptSigned !== true) return false;
  onProgress(`${String(major)}: PostgreSQL ${manifest.version} client tools are built and intact, nothing to do`);
  return true;
}

async function refuseWhereImpossible(): Promise<void> {
  const ability = await canBuildPgTools();
  if (ability.ok) return;
  throw new PgToolsError(
    `the client tools cannot be built here: missing ${ability.missing.join('; ')}`,
    'install what is missing, or use PostgreSQL client tools from PATH',
  );
}

async function build(
  dir: string,
  lock: SourcesLock,
  major: number,
  onProgress: Progress,
  options: EnsureOptions,
): Promise<void> {
  const leftovers = `.building-${String(major)}-`;
  await removeLeftovers(dir, leftovers);
  // Beside the result, because only within one file system is moving it there a single step.
  await withTemporaryFolder(dir, leftovers, async (folder) => {
    const logFile = join(dir, `build-${String(major)}.log`);
    rmSync(logFile, { force: true });
    const place: Workplace = { folder, logFile, env: cleanEnvironment(), signal: options.signal };
    try {
      const result = await buildMajor(place, lock, major, options.acceptSigned === true, onProgress);
      await replaceFolder(result, join(dir, String(major)), join(folder, 'replaced'));
    } catch (error) {
      throw error instanceof CommandFailed
        ? new PgToolsError(error.message, `read the log: ${logFile}`, logFile)
        : error;
    }
  });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** A program that runs from the old folder keeps its file until it ends. */
async function replaceFolder(from: string, to: string, aside: string): Promise<void> {
  if (existsSync(to)) await rename(to, aside);
  await rename(from, to);
}
