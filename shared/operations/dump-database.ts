import { showCompression } from '../config/compression';
import { dumpFailure, readDumpMessages } from '../domain/dump-messages';
import { Failure } from '../domain/failure';
import type { JobWarning } from '../domain/job';
import type { PgConnection } from '../domain/pg-connection';
import { assessPreflight, preflightFailure, type PreflightAssessment, type PreflightFacts } from '../domain/preflight';
import { usableCompression } from '../domain/usable-compression';
import type { SnapshotSession } from '../systems/pg-server/pg-server';
import type { ToolEnd, ToolRun, ToolSet } from '../systems/pg-tools/pg-tools';
import type { Systems } from '../systems/systems';
import { type DumpDone, type DumpFacts, dumpFactsName } from './backup-facts';
import { type BackupPlan, backupTags } from './backup-plan';
import type { JobRun } from './job-run';
import { StallGuard } from './stall-guard';
import { type ArchiveUpload, uploadArchive } from './upload-archive';

type Needs = Pick<Systems, 'clock' | 'dumpStore' | 'jobLedger' | 'pgServer' | 'pgTools' | 'settings'>;

/**
 * The dump phase: preflight, one exported snapshot, pg_dump into staged blocks, and the commit of the block list when
 * pg_dump has exited with 0 and said nothing unknown. Any failure ends the child and leaves no blob.
 *
 * After a takeover the blob of an earlier attempt may be there: it is the dump, and the facts of that attempt go with it.
 */
export async function dumpDatabase(systems: Needs, run: JobRun, plan: BackupPlan): Promise<DumpDone> {
  const committed = await committedDump(systems, run, plan);
  if (committed !== undefined) return committed;
  const connection = (plan.kind === 'nightly' ? plan.database.replica : undefined) ?? plan.database.connection;
  const startedAt = systems.clock.now().toISOString();
  const preflight = await systems.pgServer.readPreflight(connection, run.signal);
  const assessment = assessPreflight(preflight);
  if (assessment.blocking.length > 0) throw preflightFailure(assessment.blocking);
  const tools = await systems.pgTools.choose(preflight.server.major);

  const attempt = String(run.record.attempt);
  const upload = systems.dumpStore.beginUpload(plan.blobs.dump, attempt);
  const archive = await archiveSnapshot(systems, run, { connection, tools, preflight, upload });
  const facts = describeDump(plan, { startedAt, connection, tools, assessment, archive });
  await systems.jobLedger.saveFacts(run.record.jobId, dumpFactsName(attempt), facts);
  run.signal.throwIfAborted();
  const { sizeBytes, sha256 } = archive.uploaded;
  const created = await upload.commit(
    {
      contentType: 'application/octet-stream',
      metadata: { jobid: run.record.jobId, attempt, sha256, sizebytes: String(sizeBytes) },
      tags: backupTags(plan, 'unverified'),
    },
    run.signal,
  );
  if (created === 'created') return { attempt, sizeBytes, sha256 };
  // ours after all: a lost answer to this commit, or that of a worker which thought it still had the job
  const winner = await committedDump(systems, run, plan);
  if (winner !== undefined) return winner;
  throw new Failure('storage-conflict', `${plan.blobs.dump} was there before and belongs to no attempt of this job`);
}

async function committedDump(systems: Needs, run: JobRun, plan: BackupPlan): Promise<DumpDone | undefined> {
  const head = await systems.dumpStore.head(plan.blobs.dump);
  if (head === undefined || head.metadata['jobid'] !== run.record.jobId) return undefined;
  const { attempt, sha256, sizebytes } = head.metadata;
  if (attempt === undefined || sha256 === undefined || sizebytes === undefined) return undefined;
  return { attempt, sha256, sizeBytes: Number(sizebytes) };
}

interface ArchiveInput {
  readonly connection: PgConnection;
  readonly tools: ToolSet;
  readonly preflight: PreflightFacts;
  readonly upload: ReturnType<Needs['dumpStore']['beginUpload']>;
}

interface SnapshotArchive {
  readonly uploaded: ArchiveUpload;
  readonly snapshotAt: string;
  readonly server: SnapshotSession['server'];
  readonly catalog: DumpFacts['catalog'];
  readonly checksums: DumpFacts['checksums'];
  readonly compression: string;
  readonly warnings: readonly JobWarning[];
}

