import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListEntry } from '../../domain/archive/archive-list';
import type { CatalogTable } from '../../domain/backup/compare-contents';
import { createDatabaseSql } from '../../domain/restore/create-database-sql';
import { creationName, writeMarker } from '../../domain/restore/database-marker';
import { Failure } from '../../domain/failure';
import { byteProgress, type JobWarning } from '../../domain/jobs/job';
import type { Manifest } from '../../domain/backup/manifest';
import type { PgConnection } from '../../domain/pg-connection';
import { isUnexplained, judgeRestore } from '../../domain/restore/restore-messages';
import { selectTables } from '../../domain/restore/select-tables';
import { quoteQualifiedName } from '../../domain/sql-names';
import type { ToolEnd, ToolSet } from '../../systems/pg-tools/pg-tools';
import type { Systems } from '../../systems/systems';
import { type ArchiveSource, openArchive } from '../archive/archive-source';
import { type Compared, compareRestored } from './compare-restored';
import type { JobRun } from '../jobs/job-run';
import { dropDatabasesOf } from './own-databases';
import { readListOfArchive } from '../archive/read-list';

type Needs = Pick<Systems, 'dumpStore' | 'jobLedger' | 'pgAdmin' | 'pgServer' | 'pgTools'>;

export interface RestoreOrder {
  readonly manifest: Manifest;
  /** The admin login on the target, connected to another database than the new one. */
  readonly admin: PgConnection;
  readonly serverMajor: number;
  /** The new database. */
  readonly database: string;
  /** Only these, with what they need; null: everything. */
  readonly tables: readonly CatalogTable[] | null;
  readonly toastCompression: 'lz4' | null;
  readonly reads: 'file' | 'stream';
  readonly parallelJobs: number;
  /** Roles that the target lacks and whose ownership and grants may be left out. */
  readonly missingRoles: readonly string[];
}

export interface RestoredDatabase {
  readonly database: string;
  readonly oid: number;
  readonly compared: Compared;
  readonly warnings: readonly JobWarning[];
}

/** What the restore phase leaves beside the record: too long for it. */
const LIST_FACTS = 'restored-list';

interface RestoreDone {
  readonly oid: number;
  readonly warnings: readonly JobWarning[];
}

/** What pg_restore reads, and with which tools. */
interface Reading {
  readonly tools: ToolSet;
  readonly archive: ArchiveSource;
  readonly chosen: ListFacts;
}

interface ListFacts {
  readonly entries: readonly ListEntry[];
  readonly tables: readonly CatalogTable[] | null;
}

/**
 * Creates a database and restores a backup into it, in the phases `restore`, `analyze` and `compare` of the job. It keeps
 * the comment that marks it as the job's own (database-marker.ts) until the caller gives it another; what fails or is
 * taken over starts the phase anew after dropping its own. The caller's `abandon` calls `dropDatabasesOf`.
 *
 * @throws Failure `database-exists`, `stored-bytes-differ`, `restore-failed`, `restore-killed`, `restore-differs`,
 * `restore-disk-full`, and those of the systems
 */
export async function restoreIntoNewDatabase(
  systems: Needs,
  run: JobRun,
  order: RestoreOrder,
): Promise<RestoredDatabase> {
  const { manifest, database } = order;
  const connection = { ...order.admin, database };
  // the archive's own tool reads it back, and a server of the target's major
  const tools = await systems.pgTools.choose(Math.max(manifest.tool.major, order.serverMajor));
  const restored = await run.phase('restore', () => restore(systems, run, order, tools));
  await run.phase('analyze', () => systems.pgAdmin.analyze(connection, run.signal));
  const compared = await run.phase('compare', async () => {
    const facts = (await systems.jobLedger.readFacts(run.record.jobId, LIST_FACTS)) as ListFacts;
    return compareRestored(systems, run, tools, connection, { ...facts, manifest, missingRoles: order.missingRoles });
  });
  return { database, oid: restored.oid, compared, warnings: restored.warnings };
}

async function restore(systems: Needs, run: JobRun, order: RestoreOrder, tools: ToolSet): Promise<RestoreDone> {
  const { jobId } = run.record;
  const { archive, oid } = await fetchAndCreate(systems, run, order);
  try {
    const chosen = choose(await readListOfArchive(systems, run, tools, archive), order);
    await systems.jobLedger.saveFacts(jobId, LIST_FACTS, chosen);
    const jobs = archive.file === undefined ? 1 : order.parallelJobs;
    const fill = (parallelJobs: number): Promise<readonly JobWarning[]> =>
      fillDatabase(systems, run, { ...order, parallelJobs }, { tools, archive, chosen });
    if (jobs === 1) return { oid, warnings: await fill(1) };
    try {
      return { oid, warnings: await fill(jobs) };
    } catch (error) {
      if (!(error instanceof Failure) || !isUnexplained(error)) throw error;
      const anew = await createAnew(systems, run, order);
      return { oid: anew, warnings: [...(await fill(1)), notInParallel(jobs, error)] };
    }
  } finally {
    await archive.close();
  }
}

