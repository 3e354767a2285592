import type { DrillEvidence } from '../../domain/drills/drill';
import { Failure } from '../../domain/failure';
import { isJobId } from '../../domain/jobs/job-id';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'evidence'>;

/** @throws Failure `not-found`, also while the drill runs */
export async function readDrill(systems: Needs, id: string): Promise<DrillEvidence> {
  const evidence = isJobId(id) ? await systems.evidence.read(id) : undefined;
  if (evidence !== undefined) return evidence;
  throw new Failure('not-found', 'id: there is no evidence of such a drill', {
    hint: 'GET /api/drills lists what there is; GET /api/jobs/{jobId} shows a drill that runs',
  });
}

export interface DrillFilter {
  readonly database?: string | undefined;
  readonly limit: number;
  /** The last id of the page before. */
  readonly after?: string | undefined;
}

/** One line of the list. */
export type DrillLine = Pick<
  DrillEvidence,
  'id' | 'kind' | 'database' | 'verdict' | 'startedAt' | 'finishedAt' | 'recoverySeconds' | 'recoveryPointSeconds'
> & { readonly backupId: string | null };

/** A page of drills, newest first. */
export async function listDrills(
  systems: Needs,
  filter: DrillFilter,
): Promise<{ items: DrillLine[]; last: string | undefined }> {
  const items: DrillLine[] = [];
  for (const id of await systems.evidence.ids()) {
    if (filter.after !== undefined && id >= filter.after) continue;
    const evidence = await systems.evidence.read(id);
    if (evidence === undefined || (filter.database !== undefined && evidence.database !== filter.database)) continue;
    if (items.length === filter.limit) return { items, last: items.at(-1)?.id };
    items.push(lineOf(evidence));
  }
  return { items, last: undefined };
}

const lineOf = (evidence: DrillEvidence): DrillLine => ({
  id: evidence.id,
  kind: evidence.kind,
  database: evidence.database,
  verdict: evidence.verdict,
  backupId: evidence.backup?.backupId ?? null,
  startedAt: evidence.startedAt,
  finishedAt: evidence.finishedAt,
  recoverySeconds: evidence.recoverySeconds,
  recoveryPointSeconds: evidence.recoveryPointSeconds,
});
