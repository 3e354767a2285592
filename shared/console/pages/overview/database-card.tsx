import type { JSX } from 'preact';
import type { BackupLine, Check, DrillLine, Page } from '../../api/answers';
import { useQuery } from '../../api/use-query';
import { size } from '../../format/size';
import { duration, secondsBetween } from '../../format/time';
import { Badge } from '../../parts/badge';
import { Facts } from '../../parts/facts';
import { Loading } from '../../parts/loading';
import { Trend, type TrendPoint } from '../../parts/trend';
import { Ago, When } from '../../parts/when';
import { addressOf } from '../../route';
import { texts } from '../../texts';

const { overview } = texts;

interface CardProps {
  readonly database: string;
  /** The check of its newest backup's age: the verdict is the app's, not the page's. */
  readonly freshness: Check | undefined;
  readonly limitHours: number | undefined;
  readonly drill: DrillLine | undefined;
}

/** One database: how old its newest good backup is, when a restore was last rehearsed, and how its dumps grow. */
export function DatabaseCard({ database, freshness, limitHours, drill }: CardProps): JSX.Element {
  const { answer } = useQuery<Page<BackupLine>>('/backups', {
    query: { database, state: 'verified', limit: 60 },
    againAfterMs: 30_000,
    maxAgeSeconds: 1,
  });
  const live = answer?.items.filter(({ source }) => source === 'live') ?? [];
  return (
    <section class="card">
      <h2>{database}</h2>
      {answer === undefined ? <Loading /> : <Newest newest={live[0]} freshness={freshness} limitHours={limitHours} />}
      <LastDrill drill={drill} />
      <Trends backups={live.toReversed()} />
    </section>
  );
}

function Newest({
  newest,
  freshness,
  limitHours,
}: Pick<CardProps, 'freshness' | 'limitHours'> & { readonly newest: BackupLine | undefined }): JSX.Element {
  if (newest === undefined) {
    return (
      <p>
        <Badge state={overview.noBackup} tone="bad" />
      </p>
    );
  }
  const hours = secondsBetween(newest.snapshotAt, Date.now()) / 3600;
  return (
    <>
      <p class="age">
        {freshness === undefined ? null : <Freshness state={freshness.state} />}{' '}
        <a href={addressOf(['backups', newest.backupId ?? ''])}>
          <Ago at={newest.snapshotAt} />
        </a>
        {limitHours === undefined ? null : <span class="muted"> {overview.limit(limitHours)}</span>}
      </p>
      {limitHours === undefined ? null : (
        <meter aria-label={overview.ageOfLimit} min={0} max={limitHours} value={Math.min(hours, limitHours)} />
      )}
      <Facts
        facts={[
          [overview.newest, <When key="at" at={newest.snapshotAt} />],
          [texts.sizeLabel, size(newest.sizeBytes)],
        ]}
      />
    </>
  );
}

function Freshness({ state }: Pick<Check, 'state'>): JSX.Element {
  if (state === 'unknown') return <Badge state={state} />;
  return state === 'ok' ? <Badge state={overview.fresh} tone="good" /> : <Badge state={overview.late} tone="bad" />;
}

function LastDrill({ drill }: { readonly drill: DrillLine | undefined }): JSX.Element {
  if (drill === undefined) return <p class="muted">{overview.noDrill}</p>;
  return (
    <p>
      {overview.lastDrill}{' '}
      <a href={addressOf(['drills', drill.id])}>
        <Ago at={drill.finishedAt} />, {texts.drills.kinds[drill.kind]}
      </a>{' '}
      <Badge state={drill.verdict} />
      {drill.recoverySeconds === null ? null : ` ${overview.recoveredIn(duration(drill.recoverySeconds))}`}
    </p>
  );
}

/** Backups oldest first. */
function Trends({ backups }: { readonly backups: readonly BackupLine[] }): JSX.Element {
  const tookOf = (line: BackupLine): number => Math.max(0.001, secondsBetween(line.snapshotAt, line.finishedAt));
  const points = (valueOf: (line: BackupLine) => number): TrendPoint[] =>
    backups.map((line) => ({ at: line.snapshotAt, value: valueOf(line) }));
  return (
    <div class="trends">
      <Trend title={overview.size} points={points(({ sizeBytes }) => sizeBytes)} format={size} />
      <Trend title={overview.duration} points={points(tookOf)} format={duration} />
      <Trend
        title={overview.rate}
        points={points((line) => line.sizeBytes / tookOf(line))}
        format={(value) => texts.perSecond(size(value))}
      />
    </div>
  );
}
