import { type AssetColumn, columnText, locateAsset, withoutQuery } from '../../domain/blobs/asset-url';
import type { JobResult } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import {
  addOutcomes,
  NOTHING_YET,
  type RecoveryOutcome,
  type RecoveryTally,
  tallyWarnings,
} from '../../domain/blobs/recovery-tally';
import { foreseen, planReturn, type UndeleteStep } from '../../domain/blobs/undelete-plan';
import type { Systems } from '../../systems/systems';
import { inParallel } from './in-parallel';
import type { JobRun } from '../jobs/job-run';
import { takeUndeleteStep } from './take-undelete-step';

type Needs = Pick<Systems, 'contentStore' | 'databases' | 'pgServer' | 'settings'>;

/** What a reconciliation was asked for (POST /reconciliations). */
export interface ReconcileRequest {
  /** The moment that the database went back to: blobs come back as they were then. */
  readonly at?: string;
  readonly dryRun: boolean;
}

/** How far it is, in the job's notes: every URL of `column` up to `after` is counted. */
interface ReconcileNotes {
  readonly tally: RecoveryTally;
  readonly checked: number;
  readonly present: number;
  readonly changedSince: number;
  readonly column: number;
  readonly after: string;
  /** Written down before the first of them is taken: a takeover takes them again. */
  readonly pending: readonly PendingStep[];
}

interface PendingStep {
  readonly container: string;
  readonly step: UndeleteStep;
}

interface Finding {
  readonly outcome?: RecoveryOutcome;
  readonly pending?: PendingStep;
  readonly isPresent: boolean;
  readonly isChangedSince: boolean;
}

const BATCH = 500;
const START: ReconcileNotes = {
  tally: NOTHING_YET,
  checked: 0,
  present: 0,
  changedSince: 0,
  column: 0,
  after: '',
  pending: [],
};

/** The job `reconcile`: looks for the blob of each URL that the rows hold, and brings back those that are gone. */
export async function reconcileBlobs(systems: Needs, run: JobRun): Promise<JobResult> {
  const request = run.record.request as unknown as ReconcileRequest;
  await systems.contentStore.refuseHierarchicalNamespace();
  const columns = systems.settings.get('ASSET_URL_COLUMNS');
  const done = await run.phase('reconcile', async () => {
    let notes = (run.record.notes['reconcile'] as ReconcileNotes | undefined) ?? START;
    if (notes.pending.length > 0) notes = await takePending(systems, run, request, notes, true);
    for (const [index, column] of columns.entries()) {
      if (index < notes.column) continue;
      if (index > notes.column) notes = { ...notes, column: index, after: '' };
      notes = await reconcileColumn(systems, run, { request, column }, notes);
    }
    return notes;
  });
  const { tally, checked, present, changedSince } = done;
  const warnings = [...tallyWarnings(tally), ...lossWarnings(tally), ...changeWarnings(changedSince)];
  const asked = { dryRun: request.dryRun, ...(request.at === undefined ? {} : { at: request.at }) };
  return { ...asked, columns: columns.map(columnText), checked, present, ...tally, warnings };
}

async function reconcileColumn(
  systems: Needs,
  run: JobRun,
  { request, column }: { readonly request: ReconcileRequest; readonly column: AssetColumn },
  begun: ReconcileNotes,
): Promise<ReconcileNotes> {
  let notes = begun;
  const { connection } = systems.databases.find(databaseOf(run.record));
  const atOnce = systems.settings.get('UNDELETE_CONCURRENCY');
  const serviceUrl = await systems.contentStore.serviceUrl();
  const look = (url: string): Promise<Finding> => lookAt(systems, { url, serviceUrl, request }, run.signal);
  await systems.pgServer.readTexts(
    connection,
    column,
    { after: notes.after, batch: BATCH },
    async (urls) => {
      const findings = await inParallel(urls, atOnce, run.signal, look);
      const count = (is: (finding: Finding) => boolean): number => findings.filter(is).length;
      notes = {
        ...notes,
        tally: addOutcomes(
          notes.tally,
          findings.flatMap(({ outcome }) => outcome ?? []),
        ),
        checked: notes.checked + urls.length,
        present: notes.present + count(({ isPresent }) => isPresent),
        changedSince: notes.changedSince + count(({ isChangedSince }) => isChangedSince),
        after: urls.at(-1) ?? notes.after,
        pending: findings.flatMap(({ pending }) => pending ?? []),
      };
      if (notes.pending.length > 0) {
        await run.note({ reconcile: notes });
        notes = await takePending(systems, run, request, notes, false);
      }
      run.progress({ message: `${notes.checked} URLs checked, ${notes.tally.restored} blobs brought back` });
      await run.note({ reconcile: notes });
    },
    run.signal,
  );
  return notes;
}

async function takePending(
  systems: Needs,
  run: JobRun,
  { dryRun }: ReconcileRequest,
  notes: ReconcileNotes,
  isAgain: boolean,
): Promise<ReconcileNotes> {
  const atOnce = systems.settings.get('UNDELETE_CONCURRENCY');
  const outcomes = await inParallel(notes.pending, atOnce, run.signal, async ({ container, step }) => {
    const outcome = dryRun ? foreseen(step) : await takeUndeleteStep(systems, { container, isAgain }, step, run.signal);
    return { ...outcome, name: `${container}/${step.name}` };
  });
  return { ...notes, tally: addOutcomes(notes.tally, outcomes), pending: [] };
}

async function lookAt(
  systems: Needs,
  asked: {
    readonly url: string;
    readonly serviceUrl: string;
    readonly request: ReconcileRequest;
  },
  signal: AbortSignal,
): Promise<Finding> {
  const { contentStore } = systems;
  const { at } = asked.request;
  const place = locateAsset(asked.url, asked.serviceUrl, contentStore.containers());
  const absent = { isPresent: false, isChangedSince: false };
  // the query may hold a signature
  if ('reason' in place)
    return {
      ...absent,
      outcome: { name: withoutQuery(asked.url).slice(0, 200), became: 'skipped', reason: place.reason },
    };
  const { container, name } = place;
  const head = await contentStore.head(container, name, signal);
  if (head !== undefined) return { isPresent: true, isChangedSince: at !== undefined && head.writtenAt > at };
  const step = planReturn(await contentStore.readHistory(container, name, signal), at);
  const full = `${container}/${name}`;
  if (step.do === 'skip') return { ...absent, outcome: { name: full, became: 'failed', reason: step.reason } };
  return { ...absent, pending: { container, step } };
}

function lossWarnings(tally: RecoveryTally): { code: string; detail: string }[] {
  if (tally.skipped === 0) return [];
  return [{ code: 'urls-not-looked-for', detail: `${tally.skipped} URLs are none of this account and its containers` }];
}

function changeWarnings(changedSince: number): { code: string; detail: string }[] {
  if (changedSince === 0) return [];
  const detail = `${changedSince} blobs are there, but were written after that moment; POST /api/undeletes with "overwrite" puts earlier content back`;
  return [{ code: 'blobs-changed-since', detail }];
}
