import { Failure } from '../../domain/failure';
import { Later } from '../../domain/jobs/later';
import type { OperationStatus, ServerAddress } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import { OPERATION_FACTS, type OperationFacts } from './begin-server';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'clock' | 'flexServers' | 'jobLedger' | 'settings'>;

/** A server that Azure says nothing of and that cannot be seen for so long is not coming. */
const MISSING_LIMIT_MS = 15 * 60_000;
const HOUR_MS = 3600_000;
const HOPELESS = new Set(['Disabled', 'Dropping', 'Inaccessible']);

/** What the new server is called by those who connect to it. */
export interface ServerReady {
  readonly host: string;
}

/**
 * One look at the operation and one at the server. Only the server itself says that it is there: an operation may succeed
 * while the server is still being prepared, and may not be known any more when it is ready.
 */
export async function awaitServer(
  systems: Needs,
  run: JobRun,
  target: ServerAddress,
  askedAt: string,
): Promise<ServerReady | Later> {
  const operation = await look(systems, run, target);
  if (operation.state === 'failed' || operation.state === 'canceled') {
    throw new Failure('azure-operation-failed', `making ${target.server} ${operation.state}: ${operation.reason}`);
  }
  const pollSeconds = systems.settings.get('ARM_POLL_SECONDS');
  expectInTime(systems, target, askedAt);
  if (operation.state === 'in-progress') {
    const delay = Math.max(pollSeconds, operation.retryAfterSeconds ?? 0);
    return new Later(Math.min(delay, 3600), `Azure is making ${target.server}`);
  }
  const server = await systems.flexServers.find(target, run.signal);
  if (server === undefined) return missing(systems, run, target, pollSeconds);
  if (HOPELESS.has(server.state)) {
    throw new Failure('azure-operation-failed', `the new server ${target.server} is ${server.state}`);
  }
  if (server.state === 'Ready' && server.host !== undefined) return { host: server.host };
  return new Later(pollSeconds, `${target.server} is ${server.state}`);
}

async function look(systems: Needs, run: JobRun, target: ServerAddress): Promise<OperationStatus> {
  const saved = (await systems.jobLedger.readFacts(run.record.jobId, OPERATION_FACTS)) as OperationFacts | undefined;
  if (saved === undefined) return { state: 'unknown', reason: 'the operation is not known' };
  if (saved.server !== target.server) {
    const detail = `the saved operation is about ${saved.server}, not ${target.server}; its end would say nothing`;
    throw new Failure('azure-operation-failed', detail);
  }
  return systems.flexServers.poll(saved.operation, run.signal);
}

function expectInTime(systems: Needs, target: ServerAddress, askedAt: string): void {
  const hours = systems.settings.get('RESTORE_MAX_HOURS');
  if (systems.clock.now().getTime() - Date.parse(askedAt) < hours * HOUR_MS) return;
  throw new Failure('azure-operation-failed', `${target.server} was not ready after ${hours} hours`);
}

async function missing(systems: Needs, run: JobRun, target: ServerAddress, pollSeconds: number): Promise<Later> {
  const now = systems.clock.now();
  const since = run.record.notes['missingSince'];
  if (typeof since !== 'string') await run.note({ missingSince: now.toISOString() });
  else if (now.getTime() - Date.parse(since) > MISSING_LIMIT_MS) {
    throw new Failure('azure-operation-failed', `Azure accepted ${target.server}, and no such server appeared`);
  }
  return new Later(pollSeconds, `${target.server} is to appear`);
}
