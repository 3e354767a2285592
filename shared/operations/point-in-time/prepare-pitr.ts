import { type PitrPlan, planPitr } from '../../domain/point-in-time/pitr-plan';
import type { PitrRequest } from '../../domain/point-in-time/pitr-request';
import { cloneName, expectServerName } from '../../domain/point-in-time/server-names';
import type { FlexServer, ServerAddress } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import { findSourceServer, restorePlaces } from './azure-places';

type Needs = Pick<Systems, 'clock' | 'databases' | 'flexServers' | 'settings'>;

export interface PreparedPitr {
  readonly plan: PitrPlan;
  readonly source: FlexServer;
  readonly target: ServerAddress;
}

/**
 * Looks at the source and the wanted name, and says what would be done: for the dry run, before a job is made, and again
 * right before Azure is asked, since the window moves on while a job waits.
 *
 * @throws Failure `not-configured`, `not-found`, those of `planPitr` and of FlexServers
 */
export async function preparePitr(
  systems: Needs,
  order: { readonly database: string; readonly request: PitrRequest; readonly jobId: string },
  signal?: AbortSignal,
): Promise<PreparedPitr> {
  const { request } = order;
  const places = restorePlaces(systems, order.database);
  const server = expectServerName(
    request.targetServer ?? cloneName(places.source.server, request.pointInTime, order.jobId),
  );
  const source = await findSourceServer(systems, order.database, signal);
  const plan = planPitr({
    now: systems.clock.now(),
    request,
    source,
    target: server,
    resourceGroup: places.restoreGroup,
    name: await systems.flexServers.isNameFree(server, signal),
    exportTtlHours: systems.settings.get('CLONE_TTL_HOURS'),
  });
  return { plan, source, target: { resourceGroup: places.restoreGroup, server } };
}
