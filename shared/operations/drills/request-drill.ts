import type { DRILL_SOURCES, DrillRequest } from '../../domain/drills/drill';
import type { JobRecord } from '../../domain/jobs/job';
import type { Systems } from '../../systems/systems';
import { findBackup } from '../catalog/find-backup';
import { requestJobFor } from '../jobs/request-job';
import { drillPlace, expectAzure } from './drill-place';

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
  const name = database ?? (await findBackup(systems, backupId ?? '')).manifest.name;
  if (source === 'pitr') expectAzure(systems, name);
  else drillPlace(systems, name);
  const request: DrillRequest = { backupId, source };
  return requestJobFor(
    systems,
    { kind: 'drill', database: name, request: { ...request }, requestedBy },
    idempotencyKey,
  );
}
