import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The one that the templates are checked with; compiler.csproj names it too, and a test compares them. */
export const BICEP_VERSION = '0.49.2';

/** A Bicep compiler of this machine: BICEP, the cache of `fetchBicep`, or PATH. */
export function findBicep(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [environment['BICEP'], cachedCompiler(), ...folders.map((folder) => join(folder, 'bicep'))];
  return candidates.find((file) => file !== undefined && existsSync(file));
}

/** The compiler, from NuGet where this machine has none. It lies outside the tree, so one download serves every checkout. */
export async function fetchBicep(): Promise<string> {
  const found = findBicep();
  if (found !== undefined) return found;
  await mkdir(cacheFolder(), { recursive: true });
  const project = join(cacheFolder(), 'compiler.csproj');
  await copyFile(join(__dirname, 'compiler.csproj'), project);
  await run('dotnet', ['restore', project, '--packages', join(cacheFolder(), 'packages')], {
    env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' },
  }).catch((error: unknown) => {
    const { stdout, message } = error as { stdout?: string; message: string };
    throw new Error(
      `the Bicep compiler cannot be fetched: ${stdout?.trim() ?? message}\nHINT: install bicep or dotnet`,
    );
  });
  await chmod(cachedCompiler(), 0o755);
  return cachedCompiler();
}

const cacheFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'lifebook-backup', 'bicep');

const cachedCompiler = (): string =>
  join(cacheFolder(), 'packages', 'azure.bicep.commandline.linux-x64', BICEP_VERSION, 'tools', 'bicep');
