import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { readBackup } from '../../shared/operations/catalog/read-backups';
import { databaseText, firstDifference } from '../fixtures/databases/database-text';
import { startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS, toolPath, type ToolTarget } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const DATABASE = `an "odd" name's`;

/** The Azure CLI, as far as the commands need it: it copies a blob that lies in $BLOBS. */
const AZ = `#!/bin/bash
while [ $# -gt 0 ]; do
  case "$1" in --name) name=$2 ;; --file) file=$2 ;; esac
  shift
done
cp "$BLOBS/$name" "$file"
`;

describe.each([15, 17] as const)('the commands that GET /backups/{id} prints, on PostgreSQL %i', (major) => {
  const cleanup = new Cleanup();
  let server: LocalPostgres;
  let tools: string;
  let folder: string;
  let commands: string[];

  beforeAll(async () => {
    tools = await bundledTools();
    const store = await cleanup.add(startAzurite());
    server = await cleanup.add(startPostgres({ major }));
    folder = await mkdtemp(join(tmpdir(), 'by-hand-'));
    await sql(server, 'postgres', 'create role app_owner', `create database "an ""odd"" name's" owner app_owner`);
    await sql(
      server,
      DATABASE,
      'create schema tales authorization app_owner',
      'set role app_owner',
      'create table tales.people (id int primary key, name text)',
      `insert into tales.people select n, 'Anna ' || n from generate_series(1, 1000) n`,
    );
    const app = startBackupApp(store, { PGTOOLS_DIR: tools, DATABASE_URL: server.url(DATABASE) });
    const { manifest } = await app.succeed();
    commands = (await readBackup(app.systems, manifest.backupId))['commands'] as string[];
    for (const blob of [manifest.dump.blob, manifest.globals?.blob ?? '']) {
      await mkdir(dirname(join(folder, blob)), { recursive: true });
      await app.dumps.getBlobClient(blob).downloadToFile(join(folder, blob));
    }
    await writeFile(join(folder, 'az'), AZ);
    await chmod(join(folder, 'az'), 0o755);
  }, FIRST_BUILD_TIMEOUT_MS);
  afterAll(async () => {
    await cleanup.stopAll();
    await rm(folder, { recursive: true, force: true });
  });

  /** One after the other, as somebody would paste them. */
  async function paste(): Promise<{ command: string; code: number | null; said: string }[]> {
    const results = [];
    for (const command of commands.filter((line) => !line.startsWith('#'))) {
      const child = spawn('/bin/bash', ['-c', command], {
        cwd: folder,
        env: {
          PATH: [folder, dirname(toolPath(tools, 17, 'psql')), '/usr/bin', '/bin'].join(delimiter),
          ...{ BLOBS: folder, ACCOUNT: 'account', CONTAINER: 'container', PGSSLMODE: 'disable' },
          ...{ PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: server.superuser },
          PGPASSWORD: server.password,
        },
      });
      const code = new Promise<number | null>((resolve) => child.once('close', resolve));
      const said = (await buffer(child.stderr)).toString();
      results.push({ command: command.split(' ')[0] ?? '', code: await code, said });
    }
    return results;
  }

  it('restore the database beside the live one, with its owner', async () => {
    const pasted = await paste();
    const failed = pasted.filter(({ code }) => code !== 0).map(({ command, said }) => [command, said]);
    expect(failed).toEqual(
      major >= 17 ? [] : [['pg_restore', expect.stringContaining('unrecognized configuration parameter') as unknown]],
    );
    expect(pasted.map(({ command }) => command)).toEqual([
      ...['az', 'echo', 'az', 'echo', 'psql', 'psql', 'pg_restore', 'psql'],
    ]);
    const text = (database: string): Promise<string[]> => {
      const target: ToolTarget = {
        ...{ port: server.port, user: server.superuser, password: server.password, database },
      };
      return databaseText(tools, 18, target);
    };
    const source = await text(DATABASE);
    expect(source.join('\n')).toContain('OWNER TO app_owner');
    expect(firstDifference(source, await text(`${DATABASE}_restored`))).toEqual([]);
    const owners = `select distinct pg_get_userbyid(datdba) as owner from pg_database where datname like 'an %'`;
    expect(await sql(server, 'postgres', owners)).toEqual([{ owner: 'app_owner' }]);
  });
});
