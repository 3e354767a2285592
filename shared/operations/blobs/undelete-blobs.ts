import { Failure } from '../../domain/failure';
import type { JobResult } from '../../domain/jobs/job';
import { addOutcomes, NOTHING_YET, type RecoveryTally, tallyWarnings } from '../../domain/blobs/recovery-tally';
import { foreseen, planUndelete, type UndeleteRequest, type UndeleteStep } from '../../domain/blobs/undelete-plan';
import type { ListPlace } from '../../systems/content-store/content-store';
import type { Systems } from '../../systems/systems';
import { inParallel } from './in-parallel';
import type { JobRun } from '../jobs/job-run';
import { takeUndeleteStep } from './take-undelete-step';

type Needs = Pick<Systems, 'contentStore' | 'settings'>;

const PAGE_SIZE = 500;

/** How far it is, in the job's notes. A page is written down before its first step and counted after its last. */
interface UndeleteNotes {
  readonly tally: RecoveryTally;
  readonly place?: ListPlace | undefined;
  readonly page?: UndeletePage;
}

interface UndeletePage {
  readonly steps: readonly UndeleteStep[];
  readonly next?: ListPlace | undefined;
}

/** The job `undelete`: one blob, the blobs of a prefix and a time window, or a deleted container. */
export async function undeleteBlobs(systems: Needs, run: JobRun): Promise<JobResult> {
  const request = run.record.request as unknown as UndeleteRequest;
  const { container, dryRun } = request;
  await systems.contentStore.refuseHierarchicalNamespace();
  const tally = await run.phase('undelete', () =>
    request.name === undefined && request.prefix === undefined
      ? undeleteContainer(systems, run, request)
      : undeletePages(systems, run, request),
  );
  return { container, dryRun, ...tally, warnings: tallyWarnings(tally) };
}

async function undeletePages(systems: Needs, run: JobRun, request: UndeleteRequest): Promise<RecoveryTally> {
  let notes: UndeleteNotes = (run.record.notes['undelete'] as UndeleteNotes | undefined) ?? { tally: NOTHING_YET };
  for (;;) {
    const isAgain = notes.page !== undefined;
    const page = notes.page ?? (await planPage(systems, request, notes.place, run.signal));
    if (!isAgain && !request.dryRun) await run.note({ undelete: { ...notes, page } });
    const outcomes = request.dryRun
      ? page.steps.map(foreseen)
      : await inParallel(page.steps, systems.settings.get('UNDELETE_CONCURRENCY'), run.signal, (step) =>
          takeUndeleteStep(systems, { container: request.container, isAgain }, step, run.signal),
        );
    const tally = addOutcomes(notes.tally, outcomes);
    notes = { tally, place: page.next };
    run.progress({ message: `${tally.restored} restored, ${tally.skipped} skipped, ${tally.failed} failed` });
    if (page.next === undefined) return tally;
    await run.note({ undelete: notes });
  }
}

async function planPage(
  systems: Needs,
  request: UndeleteRequest,
  place: ListPlace | undefined,
  signal: AbortSignal,
): Promise<UndeletePage> {
  const { container, name, prefix = '' } = request;
  if (name !== undefined) {
    const step = planUndelete(await systems.contentStore.readHistory(container, name, signal), request);
    return { steps: [step ?? { do: 'skip', name, reason: 'nothing of it is kept' }] };
  }
  const list = await systems.contentStore.listHistories(container, { prefix, pageSize: PAGE_SIZE, place }, signal);
  return { steps: list.histories.flatMap((history) => planUndelete(history, request) ?? []), next: list.next };
}

/** The one that was deleted last, when several of that name were. */
async function undeleteContainer(
  { contentStore }: Needs,
  run: JobRun,
  { container, dryRun }: UndeleteRequest,
): Promise<RecoveryTally> {
  const deleted = (await contentStore.listDeletedContainers()).filter(({ name }) => name === container);
  const begun = run.record.notes['containerVersion'];
  const wasCarriedOut = begun !== undefined && !deleted.some(({ version }) => version === begun);
  const last = deleted.sort((one, other) => (one.deletedAt < other.deletedAt ? -1 : 1)).at(-1);
  if (last === undefined && !wasCarriedOut) {
    throw new Failure('not-found', `no deleted container "${container}" is kept`, {
      hint: 'GET /api/deleted-blobs?containers=true lists them; for blobs of a container that exists send "name" or "prefix"',
    });
  }
  if (last !== undefined && !wasCarriedOut && !dryRun) {
    await run.note({ containerVersion: last.version });
    await contentStore.undeleteContainer(last, run.signal);
  }
  return addOutcomes(NOTHING_YET, [{ name: container, became: 'restored' }]);
}