/**
 * The archive and the empty database to restore it into, made at the same time. What fails first ends the fetching and is
 * thrown once neither goes on, so that the caller's `abandon` finds all that was created.
 */
async function fetchAndCreate(
  systems: Needs,
  run: JobRun,
  order: RestoreOrder,
): Promise<{ archive: ArchiveSource; oid: number }> {
  const stop = new AbortController();
  const fetching = { ...run, signal: AbortSignal.any([run.signal, stop.signal]) };
  const opening = openArchive(systems, fetching, order.manifest.dump, order.reads);
  const creating = createAnew(systems, run, order);
  try {
    const [archive, oid] = await Promise.all([opening, creating]);
    return { archive, oid };
  } catch (error) {
    stop.abort();
    await Promise.allSettled([creating, opening.then((archive) => archive.close())]);
    throw error;
  }
}

/** Creates the new database, after dropping what an earlier attempt of this job has left. @returns its oid */
async function createAnew(systems: Needs, run: JobRun, order: RestoreOrder): Promise<number> {
  const { jobId } = run.record;
  await dropDatabasesOf(systems, order.admin, jobId);
  return systems.pgAdmin.createDatabase(
    order.admin,
    {
      name: order.database,
      creationName: creationName(jobId),
      statement: createDatabaseSql(creationName(jobId), order.manifest.databaseProperties, order.serverMajor),
      comment: writeMarker({ jobId, state: 'restoring' }),
    },
    run.signal,
  );
}

/** Runs pg_restore into the new database. @throws Failure `restore-failed` and others (restore-messages.ts) */
async function fillDatabase(
  systems: Needs,
  run: JobRun,
  order: RestoreOrder,
  what: Reading,
): Promise<readonly JobWarning[]> {
  const end = await runPgRestore(systems, run, order, what);
  run.signal.throwIfAborted();
  return judgeRestore(end, order);
}

/**
 * Not every order in which `pg_restore -j` may work is one that the contents allow: pg_dump 18 notes no dependency between
 * the rows of a partition and a NOT NULL … NOT VALID of its parent, which then refuses rows that one job restores [ran].
 */
function notInParallel(jobs: number, { detail }: Failure): JobWarning {
  return {
    code: 'restored-by-one-job',
    detail: `pg_restore -j ${jobs} failed, so all was restored again by one job, which succeeded: ${detail}`,
  };
}

function choose(entries: readonly ListEntry[], { tables, manifest }: RestoreOrder): ListFacts {
  if (tables === null) return { entries, tables };
  const selection = selectTables(entries, tables, manifest.contents.tables);
  if (selection.missing.length > 0) {
    const names = selection.missing.map(quoteQualifiedName).join(', ');
    throw new Failure('invalid-request', `tables: the backup has no table ${names}`);
  }
  return { entries: selection.entries, tables: selection.tables };
}

async function runPgRestore(
  systems: Needs,
  run: JobRun,
  order: RestoreOrder,
  { tools, archive, chosen }: Reading,
): Promise<ToolEnd> {
  const { admin, database, toastCompression, manifest, parallelJobs: jobs } = order;
  const totalBytes = manifest.dump.sizeBytes;
  const listFile = chosen.tables === null ? undefined : join(archive.folder, 'entries.list');
  if (listFile !== undefined) await writeFile(listFile, chosen.entries.map(({ line }) => `${line}\n`).join(''));
  const { file } = archive;
  const connection = { ...admin, database };
  const child = await systems.pgTools.restore(
    tools,
    { connection, file, jobs, listFile, toastCompression },
    run.signal,
  );
  run.progress({ totalBytes, message: `restoring into ${database}` });
  try {
    if (file === undefined) {
      await archive.sendTo(child.stdin, (doneBytes) => run.progress(byteProgress(doneBytes, totalBytes)));
      child.stdin.end();
    }
    // its output is empty; unread it would never end
    child.stdout.resume();
    return await child.ended;
  } finally {
    child.kill();
    await child.ended;
  }
}
