import { asFailure, Failure } from '../../domain/failure';
import { Later } from '../../domain/jobs/later';
import { cloneTags, JOB_TAG } from '../../domain/point-in-time/clone-tags';
import type {
  AcceptedOperation,
  FlexServer,
  SaveOperation,
  ServerAddress,
} from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'clock' | 'flexServers' | 'jobLedger' | 'settings'>;

/** What Azure has accepted, kept beside the record: its URL is a secret, and the record is shown. */
export const OPERATION_FACTS = 'arm-operation';
export interface OperationFacts {
  readonly server: string;
  readonly operation: AcceptedOperation;
}

/** A server that was asked for and cannot be seen after so long was never made. */
const APPEARS_WITHIN_MS = 15 * 60_000;

/** What is to be asked for, looked at right before. */
export interface PreparedServer {
  /** ISO 8601; null: nobody deletes it by its age. */
  readonly expiresAt: string | null;
  readonly send: (tags: Readonly<Record<string, string>>, save: SaveOperation) => Promise<void>;
}

/**
 * Asks Azure for the one new server of a job, once. Its name is fixed by the job, so whatever dies or gets lost in between,
 * a second request could only name the same server again; and none is sent where the first is known or seen to have been
 * accepted.
 *
 * @throws Failure `server-name-taken`; those of `prepare` and of FlexServers
 */
export async function beginServer(
  systems: Needs,
  run: JobRun,
  target: ServerAddress,
  prepare: () => Promise<PreparedServer>,
): Promise<{ askedAt: string } | Later> {
  const { jobId } = run.record;
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
  const prepared = await prepare();
  const now = systems.clock.now().toISOString();
  await run.note({ askedAt: now });
  const tags = cloneTags(await systems.jobLedger.installationId(), jobId, prepared.expiresAt ?? undefined);
  const save = async (operation: AcceptedOperation): Promise<void> => {
    const facts: OperationFacts = { server: target.server, operation };
    await systems.jobLedger.saveFacts(jobId, OPERATION_FACTS, facts);
  };
  try {
    await prepared.send(tags, save);
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
