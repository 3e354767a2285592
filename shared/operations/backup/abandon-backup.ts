import { backupBlobs } from '../../domain/backup/backup-name';
import type { BackupRequest } from '../../domain/backup/backup-request';
import type { JobRecord, JobResult } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import type { BackupKind } from '../../domain/backup/manifest';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'dumpStore'>;

/**
 * After a failed or canceled backup: staged blocks vanish by themselves, a committed dump without a manifest is marked for
 * the lifecycle policy. When this job's manifest is there, the backup is there: the stop came too late.
 */
export async function abandonBackup(systems: Needs, record: JobRecord): Promise<JobResult | undefined> {
  const { kind } = record.request as unknown as BackupRequest;
  return abandonDump(systems, record, kind);
}

/** The same for a dump of this kind that is a part of another job. */
export async function abandonDump(systems: Needs, record: JobRecord, kind: BackupKind): Promise<JobResult | undefined> {
  const backupId = record.notes['backupId'];
  if (typeof backupId !== 'string') return undefined;
  const blobs = backupBlobs(kind, backupId);
  const tags = { kind, database: databaseOf(record), hold: 'none' };
  const tagOurs = async (state: string, retention: string): Promise<void> => {
    for (const blob of [blobs.dump, blobs.globals]) {
      const head = await systems.dumpStore.head(blob);
      if (head?.metadata['jobid'] === record.jobId)
        await systems.dumpStore.setTags(blob, { ...tags, state, retention });
    }
  };
  if ((await systems.dumpStore.head(blobs.manifest)) === undefined) await tagOurs('unverified', 'expired');
  // looked at after the mark as well: a worker that still believes it has the job may publish in between
  const manifest = await systems.dumpStore.head(blobs.manifest);
  if (manifest === undefined || manifest.metadata['jobid'] !== record.jobId) return undefined;
  await tagOurs('verified', 'keep');
  const { sizebytes, sha256 } = manifest.metadata;
  const warning = { code: 'stopped-too-late', detail: 'the backup was complete when the job was to stop' };
  return { backupId, sizeBytes: Number(sizebytes), sha256, warnings: [warning] };
}
