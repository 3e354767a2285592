import { afterEach, expect, it } from '@jest/globals';
import { type LocalServer, runGate, startJsonServer } from '../../fixtures/pipelines/gate';

/** An API that answers from a script: what no real one does on demand. */
let api: LocalServer | undefined;
afterEach(() => api?.stop());

const BACKUP = {
  state: 'verified',
  manifest: {
    ...{ snapshotAt: '2026-11-22T02:00:00.000Z', dump: { sizeBytes: 1_048_576 } },
    ...{ contents: { tables: [{ rows: 2 }, { rows: 3 }] }, verification: { level: 'fully-decoded' } },
  },
};
const DONE = { jobId: 'job-1', database: 'lifebook', state: 'succeeded', result: { backupId: 'b1', warnings: [] } };
const RUNNING = { ...DONE, state: 'running', progress: { phase: 'dump' } };

interface Scripted {
  readonly status?: number;
  readonly body: object;
}
type Script = Record<string, readonly Scripted[]>;

/** Each call takes the next answer of its path; the last one stays. Gives the calls that came. */
async function start(script: Script): Promise<string[]> {
  const calls: string[] = [];
  api = await startJsonServer((method, { pathname, search }) => {
    const call = `${method} ${pathname.replace('/api', '')}${search}`;
    const answers = script[call] ?? [];
    const answer = answers[Math.min(calls.filter((earlier) => earlier === call).length, answers.length - 1)];
    calls.push(call);
    return answer;
  });
  return calls;
}

const gate = (env: Record<string, string> = {}): ReturnType<typeof runGate> =>
  runGate('backup', {
    ...{ BACKUP_API_URL: `${api?.url ?? 'http://127.0.0.1:1'}/api`, BACKUP_TOKEN: 'a-token', RELEASE_VERSION: '1.0' },
    ...{ GITHUB_ACTIONS: 'true', PIPELINE_ATTEMPT: '1' },
    ...env,
  });

const JOBS = 'GET /jobs?state=running&limit=200&database=lifebook';
const script = (changes: Script = {}): Script => ({
  'POST /backups': [{ status: 202, body: RUNNING }],
  'GET /jobs/job-1?wait=60': [{ body: RUNNING }, { body: DONE }],
  'GET /backups/b1': [{ body: BACKUP }],
  [JOBS]: [{ body: { items: [] } }],
  ...changes,
});

it('goes on only when no other job dumps or restores the database', async () => {
  const other = { items: [{ jobId: 'job-2', kind: 'backup' }] };
  const harmless = { items: [{ jobId: 'job-3', kind: 'verify' }] };
  const calls = await start(script({ [JOBS]: [{ body: other }, { body: other }, { body: harmless }] }));
  const run = await gate();
  expect([run.exitCode, calls.filter((call) => call === JOBS)]).toEqual([0, [JOBS, JOBS, JOBS]]);
  expect(run.log).toContain('backup job job-2 is at work on lifebook');
});

it('repeats what may pass and gives the time when it is over', async () => {
  const busy = { status: 503, body: { code: 'unavailable', detail: 'starting' } };
  const calls = await start(
    script({ 'GET /jobs/job-1?wait=60': [busy, busy, { body: RUNNING }, busy, { body: DONE }] }),
  );
  expect((await gate()).exitCode).toBe(0);
  expect(calls.filter((call) => call.startsWith('POST'))).toHaveLength(1);

  await api?.stop();
  await start(script({ 'GET /jobs/job-1?wait=60': [{ body: RUNNING }] }));
  const late = await gate({ TIMEOUT_MINUTES: '0.02' });
  expect([late.exitCode, late.log]).toEqual([1, expect.stringContaining('the time is over')]);
});

it('stops the release when the backup turns out not to be verified', async () => {
  await start(script({ 'GET /backups/b1': [{ body: { ...BACKUP, state: 'damaged' } }] }));
  const run = await gate();
  expect([run.exitCode, run.log]).toEqual([1, expect.stringContaining('b1 is damaged and not verified')]);
});

it('lets no word of the server become a command of the runner', async () => {
  const problem = { code: 'bad', detail: 'one\n::set-env name=A::b', hint: '100 %' };
  await start(script({ 'POST /backups': [{ status: 400, body: problem }] }));
  const { log } = await gate();
  expect(log).toBe(
    '::error title=LifeBook Backup::POST /backups: HTTP 400 bad – one%0A::set-env name=A::b – 100 %25\n',
  );
});

it('tells every wrong input at once, and what GitHub needs', async () => {
  const run = await gate({ BACKUP_API_URL: 'http://example.org/api', RELEASE_VERSION: 'a b', TIMEOUT_MINUTES: 'x' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('BACKUP_API_URL must be https://HOST/api; RELEASE_VERSION must be');
  expect(run.log).toContain('TIMEOUT_MINUTES must be minutes');
  const unknown = await gate({ BACKUP_API_URL: 'https://example.org/api', BACKUP_TOKEN: '', ENTRA_AUDIENCE: 'api' });
  expect(unknown.log).toContain("it needs 'permissions: id-token: write'");
});
