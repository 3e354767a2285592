import { backupBlobs } from '../domain/backup-name';
import type { BackupRequest } from '../domain/backup-request';
import type { JobResult } from '../domain/job';
import { databaseOf } from '../domain/job-lock';
import type { Systems } from '../systems/systems';
import { dumpDatabase } from './dump-database';
import { dumpGlobals } from './dump-globals';
import type { JobRun } from './job-run';
import { publishBackup } from './publish-backup';
import { reserveBackupId } from './reserve-backup-id';
import { verifyBackup } from './verify-backup';

/** The main job: dump, globals, verify, publish. The manifest comes last; before it nothing is offered as a backup. */
export async function backUpDatabase(systems: Systems, run: JobRun): Promise<JobResult> {
  const request = run.record.request as unknown as BackupRequest;
  const database = systems.databases.find(databaseOf(run.record));
  const backupId = await reserveBackupId(systems, run);
  const backup = { backupId, kind: request.kind, database, blobs: backupBlobs(request.kind, backupId) };
  const dumped = await run.phase('dump', () => dumpDatabase(systems, run, backup));
  const globals = await run.phase('globals', () => dumpGlobals(systems, run, backup, dumped));
  const verified = await run.phase('verify', () => verifyBackup(systems, run, backup, dumped));
  return run.phase('publish', () => publishBackup(systems, run, backup, { dumped, globals, verified }));
}
