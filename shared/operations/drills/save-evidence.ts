import type { Manifest } from '../../domain/backup/manifest';
import {
  type DrillCheck,
  type DrilledBackup,
  type DrillEvidence,
  type DrillKind,
  verdictOf,
} from '../../domain/drills/drill';
import { drillPage } from '../../domain/drills/drill-page';
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
  checks: readonly DrillCheck[];
  warnings: readonly JobWarning[];
}

export const nothingFound = (kind: DrillKind): Findings => ({
  ...{ kind, backup: null, manifest: null, server: null, temporaryServer: null, scratchDatabase: null },
  ...{ restored: null, checks: [], warnings: [] },
});

/** Writes down how the drill went, as JSON and as a page. @param failure undefined: it passed */
export async function saveEvidence(
  systems: Needs,
  run: TimedRun,
  findings: Findings,
  failure: Failure | undefined,
): Promise<DrillEvidence> {
  const { record } = run;
  const { backup, manifest, restored } = findings;
  const phases = run.phaseSeconds();
  const startedAt = record.startedAt ?? record.requestedAt;
  const evidence: DrillEvidence = {
    evidenceVersion: 1,
    ...{ id: record.jobId, kind: findings.kind, database: databaseOf(record) },
    verdict: verdictOf(failure),
    failure: failure === undefined ? null : { code: failure.code, detail: failure.detail },
    ...{ requestedBy: record.requestedBy, startedAt, finishedAt: systems.clock.now().toISOString() },
    ...{ backup, server: findings.server, scratchDatabase: findings.scratchDatabase, phases },
    temporaryServer: findings.temporaryServer,
    recoverySeconds: restored === null ? null : recoverySeconds(phases),
    recoveryPointSeconds: backup === null ? null : (Date.parse(startedAt) - Date.parse(backup.snapshotAt)) / 1000,
    compared: restored?.compared ?? null,
    tables: (manifest?.contents.tables ?? []).map(({ schema, name, rows, checksum }) => ({
      ...{ schema, name, rows, hasChecksum: checksum !== undefined },
    })),
    checks: findings.checks,
    warnings: [...findings.warnings, ...(restored?.warnings ?? [])],
  };
  await systems.evidence.save(evidence, drillPage(evidence));
  return evidence;
}

const RECOVERY = ['restore', 'analyze', 'compare'];
const recoverySeconds = (phases: DrillEvidence['phases']): number =>
  phases.filter(({ phase }) => RECOVERY.includes(phase)).reduce((sum, { seconds }) => sum + seconds, 0);
