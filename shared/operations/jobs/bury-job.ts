import { runsKind } from '../../domain/access/app-role';
import { Failure } from '../../domain/failure';
import { hasEnded } from '../../domain/jobs/job';
import { lockOf } from '../../domain/jobs/job-lock';
import type { Systems } from '../../systems/systems';
import { ended, tellEnd } from './end-job';
import { OPERATIONS } from './job-operations';

/**
 * A ticket that failed too often was set aside by the host: its job must not stay "queued" for ever. While a worker has
 * the job (it holds the lock), that worker says how it ends. A job of another app is that app's to end.
 */
export async function buryJob(systems: Systems, jobId: string): Promise<void> {
  for (;;) {
    const found = await systems.jobLedger.read(jobId);
    if (found === undefined || hasEnded(found.record)) return;
    if (!runsKind(systems.settings.get('APP_ROLE'), found.record.kind)) return;
    if ((await systems.jobLocks.holder(lockOf(found.record))) === jobId) return;
    const why = new Failure('ticket-dead', 'every delivery of its ticket ended in an error of the host or of storage');
    // its backup may be complete: only the last write of its record failed
    const result = await OPERATIONS[found.record.kind].abandon(systems, found.record);
    const record = ended(found.record, result ?? why, systems.clock.now());
    if ((await systems.jobLedger.update(record, found.version)) === undefined) continue;
    await tellEnd(systems, record);
    return;
  }
}
