import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { scripts } from '../../package.json';
import { createBackupLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { sql } from '../fixtures/environment/sql';

const ROOT = join(__dirname, '..', '..');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const document = read('docs', 'deploy.md');

/** Every command of the page, in its order; continued lines are one command. */
const commands = [...document.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].flatMap(([, block = '']) =>
  block
    .replace(/\\\n */g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''),
);
const calls = commands.filter((command) => command.startsWith('curl '));
const parameters = [...read('infra', 'main.bicep').matchAll(/^param (\w+) /gm)].map(([, name]) => name);
const all = (pattern: RegExp, text = commands.join('\n')): string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found ?? '');

describe('the commands of docs/deploy.md', () => {
  it('are of tools that it asks for', () => {
    expect(commands.length).toBeGreaterThan(40);
    const strange = commands.filter((command) => !/^(az|azd|npm|curl|docker|TOKEN=\$\(az) /.test(command));
    expect(strange).toEqual([]);
  });

  it('name npm scripts that exist', () => {
    expect(all(/npm run ([\w:]+)/g, document).filter((script) => !(script in scripts))).toEqual([]);
  });

  it('set what the parameter file reads, and parameters that the template has', () => {
    const set = all(/azd env set (\w+)/g, document);
    const known = all(/readEnvironmentVariable\('(\w+)'/g, read('infra', 'main.bicepparam'));
    expect(set.filter((name) => !known.includes(name))).toEqual([]);
    const given = commands.flatMap((command) => (/--parameters (\w+=.*)/.exec(command)?.[1] ?? '').split(' '));
    const named = [...given.filter((text) => text !== ''), ...all(/`(\w+=\w[\w-]*)`/g, document)];
    const names = named.map((text) => text.split('=')[0] ?? '').filter((name) => /[a-z]/.test(name));
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !parameters.includes(name))).toEqual([]);
  });

  it('name files, outputs and queues that exist', () => {
    const paths = all(/(?:@|[ (`])(?:\.\.\/)?(infra\/[\w./-]+\w)/g, document);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const outputs = all(/get-value (\w+)|`([A-Z]+_[A-Z]+)`/g, document).filter((name) => name !== '');
    expect(outputs.filter((name) => !read('infra', 'main.bicep').includes(`output ${name} `))).toEqual([]);
    expect(all(/--queue-name (\S+)/g)).toEqual(['lifebook-backup-jobs-poison']);
  });

  it('stand in steps that say how to check them and what they cost', () => {
    const steps = document.split(/^## (?=\d+\.)/m).slice(1);
    expect(steps.length).toBeGreaterThan(8);
    for (const step of steps) {
      const [title] = step.split('\n');
      expect([title, /\bcheck|\bwait for/i.test(step), /\bcosts?\b|\$|\bfree\b/i.test(step)]).toEqual([
        title,
        true,
        true,
      ]);
    }
  });
});

describe('the calls of docs/deploy.md', () => {
  const cleanup = new Cleanup();
  let app: HostedApp;

  beforeAll(async () => {
    const tools = await bundledTools();
    const store: LocalBlobStore = await cleanup.add(startAzurite({ inMemory: true }));
    const server: LocalPostgres = await cleanup.add(startPostgres({ major: 17 }));
    const login = await createBackupLogin(server, 'backup');
    await sql(server, 'postgres', 'create table moments as select generate_series(1, 10) as id');
    const [DATABASE_URL, DATABASE_ADMIN_URL] = [login.url('postgres'), server.url('postgres')];
    app = await cleanup.add(startHostedApp(store, { PGTOOLS_DIR: tools, DATABASE_URL, DATABASE_ADMIN_URL }));
  }, FIRST_BUILD_TIMEOUT_MS);
  afterAll(() => cleanup.stopAll());

  it('all work against the local host, in the order of the page', async () => {
    const token = await app.token('Admin');
    let backupId = '';
    for (const call of calls) {
      const env = { PATH: process.env['PATH'], API: `${app.host.url}/api`, TOKEN: token };
      const command = call.replaceAll('BACKUP_ID', backupId);
      const { stdout } = await promisify(execFile)('bash', ['-c', command], { env });
      const answer = JSON.parse(stdout) as { jobId?: string };
      if (answer.jobId === undefined) continue;
      const { body } = await app.ended(answer.jobId);
      expect([call, body['state'], body['error']]).toEqual([call, 'succeeded', undefined]);
      ({ backupId } = body['result'] as { backupId: string });
    }
    expect(calls.length).toBeGreaterThan(8);
    const health = await app.call('GET', '/backups?state=verified', { role: 'Read' });
    expect(health.body['items']).toHaveLength(2);
  });
});
