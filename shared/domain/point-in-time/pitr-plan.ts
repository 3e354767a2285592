import { Failure } from '../failure';
import type { JobWarning } from '../jobs/job';
import type { PitrRequest } from './pitr-request';

/** A moment so close to now may not be in the archived WAL yet (azure-facts.md: up to 5 minutes). */
const ARCHIVE_LAG_MS = 5 * 60_000;
const HOUR_MS = 3600_000;

export interface PitrFacts {
  readonly now: Date;
  readonly request: PitrRequest;
  readonly source: {
    readonly name: string;
    readonly state: string;
    readonly earliestRestoreAt: string | undefined;
    readonly network: { readonly kind: 'public' | 'private-endpoint' | 'virtual-network' };
  };
  readonly target: string;
  readonly resourceGroup: string;
  readonly name: { readonly isFree: boolean; readonly reason: string };
  readonly exportTtlHours: number;
}

/** What will be done, as the dry run prints it and the job does it. The source server is only read. */
export interface PitrPlan {
  readonly sourceServer: string;
  readonly server: string;
  readonly resourceGroup: string;
  readonly pointInTime: string;
  readonly window: { readonly from: string; readonly to: string };
  readonly then: PitrRequest['then'];
  /** When the reaper may delete the new server; null: never. */
  readonly expiresAt: string | null;
  readonly steps: readonly string[];
  readonly warnings: readonly JobWarning[];
}

/** @throws Failure `server-not-ready`, `outside-restore-window`, `server-name-taken`, `network-unsupported` */
export function planPitr(facts: PitrFacts): PitrPlan {
  const { request, source, target, now } = facts;
  if (source.state !== 'Ready') {
    throw new Failure('server-not-ready', `the server ${source.name} is ${source.state}, not Ready`);
  }
  const window = windowOf(facts);
  if (!facts.name.isFree) {
    throw new Failure('server-name-taken', `targetServer: ${target} cannot be had: ${facts.name.reason || 'taken'}`);
  }
  if (source.network.kind === 'private-endpoint' && request.then === 'export') {
    const detail = `${source.name} is reached by private endpoints, and a restored server has none`;
    throw new Failure('network-unsupported', detail);
  }
  const ttlHours = request.ttlHours ?? (request.then === 'export' ? facts.exportTtlHours : undefined);
  return {
    sourceServer: source.name,
    server: target,
    resourceGroup: facts.resourceGroup,
    pointInTime: request.pointInTime,
    window,
    then: request.then,
    expiresAt: ttlHours === undefined ? null : new Date(now.getTime() + ttlHours * HOUR_MS).toISOString(),
    steps: stepsOf(facts),
    warnings: warningsOf(facts),
  };
}

function windowOf({ source, request, now }: PitrFacts): PitrPlan['window'] {
  const { earliestRestoreAt: from } = source;
  if (from === undefined) {
    throw new Failure('outside-restore-window', `pointInTime: ${source.name} has no backup yet to restore from`);
  }
  const to = now.toISOString();
  if (request.pointInTime >= from && request.pointInTime <= to) return { from, to };
  const detail = `pointInTime: ${request.pointInTime} is not between ${from} and ${to}`;
  throw new Failure('outside-restore-window', detail);
}

function stepsOf({ request, source, target }: PitrFacts): string[] {
  return [
    `restore ${source.name} as it was at ${request.pointInTime} as the new server ${target}`,
    'give it the firewall rules of the source',
    `disable its subscriptions and ${request.keepJobs === true ? 'list' : 'unschedule'} its pg_cron jobs`,
    'give it the server parameters of the source, restarting it for static ones',
    ...(request.then === 'export'
      ? ['dump the database from it into the catalog and verify that', `delete ${target}`]
      : []),
  ];
}

function warningsOf({ request, source, now }: PitrFacts): JobWarning[] {
  const warnings: JobWarning[] = [
    { code: 'later-writes-lost', detail: `what was written after ${request.pointInTime} is not in the new server` },
  ];
  if (now.getTime() - Date.parse(request.pointInTime) < ARCHIVE_LAG_MS) {
    warnings.push({ code: 'very-recent', detail: 'the last five minutes may not be in the archive yet' });
  }
  if (source.network.kind === 'private-endpoint') {
    const detail = 'nobody reaches the new server before you make a private endpoint; its subscriptions and jobs run';
    warnings.push({ code: 'clone-not-reached', detail });
  }
  return warnings;
}
