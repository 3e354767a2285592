import { showCompression } from '../../config/compression';
import { Failure } from '../../domain/failure';
import type { JobWarning } from '../../domain/jobs/job';
import type { PgConnection } from '../../domain/pg-connection';
import { usableCompression } from '../../domain/backup/usable-compression';
import type { BlockUpload } from '../../systems/dump-store/dump-store';
import type { SnapshotSession } from '../../systems/pg-server/pg-server';
import type { ToolRun, ToolSet } from '../../systems/pg-tools/pg-tools';
import type { Systems } from '../../systems/systems';
import type { DumpFacts } from './backup-facts';
import { endOf, judgeEnd } from './dump-end';
import type { JobRun } from '../jobs/job-run';
import { SnapshotCatalog } from './snapshot-catalog';
import { StallGuard } from '../archive/stall-guard';
import { type ArchiveUpload, uploadArchive } from './upload-archive';

type Needs = Pick<Systems, 'pgServer' | 'pgTools' | 'settings'>;

export interface ArchiveInput {
  readonly connection: PgConnection;
  readonly tools: ToolSet;
  readonly expectedBytes: number;
  readonly upload: BlockUpload;
}

export interface SnapshotArchive {
  readonly uploaded: ArchiveUpload;
  readonly snapshotAt: string;
  readonly server: SnapshotSession['server'];
  readonly catalog: DumpFacts['catalog'];
  readonly checksums: DumpFacts['checksums'];
  readonly compression: string;
  readonly warnings: readonly JobWarning[];
}

/** One snapshot serves pg_dump, the catalog that the archive is compared with, and the checksums. */
export async function archiveSnapshot(systems: Needs, run: JobRun, input: ArchiveInput): Promise<SnapshotArchive> {
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
      expectedBytes: input.expectedBytes,
      concurrency: systems.settings.get('UPLOAD_CONCURRENCY'),
      signal,
      onBytes: (doneBytes) => {
        stall.alive();
        run.progress({ doneBytes });
      },
    });
    const end = await endOf(child, systems.settings.get('DUMP_EXIT_WAIT_SECONDS'));
    // checksums may take long after the last byte
    stall.end();
    signal.throwIfAborted();
    const warnings = [...snapshot.warnings, ...compression.warnings, ...judgeEnd(end, uploaded.sizeBytes)];
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

/** A lock that could not be had is told with the sessions that stand in the way. */
async function named(systems: Needs, connection: PgConnection, error: unknown): Promise<unknown> {
  if (!(error instanceof Failure) || error.code !== 'lock-wait-timeout') return error;
  const blockers = await systems.pgServer.describeBlockers(connection).catch(() => []);
  if (blockers.length === 0) return error;
  return new Failure('lock-wait-timeout', `${error.detail}; in the way: ${blockers.join('; ')}`, { cause: error });
}