/** One snapshot serves pg_dump, the catalog that the archive is compared with, and the checksums. */
async function archiveSnapshot(systems: Needs, run: JobRun, input: ArchiveInput): Promise<SnapshotArchive> {
  const withChecksums = systems.settings.get('TABLE_CHECKSUMS');
  const compression = usableCompression(systems.settings.get('DUMP_COMPRESSION'), input.tools.compressions);
  const lockWaitSeconds = systems.settings.get('DUMP_LOCK_WAIT_SECONDS');
  const stallSeconds = systems.settings.get('DUMP_STALL_SECONDS');
  const snapshot = await systems.pgServer.openSnapshot(input.connection, { checksums: withChecksums }, run.signal);
  const stall = new StallGuard(stallSeconds, (s) => new Failure('dump-hung', `pg_dump wrote nothing for ${s} s`));
  const signal = AbortSignal.any([run.signal, snapshot.lost, stall.signal]);
  let child: ToolRun | undefined;
  try {
    // at once after the export: TRUNCATE in between would show through the snapshot (azure-facts.md, "PostgreSQL")
    const { connection, tools } = input;
    const { snapshotId } = snapshot;
    child = await systems.pgTools.dump(
      tools,
      { connection, snapshotId, compression: compression.use, lockWaitSeconds },
      signal,
    );
    const catalog = new SnapshotCatalog(snapshot, withChecksums, signal);
    const uploaded = await uploadArchive(watched(child, stall, catalog), input.upload, {
      expectedBytes: input.preflight.databaseSizeBytes,
      concurrency: systems.settings.get('UPLOAD_CONCURRENCY'),
      signal,
      onBytes: (doneBytes) => {
        stall.alive();
        run.progress({ doneBytes });
      },
    });
    const end = await endOf(child, systems.settings.get('DUMP_EXIT_WAIT_SECONDS'));
    signal.throwIfAborted();
    const warnings = [...snapshot.warnings, ...compression.warnings, ...judgeEnd(end, uploaded)];
    return {
      uploaded,
      ...(await catalog.contents()),
      snapshotAt: snapshot.snapshotAt.toISOString(),
      server: snapshot.server,
      compression: showCompression(compression.use),
      warnings,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw await named(systems, input.connection, error);
  } finally {
    stall.end();
    child?.kill();
    child?.stdout.destroy();
    await snapshot.close();
    await child?.ended;
  }
}

/** pg_dump's output; its first byte says that its locks are held, so the catalog is read from then on. */
async function* watched(child: ToolRun, stall: StallGuard, catalog: SnapshotCatalog): AsyncIterable<Uint8Array> {
  for await (const chunk of child.stdout) {
    stall.alive();
    catalog.begin();
    yield chunk as Uint8Array;
  }
}

/** Reads catalog and checksums while the dump goes on. */
class SnapshotCatalog {
  private reading: Promise<Pick<SnapshotArchive, 'catalog' | 'checksums'>> | undefined;

  constructor(
    private readonly snapshot: SnapshotSession,
    private readonly withChecksums: boolean,
    private readonly signal: AbortSignal,
  ) {}

  begin(): void {
    if (this.reading !== undefined) return;
    this.reading = this.read();
    // awaited in contents(); a failure before that must not count as unhandled
    this.reading.catch(() => undefined);
  }

  contents(): Promise<Pick<SnapshotArchive, 'catalog' | 'checksums'>> {
    this.begin();
    return this.reading ?? this.read();
  }

  private async read(): Promise<Pick<SnapshotArchive, 'catalog' | 'checksums'>> {
    const catalog = await this.snapshot.readContents();
    if (!this.withChecksums) return { catalog, checksums: null };
    return { catalog, checksums: Object.fromEntries(await this.snapshot.checksums(catalog.tables, this.signal)) };
  }
}

/** The output has ended; a pg_dump that then does not exit is ended, and has failed. */
async function endOf(child: ToolRun, waitSeconds: number): Promise<ToolEnd> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), waitSeconds * 1000);
  });
  const end = await Promise.race([child.ended, late]);
  clearTimeout(timer);
  if (end !== 'late') return end;
  throw new Failure('dump-hung', `pg_dump closed its output and did not exit within ${waitSeconds} s`);
}

/** Exit 0, something written, and no message that is not on the list of known ones. */
function judgeEnd(end: ToolEnd, uploaded: ArchiveUpload): JobWarning[] {
  if (end.startError !== undefined) {
    throw new Failure('pg-tools-corrupt', `pg_dump could not be started: ${end.startError}`);
  }
  if (end.exitCode !== 0) throw dumpFailure(end.stderr, end.exitCode, end.signal);
  const messages = readDumpMessages(end.stderr);
  const [unknown] = [...messages.errors, ...messages.unknown];
  if (unknown !== undefined) throw new Failure('dump-warned', `pg_dump exited with 0 but wrote: ${unknown}`);
  if (uploaded.sizeBytes === 0) throw new Failure('dump-empty', 'pg_dump exited with 0 and wrote nothing');
  return [...messages.known];
}

/** A lock that could not be had is told with the sessions that stand in the way. */
async function named(systems: Needs, connection: PgConnection, error: unknown): Promise<unknown> {
  if (!(error instanceof Failure) || error.code !== 'lock-wait-timeout') return error;
  const blockers = await systems.pgServer.describeBlockers(connection).catch(() => []);
  if (blockers.length === 0) return error;
  return new Failure('lock-wait-timeout', `${error.detail}; in the way: ${blockers.join('; ')}`, { cause: error });
}

function describeDump(
  plan: BackupPlan,
  dump: {
    startedAt: string;
    connection: PgConnection;
    tools: ToolSet;
    assessment: PreflightAssessment;
    archive: SnapshotArchive;
  },
): DumpFacts {
  const { archive, assessment, tools } = dump;
  return {
    startedAt: dump.startedAt,
    snapshotAt: archive.snapshotAt,
    server: { host: dump.connection.host, ...archive.server },
    tool: { pgDump: tools.version, major: tools.major, compression: archive.compression },
    catalog: archive.catalog,
    checksums: archive.checksums,
    notIncluded: assessment.notIncluded,
    warnings: [...plan.database.warnings, ...assessment.warnings, ...archive.warnings],
  };
}
