import type { Manifest } from '../../domain/backup/manifest';
import {
  type DrillCheck,
  type DrilledBackup,
  type DrillEvidence,
  type DrillKind,
  verdictOf,
} from '../../domain/drills/drill';
import { drillPage } from '../../domain/drills/drill-page';
import type { ComparedTable, DrilledMoment } from '../../domain/drills/pitr-drill';
import type { Failure } from '../../domain/failure';
import type { JobWarning } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import type { Systems } from '../../systems/systems';
import type { RestoredDatabase } from '../restore/restore-into-new-database';
import type { TimedRun } from './timed-run';

type Needs = Pick<Systems, 'clock' | 'evidence'>;

/** What a drill has found out so far; what it has not is still null. */
export interface Findings {
  readonly kind: DrillKind;
  backup: DrilledBackup | null;
  manifest: Manifest | null;
  server: DrillEvidence['server'];
  temporaryServer: string | null;
  scratchDatabase: string | null;
  restored: RestoredDatabase | null;
  moment: DrilledMoment | null;
  /** Of a point in time, when it came so far. */
  comparedTables: readonly ComparedTable[] | null;
  checks: readonly DrillCheck[];
  warnings: readonly JobWarning[];
}

export const nothingFound = (kind: DrillKind): Findings => ({
  ...{ kind, backup: null, manifest: null, server: null, temporaryServer: null, scratchDatabase: null },
  ...{ restored: null, moment: null, comparedTables: null, checks: [], warnings: [] },
});

/** Writes down how the drill went, as JSON and as a page. @param failure undefined: it passed */
export async function saveEvidence(
  systems: Needs,
  run: TimedRun,
  findings: Findings,
  failure: Failure | undefined,
): Promise<DrillEvidence> {
  const { record } = run;
  const { backup, moment, restored } = findings;
  const at = moment?.pointInTime ?? backup?.snapshotAt;
  const hasRecovered = restored !== null || findings.comparedTables !== null;
  const phases = run.phaseSeconds();
  const startedAt = record.startedAt ?? record.requestedAt;
  const evidence: DrillEvidence = {
    evidenceVersion: 1,
    ...{ id: record.jobId, kind: findings.kind, database: databaseOf(record) },
    verdict: verdictOf(failure),
    failure: failure === undefined ? null : { code: failure.code, detail: failure.detail },
    ...{ requestedBy: record.requestedBy, startedAt, finishedAt: systems.clock.now().toISOString() },
    ...{ backup, server: findings.server, scratchDatabase: findings.scratchDatabase, phases },
    ...{ temporaryServer: findings.temporaryServer, moment },
    recoverySeconds: hasRecovered ? recoverySeconds(findings.kind, phases) : null,
    recoveryPointSeconds: at === undefined ? null : (Date.parse(startedAt) - Date.parse(at)) / 1000,
    compared: restored?.compared ?? countsOf(findings.comparedTables),
    tables: tablesOf(findings),
    checks: findings.checks,
    warnings: [...findings.warnings, ...(restored?.warnings ?? [])],
  };
  await systems.evidence.save(evidence, drillPage(evidence));
  return evidence;
}

const RECOVERY: Readonly<Record<DrillKind, readonly string[]>> = {
  dump: ['restore', 'analyze', 'compare'],
  pitr: ['begin', 'restore', 'network', 'quiet', 'parameters', 'compare'],
};
/** To the millisecond, as each phase is. */
function recoverySeconds(kind: DrillKind, phases: DrillEvidence['phases']): number {
  const counted = phases.filter(({ phase }) => RECOVERY[kind].includes(phase));
  return Math.round(counted.reduce((sum, { seconds }) => sum + seconds * 1000, 0)) / 1000;
}

function countsOf(tables: readonly ComparedTable[] | null): DrillEvidence['compared'] {
  if (tables === null) return null;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { tables: tables.length, rows, checksums: 0, schemaEntries: 0 };
}

function tablesOf({ comparedTables, manifest }: Findings): DrillEvidence['tables'] {
  if (comparedTables !== null) return comparedTables.map((table) => ({ ...table, hasChecksum: false }));
  return (manifest?.contents.tables ?? []).map(({ schema, name, rows, checksum }) => ({
    ...{ schema, name, rows, hasChecksum: checksum !== undefined },
  }));
}
