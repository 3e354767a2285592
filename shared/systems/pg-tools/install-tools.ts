import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../domain/failure';
import type { BundledTools } from './bundled-tools';
import { TOOL_NAMES, type ToolName, type ToolSet } from './pg-tools';

const run = promisify(execFile);

/**
 * Copies bundled tools to the temp folder, because a zip deployment loses their exec bits on a read-only mount, and
 * trusts none that differs from its manifest or does not tell the version that it should. The folder belongs to this user
 * alone and is named after the tools' hashes, so that the next start finds it.
 */
export async function installTools(tools: BundledTools): Promise<ToolSet> {
  const folder = await ownFolder(tools);
  const files = {} as Record<ToolName, string>;
  for (const name of TOOL_NAMES) files[name] = await installOne(tools, name, folder);
  for (const name of TOOL_NAMES) await expectVersion(files[name], name, tools.version);
  const compressions = (['zstd', 'lz4', 'gzip'] as const).filter((method) => tools.compressions.includes(method));
  return {
    major: tools.major,
    version: tools.version,
    origin: 'bundled',
    compressions: [...compressions, 'none'],
    files,
  };
}

async function ownFolder(tools: BundledTools): Promise<string> {
  const { uid } = userInfo();
  const identity = createHash('sha256').update(JSON.stringify(tools.sha256)).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `lifebook-pgtools-${uid}-${tools.major}-${identity}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return folder;
  throw new Failure('pg-tools-corrupt', 'the temp folder for the client tools belongs to somebody else', {
    hint: 'remove the folder lifebook-pgtools-… from the temp folder, or point TMPDIR to one of your own',
  });
}

async function installOne(tools: BundledTools, name: ToolName, folder: string): Promise<string> {
  const target = join(folder, name);
  const installed = await readFile(target).catch(() => undefined);
  if (installed !== undefined && sha256(installed) === tools.sha256[name]) {
    await chmod(target, 0o755);
    return target;
  }
  const source = await readFile(join(tools.folder, name)).catch((error: unknown) => {
    throw new Failure('pg-tools-corrupt', `${name} of major ${tools.major} is not in its folder`, { cause: error });
  });
  if (sha256(source) !== tools.sha256[name]) {
    throw new Failure('pg-tools-corrupt', `${name} of major ${tools.major} differs from its manifest`);
  }
  // written beside and renamed, so that a program that runs or a second worker never sees half of it
  const part = `${target}.${randomUUID()}`;
  try {
    await writeFile(part, source, { mode: 0o755 });
    await rename(part, target);
  } finally {
    await rm(part, { force: true });
  }
  return target;
}

async function expectVersion(file: string, name: ToolName, version: string): Promise<void> {
  const told = await run(file, ['--version'], { timeout: 10_000, env: { LC_ALL: 'C' } }).catch((error: unknown) => {
    throw new Failure('pg-tools-corrupt', `${name} ${version} does not start on this machine`, { cause: error });
  });
  if (readToolVersion(told.stdout) === version) return;
  throw new Failure('pg-tools-corrupt', `${name} does not tell the version of its manifest, ${version}`);
}

/** `17.11` of `pg_dump (PostgreSQL) 17.11 (Debian …)`. */
export function readToolVersion(text: string): string | undefined {
  return /\(PostgreSQL\) (\d+(?:\.\d+|\w+)?)/.exec(text)?.[1];
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
