import { createHash } from 'node:crypto';
import { drillServerName } from '../../domain/drills/drill-server';
import { Failure } from '../../domain/failure';
import type { JobRecord } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import type { PgConnection } from '../../domain/pg-connection';
import type { ServerAddress } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import { restorePlaces } from '../point-in-time/azure-places';

type Needs = Pick<Systems, 'databases' | 'settings'>;

/** Where drills of a database restore to. */
export type DrillPlace =
  /** DRILL_DATABASE_URL, or with DRILL_ON_SOURCE the source's own server. */
  | { readonly kind: 'configured'; readonly server: PgConnection }
  /** A server that each drill makes in RESTORE_RESOURCE_GROUP and deletes. */
  | { readonly kind: 'temporary' };

/** @throws Failure `not-configured` that names what is missing, `invalid-settings` */
export function drillPlace(systems: Needs, database: string): DrillPlace {
  const server = systems.databases.drillServer(database);
  if (server !== undefined) return { kind: 'configured', server };
  if (systems.settings.get('RESTORE_RESOURCE_GROUP') === undefined) {
    const detail = 'none of DRILL_DATABASE_URL, DRILL_ON_SOURCE=true and RESTORE_RESOURCE_GROUP is set';
    throw new Failure('not-configured', detail, {
      hint: 'set RESTORE_RESOURCE_GROUP for a temporary server, or DRILL_DATABASE_URL to a login that may create databases on a server for drills',
    });
  }
  expectAzure(systems, database);
  return { kind: 'temporary' };
}

/** What a server of Azure's own needs. @throws Failure `not-configured`, `invalid-settings` */
export function expectAzure(systems: Needs, database: string): void {
  restorePlaces(systems, database);
  systems.databases.admin(database);
}

/** Whether drills of this database are set up. @throws Failure `invalid-settings`; `not-configured` for half a setup */
export function hasDrillPlace(systems: Needs, database: string): boolean {
  return systems.databases.drillServer(database) !== undefined || canMakeServers(systems, database);
}

/** Whether a drill of this database can make a server, empty or as it was at a moment. @throws Failure `invalid-settings` */
export function canMakeServers(systems: Needs, database: string): boolean {
  try {
    expectAzure(systems, database);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === 'not-configured') return false;
    throw error;
  }
}

/** The one server that a drill may make: the same whoever works on the job. */
export function drillAddress(systems: Needs, record: JobRecord): ServerAddress {
  const { source, restoreGroup } = restorePlaces(systems, databaseOf(record));
  const digest = createHash('sha256').update(record.jobId).digest('hex');
  return { resourceGroup: restoreGroup, server: drillServerName(source.server, record.jobId, digest) };
}
