import { compareWithManifest } from '../../domain/backup/compare-manifest';
import { incompleteArchive } from '../../domain/backup/compare-contents';
import { damageOf } from '../../domain/backup/damage';
import { Failure } from '../../domain/failure';
import type { JobResult } from '../../domain/jobs/job';
import type { Systems } from '../../systems/systems';
import { findOrMark, type FoundBackup } from './find-backup';
import type { JobRun } from '../jobs/job-run';
import { readArchive } from '../archive/read-archive';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'pgTools' | 'settings'>;

/** What a verify job was asked for. */
export interface VerifyRequest {
  readonly backupId: string;
}

interface VerifiedAgain {
  readonly verifiedAt: string;
  readonly toolMajor: number;
  readonly tables: number;
  readonly rows: number;
}

/**
 * Reads and decodes the stored bytes of a backup again and compares them with its manifest. Bytes that differ, do not
 * decode or count otherwise mark the backup as damaged; a pass lifts such a mark and is noted, for `tick` reads the least
 * recently verified first. A store that does not answer or a tool
 * that was killed says nothing of the bytes and changes nothing.
 */
export async function verifyAgain(systems: Needs, run: JobRun): Promise<JobResult> {
  const { backupId } = run.record.request as unknown as VerifyRequest;
  const { manifest } = await findOrMark(systems, backupId, run.record.jobId);
  const verified = await run.phase('verify', () => verifyOrMark(systems, run, manifest));
  const { sizeBytes, sha256 } = manifest.dump;
  return { backupId, sizeBytes, sha256, ...verified, warnings: [] };
}

async function verifyOrMark(systems: Needs, run: JobRun, manifest: FoundBackup['manifest']): Promise<VerifiedAgain> {
  const { backupId } = manifest;
  try {
    const verified = await readAgain(systems, run, manifest);
    const passed = { at: verified.verifiedAt, jobId: run.record.jobId };
    await systems.backupStates.change(backupId, () => ({ damaged: undefined, verified: passed }));
    return verified;
  } catch (error) {
    const damaged = damageOf(error, systems.clock.now(), run.record.jobId);
    if (damaged !== undefined) await systems.backupStates.change(backupId, () => ({ damaged }));
    throw error;
  }
}

async function readAgain(systems: Needs, run: JobRun, manifest: FoundBackup['manifest']): Promise<VerifiedAgain> {
  const { dump, contents } = manifest;
  const head = await systems.dumpStore.head(dump.blob);
  if (head === undefined) throw new Failure('dump-missing', `${dump.blob} is gone`);
  const tools = await systems.pgTools.choose(manifest.tool.major);
  const read = await readArchive(systems, run, { blob: dump.blob, head, expected: dump }, tools);
  const differences = compareWithManifest(read.contents, contents);
  if (differences.length > 0) throw incompleteArchive(differences);
  return {
    verifiedAt: systems.clock.now().toISOString(),
    toolMajor: tools.major,
    tables: contents.tables.length,
    rows: contents.tables.reduce((sum, { rows }) => sum + rows, 0),
  };
}
