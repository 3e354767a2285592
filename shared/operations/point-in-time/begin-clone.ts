import { cloneTags, JOB_TAG } from '../../domain/point-in-time/clone-tags';
import { asFailure, Failure } from '../../domain/failure';
import { databaseOf } from '../../domain/jobs/job-lock';
import { Later } from '../../domain/jobs/later';
import type { PitrRequest } from '../../domain/point-in-time/pitr-request';
import { cloneName, expectServerName } from '../../domain/point-in-time/server-names';
import type { AcceptedOperation, FlexServer, ServerAddress } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import { restorePlaces } from './azure-places';
import type { JobRun } from '../jobs/job-run';
import { preparePitr } from './prepare-pitr';

type Needs = Pick<Systems, 'clock' | 'databases' | 'flexServers' | 'jobLedger' | 'settings'>;

/** What Azure has accepted, kept beside the record: its URL is a secret, and the record is shown. */
export const OPERATION_FACTS = 'arm-operation';
export interface OperationFacts {
  readonly server: string;
  readonly operation: AcceptedOperation;
}

/** A server that was asked for and cannot be seen after so long was never made. */
const APPEARS_WITHIN_MS = 15 * 60_000;

/** Where the new server of a job is, or will be: the same whoever works on the job. */
export function cloneAddress(systems: Needs, run: Pick<JobRun, 'record'>): ServerAddress {
  const request = run.record.request as unknown as PitrRequest;
  const places = restorePlaces(systems, databaseOf(run.record));
  const name = request.targetServer ?? cloneName(places.source.server, request.pointInTime, run.record.jobId);
  return { resourceGroup: places.restoreGroup, server: expectServerName(name) };
}

/**
 * Asks Azure for the new server, once. The name is fixed by the job, so whatever dies or gets lost in between, a second
 * request could only name the same server again; and none is sent where the first is known or seen to have been accepted.
 */
export async function beginClone(systems: Needs, run: JobRun): Promise<{ askedAt: string } | Later> {
  const { jobId } = run.record;
  const target = cloneAddress(systems, run);
  const askedAt = run.record.notes['askedAt'];
  const saved = (await systems.jobLedger.readFacts(jobId, OPERATION_FACTS)) as OperationFacts | undefined;
  const found = await systems.flexServers.find(target, run.signal);
  if (found !== undefined) expectOurs(found, jobId);
  if (typeof askedAt === 'string') {
    if (saved !== undefined || found !== undefined) return { askedAt };
    // the answer was lost: a server that is on its way holds its name before it can be seen
    const { isFree } = await systems.flexServers.isNameFree(target.server, run.signal);
    const isYoung = systems.clock.now().getTime() - Date.parse(askedAt) < APPEARS_WITHIN_MS;
    if (!isFree && isYoung) return new Later(systems.settings.get('ARM_POLL_SECONDS'), `${target.server} is to appear`);
  }
  const request = run.record.request as unknown as PitrRequest;
  const order = { database: databaseOf(run.record), request, jobId };
  const { plan, source } = await preparePitr(systems, order, run.signal);
  const now = systems.clock.now().toISOString();
  await run.note({ askedAt: now });
  const tags = cloneTags(await systems.jobLedger.installationId(), jobId, plan.expiresAt ?? undefined);
  const save = async (operation: AcceptedOperation): Promise<void> => {
    const facts: OperationFacts = { server: target.server, operation };
    await systems.jobLedger.saveFacts(jobId, OPERATION_FACTS, facts);
  };
  try {
    const order = { target, source, pointInTime: request.pointInTime, tags };
    await systems.flexServers.beginRestore(order, save, run.signal);
  } catch (error) {
    // an answer may have been lost; the SDK then asks again and meets the server that it has made itself
    const { code } = asFailure(error);
    if ((code !== 'azure-busy' && code !== 'azure-unavailable') || !(await isOurs(systems, run, target))) throw error;
  }
  return { askedAt: now };
}

async function isOurs(systems: Needs, run: JobRun, target: ServerAddress): Promise<boolean> {
  const found = await systems.flexServers.find(target, run.signal);
  return found?.tags[JOB_TAG] === run.record.jobId;
}

function expectOurs(found: FlexServer, jobId: string): void {
  if (found.tags[JOB_TAG] === jobId) return;
  throw new Failure('server-name-taken', `targetServer: a server ${found.name} exists already and is not of this job`);
}
