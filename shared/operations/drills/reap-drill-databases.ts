import { readMarker } from '../../domain/restore/database-marker';
import { asFailure } from '../../domain/failure';
import { hasEnded } from '../../domain/jobs/job';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'databases' | 'jobLedger' | 'log' | 'pgAdmin'>;

/**
 * Drops scratch databases that drills of this installation have left, told by their comment: what a drill that has ended
 * was restoring is nobody's. One of a job that is not known may be another installation's and stays. A server that does
 * not answer costs nothing but this round.
 */
export async function reapDrillDatabases(systems: Needs): Promise<string[]> {
  const reaped: string[] = [];
  for (const name of systems.databases.names()) {
    try {
      reaped.push(...(await reapOn(systems, name)));
    } catch (error) {
      systems.log.warn('drill-reaping-failed', { database: name, why: asFailure(error).message });
    }
  }
  return reaped;
}

async function reapOn(systems: Needs, name: string): Promise<string[]> {
  const server = systems.databases.drillServer(name);
  if (server === undefined) return [];
  const reaped: string[] = [];
  for (const database of await systems.pgAdmin.listDatabases(server)) {
    const marker = readMarker(database.comment);
    if (marker?.state !== 'restoring') continue;
    const record = (await systems.jobLedger.read(marker.jobId))?.record;
    if (record?.kind !== 'drill' || !hasEnded(record)) continue;
    await systems.pgAdmin.dropDatabase(server, database);
    systems.log.info('drill-database-reaped', { database: database.name, jobId: marker.jobId });
    reaped.push(database.name);
  }
  return reaped;
}
