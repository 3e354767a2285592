import type { DRILL_SOURCES, DrillRequest } from '../../domain/drills/drill';
import { Failure } from '../../domain/failure';
import type { JobRecord } from '../../domain/jobs/job';
import type { Systems } from '../../systems/systems';
import { findBackup } from '../catalog/find-backup';
import { requestJobFor } from '../jobs/request-job';
import { drillPlace } from './drill-place';

export interface DrillOrder {
  readonly database?: string | undefined;
  readonly backupId?: string | undefined;
  readonly source?: (typeof DRILL_SOURCES)[number] | undefined;
}

/** @throws Failure `invalid-request`, `not-found`, `not-configured`, and those of `requestJobFor` */
export async function requestDrill(
  systems: Pick<Systems, 'clock' | 'databases' | 'dumpStore' | 'jobLedger' | 'jobQueue' | 'settings'>,
  { database, backupId, source = 'newest' }: DrillOrder,
  requestedBy: string,
  idempotencyKey: string | undefined,
): Promise<JobRecord> {
  if (source === 'pitr') throw new Failure('not-configured', 'source: drills from Azure backups are not available yet');
  const name = database ?? (await findBackup(systems, backupId ?? '')).manifest.name;
  drillPlace(systems, name);
  const request: DrillRequest = { backupId, source };
  return requestJobFor(
    systems,
    { kind: 'drill', database: name, request: { ...request }, requestedBy },
    idempotencyKey,
  );
}
