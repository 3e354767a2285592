import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INFRA = join(__dirname, '..');
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/** The main template and its parameters, without the extension. */
export const MAIN = join(INFRA, 'main');

/** The ARM template that a .bicep file compiles to. @throws Error with the compiler's words for an error or a warning */
export async function compileBicep(compiler: string, file: string): Promise<unknown> {
  return JSON.parse(await quiet(compiler, ['build', '--stdout', file]));
}

/** The parameters that a .bicepparam file compiles to. */
export async function compileParameters(compiler: string, file: string): Promise<unknown> {
  return JSON.parse(await quiet(compiler, ['build-params', '--stdout', file]));
}

/** Lints every Bicep file of infra/. */
export async function lintBicep(compiler: string): Promise<void> {
  for (const extension of ['bicep', 'bicepparam']) await quiet(compiler, ['lint', '--pattern', `**/*.${extension}`]);
}

/** A warning goes to standard error while the exit code stays 0; here it is a failure. */
async function quiet(compiler: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };
  const { stdout, stderr } = await run(compiler, [...args], { env, cwd: INFRA, maxBuffer: OUTPUT_LIMIT_BYTES });
  if (stderr.trim() === '') return stdout;
  throw new Error(stderr.trim());
}
