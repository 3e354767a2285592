import type { ConfiguredDatabase } from '../../config/databases';
import { Failure } from '../../domain/failure';
import type { Manifest } from '../../domain/backup/manifest';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';
import { takeBackup } from '../backup/take-backup';

/**
 * A verified dump of a database that is about to lose its contents, in the phases of a backup.
 *
 * @throws what a backup throws, with a hint that names the way that needs none
 */
export async function takeSafetyDump(
  systems: Systems,
  run: JobRun,
  database: ConfiguredDatabase,
  source: Manifest['source'],
): Promise<{ backupId: string }> {
  try {
    const result = await takeBackup(systems, run, { kind: 'safety', source, database });
    return { backupId: String(result['backupId']) };
  } catch (error) {
    if (!(error instanceof Failure) || run.signal.aborted) throw error;
    const hint = `${error.hint}; nothing was touched. A restore with mode "swap" needs no safety dump`;
    throw new Failure(error.code, `the safety dump: ${error.detail}`, { cause: error, hint });
  }
}
