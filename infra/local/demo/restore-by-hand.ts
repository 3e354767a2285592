import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BlobServiceClient } from '@azure/storage-blob';
import { Client } from 'pg';
import { guardLeftovers } from '../environment/leftover-guard';
import { DATABASE, type LocalEnvironment } from '../environment/local-environment';
import { makeScratchFolder } from '../environment/scratch-folder';
import type { DemoTools } from './choose-demo-tools';

const run = promisify(execFile);
export const RESTORED = 'lifebook_restored';

/** What an admin would do without this app: download the blob, create a database, run plain pg_restore. */
export async function restoreByHand(
  environment: LocalEnvironment,
  tools: DemoTools,
  blob: string,
  signal: AbortSignal,
): Promise<void> {
  const folder = await makeScratchFolder('demo');
  const guard = guardLeftovers(folder);
  try {
    const file = join(folder, 'lifebook.dump');
    const { connectionString } = environment.blobStore;
    const container =
      BlobServiceClient.fromConnectionString(connectionString).getContainerClient('lifebook-db-backups');
    await container.getBlobClient(blob).downloadToFile(file, 0, undefined, { abortSignal: signal });
    const client = new Client({ connectionString: environment.postgres.url() });
    await client.connect();
    await client.query(`create database ${RESTORED}`).finally(() => client.end());
    const { code, stderr } = await tool(environment, tools, 'pg_restore', RESTORED, [file], signal);
    if (code !== 0 && !isExpected(stderr)) throw new Error(`pg_restore failed:\n${stderr}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await guard.release();
  }
}

/** The schema as text; only the token of \restrict differs from run to run. */
async function readSchema(
  environment: LocalEnvironment,
  tools: DemoTools,
  database: string,
  signal: AbortSignal,
): Promise<string> {
  const { code, stdout, stderr } = await tool(environment, tools, 'pg_dump', database, ['--schema-only'], signal);
  if (code !== 0) throw new Error(`pg_dump --schema-only failed:\n${stderr}`);
  return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '');
}

/** Of the database that was dumped, and of the restored one. */
export function readSchemas(
  environment: LocalEnvironment,
  tools: DemoTools,
  signal: AbortSignal,
): Promise<[string, string]> {
  return Promise.all([
    readSchema(environment, tools, DATABASE, signal),
    readSchema(environment, tools, RESTORED, signal),
  ]);
}

/** pg_restore 17 and later sets transaction_timeout, which an older server refuses: one error that means nothing. */
function isExpected(stderr: string): boolean {
  const errors = stderr.split('\n').filter((line) => line.startsWith('pg_restore: error:'));
  return errors.length === 1 && /unrecognized configuration parameter "transaction_timeout"/.test(errors[0] ?? '');
}

async function tool(
  environment: LocalEnvironment,
  tools: DemoTools,
  name: string,
  database: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { host, port, superuser, password } = environment.postgres;
  const env = { LC_ALL: 'C', PGHOST: host, PGPORT: String(port), PGUSER: superuser, PGPASSWORD: password };
  try {
    const done = await run(join(tools.binFolder, name), [...args, `--dbname=${database}`], {
      env,
      signal,
      maxBuffer: 64 * 1024 ** 2,
    });
    return { code: 0, ...done };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, stdout, stderr };
  }
}
