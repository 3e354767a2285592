import { createHash } from 'node:crypto';
import { asFailure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import type { ToolSet } from '../../systems/pg-tools/pg-tools';
import type { Systems } from '../../systems/systems';
import { type DumpDone, readDumpFacts, type GlobalsDone } from './backup-facts';
import { type BackupPlan, backupTags } from './backup-plan';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'dumpStore' | 'pgTools' | 'jobLedger'>;

const LIMIT_BYTES = 16 * 1024 * 1024;
const PATIENCE_MS = 120_000;

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
  const facts = await readDumpFacts(systems, run.record.jobId, dumped);
  const tools = await systems.pgTools.choose(facts.server.major);
  const roles = await readRoles(systems, run, tools, connection);
  run.signal.throwIfAborted();
  if (roles.text === undefined) {
    return { globals: null, notIncluded: [{ kind: 'globals', name: 'roles', reason: roles.reason }] };
  }
  return { globals: await store(systems, run, plan, roles.text), notIncluded: [] };
}

type Roles = { readonly text: string } | { readonly text: undefined; readonly reason: string };

/** Never throws: a reason is all that is lost. */
async function readRoles(systems: Needs, run: JobRun, tools: ToolSet, connection: PgConnection): Promise<Roles> {
  const limit = AbortSignal.timeout(PATIENCE_MS);
  try {
    const child = await systems.pgTools.dumpRoles(tools, connection, AbortSignal.any([run.signal, limit]));
    const text = await readAll(child.stdout);
    if (text === undefined) child.kill();
    const end = await child.ended;
    if (end.exitCode === 0 && text !== undefined) return { text };
    const said = end.stderr.trim().split('\n')[0]?.slice(0, 300) ?? '';
    return { text: undefined, reason: limit.aborted ? 'pg_dumpall did not end in time' : `pg_dumpall: ${said}` };
  } catch (error) {
    return { text: undefined, reason: asFailure(error).detail };
  }
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
