import { setTimeout as sleep } from 'node:timers/promises';
import { compareLists, type ListEntry } from '../../domain/archive/archive-list';
import { ASK_TABLE_KINDS, askRowCounts, compareRowCounts } from '../../domain/restore/clean-checks';
import { CleanScript } from '../../domain/restore/clean-script';
import { Failure } from '../../domain/failure';
import { psqlFailure } from '../../domain/restore/restore-messages';
import { lockTablesSql, untieTablesSql } from '../../domain/restore/untie-tables';
import type { PgConnection } from '../../domain/pg-connection';
import { byteProgress } from '../../domain/jobs/job';
import type { TransactionStatus } from '../../systems/pg-server/pg-admin';
import type { ToolRun, ToolSet } from '../../systems/pg-tools/pg-tools';
import type { Systems } from '../../systems/systems';
import { type ArchiveSource, openArchive } from '../archive/archive-source';
import type { PlannedRestore } from './carry-out-restore';
import { type Compared, differs } from './compare-restored';
import { feed } from '../archive/feed-tool';
import type { JobRun } from '../jobs/job-run';
import { PsqlDialog } from './psql-dialog';
import { readListOfArchive, readListOfDatabase } from '../archive/read-list';

type Needs = Pick<Systems, 'dumpStore' | 'jobLedger' | 'pgAdmin' | 'pgServer' | 'pgTools' | 'settings'>;

const LIST_FACTS = 'clean-list';
const TRANSACTION_NOTE = 'cleanTransaction';
/** The contents are replaced, and the job has failed all the same. */
const DIFFERS_NOTE = 'cleanDiffers';
const STATUS_ROUNDS = 150;
const STATUS_ROUND_MS = 200;

/**
 * Restores into the existing database in one transaction, in the phases `clean`, `analyze` and `compare`. The last COMMIT
 * is sent only when pg_restore has exited with 0, the stored bytes were those of the manifest and the rows are as many.
 * Until then everything is as it was, and whatever ends the work leaves it so. The id of the transaction is noted before
 * the COMMIT: whoever comes later learns from the server what became of it.
 */
export async function cleanDatabase(systems: Needs, run: JobRun, planned: PlannedRestore): Promise<Compared> {
  const { plan, manifest, admin } = planned;
  const connection = { ...admin, database: plan.database };
  const tools = await systems.pgTools.choose(Math.max(manifest.tool.major, plan.target.major));
  await run.phase('clean', async () => {
    if ((await statusOfClean(systems, run.record, admin)) === 'committed') return;
    await replaceContents(systems, run, planned, tools);
  });
  await run.phase('analyze', () => systems.pgAdmin.analyze(connection, run.signal));
  return run.phase('compare', () => compareSchema(systems, run, planned, tools));
}

/** Whether the contents were replaced and nothing was found wrong with them, from the server itself. */
export async function isCleaned(
  systems: Pick<Systems, 'pgAdmin'>,
  record: JobRun['record'],
  admin: PgConnection,
): Promise<boolean> {
  return record.notes[DIFFERS_NOTE] === undefined && (await statusOfClean(systems, record, admin)) === 'committed';
}

/** Undefined: no COMMIT was ever sent. @throws Failure when it cannot be told */
async function statusOfClean(
  systems: Pick<Systems, 'pgAdmin'>,
  record: JobRun['record'],
  admin: PgConnection,
): Promise<TransactionStatus | undefined> {
  const noted = record.notes[TRANSACTION_NOTE];
  if (typeof noted !== 'string') return undefined;
  for (let round = 0; round < STATUS_ROUNDS; round++) {
    const status = await systems.pgAdmin.transactionStatus(admin, noted);
    if (status !== 'in progress') return status;
    await sleep(STATUS_ROUND_MS);
  }
  throw new Failure('database-connection-lost', 'the transaction of the restore has not come to an end yet');
}

