import { hasEnded } from '../../domain/jobs/job';
import { findMendings } from '../../domain/catalog/mendings';
import type { Systems } from '../../systems/systems';
import { storedBlobs } from './read-catalog';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'jobLedger' | 'log'>;

/**
 * Sets the tags that lag behind: those of a dump whose job died after the manifest, of a hold that could not be written, and
 * of dumps that never became a backup. The lifecycle policy goes by tags alone, so this is what keeps them true.
 */
export async function mendCatalog(systems: Needs): Promise<number> {
  // jobs before blobs: a job that begins in between has no blob of that age
  const openJobs = new Set<string>();
  for await (const record of systems.jobLedger.listOpen()) if (!hasEnded(record)) openJobs.add(record.jobId);
  const states = await systems.backupStates.readMany(undefined);
  const mendings = findMendings(await storedBlobs(systems, ''), states, openJobs, systems.clock.now());
  for (const { blob, tags, reason } of mendings) {
    await systems.dumpStore.setTags(blob, tags);
    systems.log.warn('tags-mended', { blob, reason });
  }
  return mendings.length;
}
