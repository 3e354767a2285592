import { overdueSwap } from '../../domain/restore/drop-previous';
import { asFailure } from '../../domain/failure';
import { dropJobId } from '../../domain/jobs/job-id';
import type { PgConnection } from '../../domain/pg-connection';
import type { Systems } from '../../systems/systems';
import type { DropRequest } from './drop-previous';
import { requestJob } from '../jobs/request-job';
import { notedSwitch } from './switch-databases';

type Needs = Pick<Systems, 'clock' | 'databases' | 'jobLedger' | 'jobQueue' | 'log' | 'pgAdmin' | 'settings'>;

/**
 * The hourly duty: one job for each database that a swap of this installation put aside and whose time is over; where the
 * job finds a reason to keep it, there is another one the next day. A server that does not answer costs this round only.
 */
export async function requestDrops(systems: Needs): Promise<void> {
  const asked = new Set<string>();
  for (const { target, connect } of servers(systems)) {
    try {
      const admin = connect();
      // databases of one server share what lies there, whoever's it was
      const server = `${target ?? ''} ${admin.host}:${admin.port}`;
      if (asked.has(server)) continue;
      await requestOn(systems, admin, target);
      asked.add(server);
    } catch (error) {
      const failure = asFailure(error);
      // without an admin login nothing was ever swapped
      if (failure.code === 'not-configured') continue;
      systems.log.warn('previous-databases-not-seen', { target, why: failure.message });
    }
  }
}

interface Server {
  readonly target?: string;
  readonly connect: () => PgConnection;
}

function servers({ databases }: Pick<Systems, 'databases'>): Server[] {
  return [
    ...databases.names().map((name): Server => ({ connect: () => databases.admin(name) })),
    ...databases.targets().map((target): Server => ({ target, connect: () => databases.target(target) })),
  ];
}

async function requestOn(systems: Needs, admin: PgConnection, target: string | undefined): Promise<void> {
  const now = systems.clock.now();
  const keepHours = systems.settings.get('PREVIOUS_DATABASE_KEEP_HOURS');
  for (const { oid, comment } of await systems.pgAdmin.listDatabases(admin)) {
    const swapJobId = overdueSwap(comment, keepHours, now);
    const record = swapJobId === undefined ? undefined : (await systems.jobLedger.read(swapJobId))?.record;
    const swapped = record === undefined ? undefined : notedSwitch(record);
    // of another installation, of a job that nobody remembers, or a copy that has the comment of the first: it stays
    if (record?.database === undefined || swapped?.liveOid !== oid) continue;
    const request: DropRequest = {
      ...{ swapJobId: record.jobId, oid: swapped.liveOid, name: swapped.liveBecomes },
      ...(target === undefined ? {} : { target }),
    };
    const { isNew } = await requestJob(systems, {
      ...{ kind: 'drop-previous', database: record.database, request: { ...request } },
      ...{ requestedBy: 'PREVIOUS_DATABASE_KEEP_HOURS', jobId: dropJobId(record.jobId, now) },
    });
    if (isNew) systems.log.info('drop-requested', { database: swapped.liveBecomes, swap: record.jobId });
  }
}