async function replaceContents(
  systems: Needs,
  run: JobRun,
  { plan, manifest, admin }: PlannedRestore,
  tools: ToolSet,
): Promise<void> {
  const archive = await openArchive(systems, run, manifest.dump, plan.reads);
  try {
    const entries = await readListOfArchive(systems, run, tools, archive);
    await systems.jobLedger.saveFacts(run.record.jobId, LIST_FACTS, entries);
    const connection = { ...admin, database: plan.database };
    const job = { connection, toastCompression: plan.toastCompression };
    const ties = await systems.pgAdmin.readTies(connection, run.signal);
    const waitSeconds = systems.settings.get('RESTORE_LOCK_WAIT_SECONDS');
    const first = lockTablesSql(entries, ties, waitSeconds) + untieTablesSql(entries, ties);
    const psql = await systems.pgTools.psql(tools, job, run.signal);
    const script = systems.pgTools.restoreScript(tools, archive.file, run.signal);
    const dialog = new PsqlDialog(psql);
    try {
      const clean = new CleanScript(plan.target.major, first);
      await sendScript(run, { script, psql, archive, totalBytes: manifest.dump.sizeBytes }, clean);
      await expectRows(dialog, manifest.contents.tables);
      const [transaction] = await dialog.ask('SELECT pg_catalog.pg_current_xact_id();');
      await run.note({ [TRANSACTION_NOTE]: transaction });
      run.signal.throwIfAborted();
      psql.stdin.end('COMMIT;\n');
      await expectCommit(systems, run, psql, admin);
    } finally {
      for (const child of [script, psql]) child.kill();
      await Promise.all([script.ended, psql.ended]);
    }
  } finally {
    await archive.close();
  }
}

interface Pipe {
  readonly script: ToolRun;
  readonly psql: ToolRun;
  readonly archive: ArchiveSource;
  readonly totalBytes: number;
}

/** Everything up to the COMMIT. A failure is that of the bytes first, then psql's, then pg_restore's. */
async function sendScript(run: JobRun, { script, psql, archive, totalBytes }: Pipe, clean: CleanScript): Promise<void> {
  const sending = sendArchive(run, { script, archive, totalBytes });
  // awaited below
  sending.catch(() => undefined);
  try {
    for await (const chunk of script.stdout) {
      await feed(psql.stdin, clean.push(chunk as Uint8Array));
      if (psql.stdin.destroyed || !psql.stdin.writable) throw psqlFailure(await psql.ended);
    }
    const end = await script.ended;
    if (end.signal !== null) throw new Failure('restore-killed', `pg_restore was ended by ${end.signal}`);
    if (end.exitCode !== 0 || end.stderr.trim() !== '') {
      const said = end.stderr.trim().slice(0, 500);
      throw new Failure('archive-undecodable', `pg_restore exited with ${end.exitCode ?? '?'}: ${said}`);
    }
    await sending;
    await feed(psql.stdin, clean.finish());
  } catch (error) {
    script.kill();
    run.signal.throwIfAborted();
    await sending;
    throw error;
  }
}

async function sendArchive(run: JobRun, { script, archive, totalBytes }: Omit<Pipe, 'psql'>): Promise<void> {
  if (archive.file !== undefined) return;
  await archive.sendTo(script.stdin, (doneBytes) => run.progress(byteProgress(doneBytes, totalBytes)));
  script.stdin.end();
}

async function expectRows(dialog: PsqlDialog, tables: PlannedRestore['manifest']['contents']['tables']): Promise<void> {
  const kinds = await dialog.ask(ASK_TABLE_KINDS);
  const differences = compareRowCounts(tables, await dialog.ask(askRowCounts(tables, kinds)));
  if (differences.length > 0) throw differs(differences);
}

/** psql's exit is the acknowledgement; without it the server is asked. */
async function expectCommit(systems: Needs, run: JobRun, psql: ToolRun, admin: PgConnection): Promise<void> {
  const end = await psql.ended;
  if (end.exitCode === 0) return;
  const status = await statusOfClean(systems, run.record, admin);
  if (status === 'committed') return;
  throw psqlFailure(end);
}

/** Objects that the archive does not know have survived, so that only what is missing counts. */
async function compareSchema(systems: Needs, run: JobRun, planned: PlannedRestore, tools: ToolSet): Promise<Compared> {
  const { plan, manifest, admin } = planned;
  const entries = (await systems.jobLedger.readFacts(run.record.jobId, LIST_FACTS)) as ListEntry[];
  const found = await readListOfDatabase(systems, run, tools, { ...admin, database: plan.database });
  const foreign = { missingRoles: plan.missingRoles, restoredBy: admin.user };
  const differences = compareLists(entries, found, foreign).filter((text) => text.endsWith('not in the database'));
  if (differences.length > 0) {
    await run.note({ [DIFFERS_NOTE]: true });
    throw differs(['the restored contents are live, but they lack something', ...differences]);
  }
  const { tables } = manifest.contents;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { tables: tables.length, rows, checksums: 0, schemaEntries: found.length };
}
