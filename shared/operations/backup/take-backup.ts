import type { ConfiguredDatabase } from '../../config/databases';
import { backupBlobs } from '../../domain/backup/backup-name';
import type { JobResult } from '../../domain/jobs/job';
import type { BackupKind, Manifest } from '../../domain/backup/manifest';
import type { Systems } from '../../systems/systems';
import { dumpDatabase } from './dump-database';
import { dumpGlobals } from './dump-globals';
import type { JobRun } from '../jobs/job-run';
import { publishBackup } from './publish-backup';
import { requestCopy } from '../catalog/request-copies';
import { reserveBackupId } from './reserve-backup-id';
import { verifyBackup } from './verify-backup';

export interface BackupOrder {
  readonly kind: BackupKind;
  readonly source: Manifest['source'];
  readonly database: ConfiguredDatabase;
  /** The moment that the database shows, ISO 8601, where that is not the dump's own: a clone's point in time. */
  readonly snapshotAt?: string;
}

/** Dump, globals, verify, publish: phases of whatever job. The manifest comes last; before it nothing is offered. */
export async function takeBackup(systems: Systems, run: JobRun, order: BackupOrder): Promise<JobResult> {
  const { snapshotAt } = order;
  const backupId = await reserveBackupId(systems, run, snapshotAt === undefined ? undefined : new Date(snapshotAt));
  const backup = { ...order, backupId, blobs: backupBlobs(order.kind, backupId) };
  const dumped = await run.phase('dump', () => dumpDatabase(systems, run, backup));
  const globals = await run.phase('globals', () => dumpGlobals(systems, run, backup, dumped));
  const verified = await run.phase('verify', () => verifyBackup(systems, run, backup, dumped));
  const published = await run.phase('publish', () =>
    publishBackup(systems, run, backup, { dumped, globals, verified }),
  );
  await requestCopy(systems, backupId);
  return published;
}
