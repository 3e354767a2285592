import { createHash } from 'node:crypto';
import type { Systems } from '../systems/systems';
import { type DumpDone, type DumpFacts, dumpFactsName, type GlobalsDone } from './backup-facts';
import { type BackupPlan, backupTags } from './backup-plan';
import type { JobRun } from './job-run';

type Needs = Pick<Systems, 'dumpStore' | 'pgTools' | 'jobLedger'>;

const LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * The roles without passwords, beside the dump. They are no part of the database, so a login that may not read them costs
 * an entry in `notIncluded`, never the backup.
 */
export async function dumpGlobals(
  systems: Needs,
  run: JobRun,
  plan: BackupPlan,
  dumped: DumpDone,
): Promise<GlobalsDone> {
  const { connection } = plan.database;
  const facts = (await systems.jobLedger.readFacts(run.record.jobId, dumpFactsName(dumped.attempt))) as DumpFacts;
  const tools = await systems.pgTools.choose(facts.server.major);
  const child = await systems.pgTools.dumpRoles(tools, connection, run.signal);
  const text = await readAll(child.stdout);
  const end = await child.ended;
  run.signal.throwIfAborted();
  if (end.exitCode !== 0 || text === undefined) {
    const why = end.stderr.trim().split('\n')[0]?.slice(0, 300) ?? '';
    return { globals: null, notIncluded: [{ kind: 'globals', name: 'roles', reason: `pg_dumpall: ${why}` }] };
  }
  return { globals: await store(systems, run, plan, text), notIncluded: [] };
}

async function store(systems: Needs, run: JobRun, plan: BackupPlan, text: string): Promise<GlobalsDone['globals']> {
  const blob = plan.blobs.globals;
  const created = await systems.dumpStore.createText(blob, text, {
    contentType: 'application/sql',
    metadata: { jobid: run.record.jobId },
    tags: backupTags(plan, 'unverified'),
  });
  // an earlier attempt may have stored it and died before it could say so
  const stored = created === 'created' ? text : ((await systems.dumpStore.readText(blob)) ?? '');
  const bytes = Buffer.from(stored);
  return { blob, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function readAll(stdout: AsyncIterable<unknown>): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdout) {
    size += (chunk as Uint8Array).length;
    if (size > LIMIT_BYTES) return undefined;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}
