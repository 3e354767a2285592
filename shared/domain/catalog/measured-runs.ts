import type { JobRecord } from '../jobs/job';
import type { Way } from '../advice/recovery-advice';

/** Which way back a job went; kinds are compared as texts, because records outlive the app that wrote them. */
function wayOf({ kind, request }: JobRecord): Way | undefined {
  const name: string = kind;
  if (name === 'restore') return request['mode'] === 'clean' ? 'clean-dump' : 'swap-dump';
  if (name === 'pitr-restore') return 'pitr';
  return name === 'undelete' || name === 'reconcile' ? name : undefined;
}

/** The median duration of the runs of each way that succeeded, seconds. */
export function measuredSeconds(records: readonly JobRecord[]): Partial<Record<Way, number>> {
  const runs = new Map<Way, number[]>();
  for (const record of records) {
    const way = wayOf(record);
    if (way === undefined || record.state !== 'succeeded') continue;
    const tookMs = Date.parse(record.finishedAt ?? '') - Date.parse(record.startedAt ?? '');
    if (tookMs >= 0) runs.set(way, [...(runs.get(way) ?? []), tookMs / 1000]);
  }
  return Object.fromEntries([...runs].map(([way, seconds]) => [way, median(seconds)]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
