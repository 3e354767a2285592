import type { BackupLine, Job, RecoveryPoints } from '../../api/answers';
import { texts } from '../../texts';

type Point = RecoveryPoints['items'][number];

/** Something on the timeline of one database; a moment where `from` and `to` are the same. Milliseconds since 1970. */
export interface Mark {
  readonly fromMs: number;
  readonly toMs: number;
  readonly label: string;
  /** Where it is looked at; absent: nowhere of its own. */
  readonly path?: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
}

export interface Lane {
  readonly name: string;
  readonly marks: readonly Mark[];
}

export interface TimelineFacts {
  readonly points: RecoveryPoints['items'];
  readonly backups: readonly BackupLine[];
  readonly jobs: readonly Job[];
}

const LANES = ['pitr-window', 'dump', 'release', 'previous-database', 'clone', 'deleted-blobs'] as const;

/** What can be gone back to, by kind, in a fixed order; a kind that the app knows and the page does not comes last. */
export function lanesOf({ points, backups, jobs }: TimelineFacts): Lane[] {
  const marks = new Map<string, Mark[]>(LANES.map((name) => [name, []]));
  const add = (name: string, mark: Mark): void => {
    marks.set(name, [...(marks.get(name) ?? []), mark]);
  };
  const kinds = new Map(backups.map(({ backupId, kind }) => [backupId, kind]));
  for (const point of points) {
    const { kind, from, to } = point;
    add(kind, { fromMs: Date.parse(from), toMs: Date.parse(to), ...namedBy(point, kinds) });
  }
  for (const { release, snapshotAt, backupId } of backups) {
    if (release !== null)
      add('release', { ...momentOf(snapshotAt), label: release, path: ['backups', backupId ?? ''] });
  }
  // what stands there is among the points; where its server does not answer, the jobs still tell of it
  for (const job of jobs) {
    const mark = swappedOut(job) ?? clone(job);
    const isThere = marks.get(mark?.lane ?? '')?.some(({ label }) => label === mark?.label);
    if (mark !== undefined && isThere !== true) add(mark.lane, { ...mark, path: ['jobs', job.jobId] });
  }
  return [...marks].map(([name, found]) => ({ name, marks: found })).filter((lane) => lane.marks.length > 0);
}

/** What a point is called and where it is looked at. */
function namedBy(
  { kind, backupId, name, jobId, count, hasMore }: Point,
  kinds: ReadonlyMap<string | null, string | null>,
): Pick<Mark, 'label' | 'path' | 'query'> {
  if (backupId !== undefined) {
    const dumpKind = kinds.get(backupId) ?? undefined;
    return { label: `${backupId}${dumpKind === undefined ? '' : ` (${dumpKind})`}`, path: ['backups', backupId] };
  }
  if (kind === 'deleted-blobs' && name !== undefined) {
    const label = texts.timeline.deletedBlobs(name, count ?? 0, hasMore === true);
    return { label, path: ['recover', 'undelete'], query: { container: name } };
  }
  return {
    label: name ?? texts.timeline.lanes[kind] ?? kind,
    ...(jobId === undefined ? {} : { path: ['jobs', jobId] }),
  };
}

const momentOf = (iso: string): { fromMs: number; toMs: number } => ({
  fromMs: Date.parse(iso),
  toMs: Date.parse(iso),
});

type LanedMark = Mark & { readonly lane: 'previous-database' | 'clone' };

function swappedOut({ result, finishedAt }: Job): LanedMark | undefined {
  const name = result?.['previousDatabase'];
  if (typeof name !== 'string' || finishedAt === undefined) return undefined;
  const at = result?.['switchedAt'];
  return { ...momentOf(typeof at === 'string' ? at : finishedAt), label: name, lane: 'previous-database' };
}

function clone({ kind, result, finishedAt }: Job): LanedMark | undefined {
  const server = result?.['server'];
  if (kind !== 'pitr-restore' || typeof server !== 'string' || finishedAt === undefined) return undefined;
  const at = result?.['pointInTime'];
  return { ...momentOf(typeof at === 'string' ? at : finishedAt), label: server, lane: 'clone' };
}
