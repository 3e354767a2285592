import { creationName, readMarker } from '../../domain/restore/database-marker';
import type { PgConnection } from '../../domain/pg-connection';
import type { FoundDatabase } from '../../systems/pg-server/pg-admin';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'pgAdmin'>;

/** What this job's restore has created and not handed over yet, told by name or comment: nothing else is ever dropped. */
export async function databasesOf(systems: Needs, admin: PgConnection, jobId: string): Promise<FoundDatabase[]> {
  const databases = await systems.pgAdmin.listDatabases(admin);
  return databases.filter(({ name, comment }) => {
    const marker = readMarker(comment);
    return name === creationName(jobId) || (marker?.jobId === jobId && marker.state === 'restoring');
  });
}

/** Drops them, whatever sessions they have. Also for a job that never created one, and again. */
export async function dropDatabasesOf(systems: Needs, admin: PgConnection, jobId: string): Promise<void> {
  for (const database of await databasesOf(systems, admin, jobId)) await systems.pgAdmin.dropDatabase(admin, database);
}
