import type { Release } from '../backup/manifest';
import type { RollbackWayName } from './rollback-plan';

export interface RollbackStep {
  readonly what: string;
  /** null: something that this app does not do. */
  readonly call: {
    readonly method: 'GET' | 'POST' | 'PUT';
    readonly path: string;
    readonly body?: Readonly<Record<string, unknown>>;
  } | null;
}

interface StepFacts {
  readonly version: string;
  readonly database: string;
  readonly confirm: string | null;
  readonly redeploy: Release | null;
  readonly recoveryPoint: string | null;
  readonly backupId: string | null;
  /** It is marked for deletion. */
  readonly isMarked: boolean;
}

/** Everything that is done for a way, in order; what is in angle brackets has to be filled in. */
export function stepsOf(way: RollbackWayName, facts: StepFacts): RollbackStep[] {
  const database = way === 'app-only' ? [] : way === 'dump' ? dumpSteps(facts) : pitrSteps(facts);
  return [...database, redeployStep(facts), lastStep(facts)];
}

function dumpSteps({ backupId, isMarked, version, confirm }: StepFacts): RollbackStep[] {
  const id = backupId ?? '<backupId>';
  const hold = { method: 'PUT', path: `/api/backups/${id}/hold`, body: { reason: `rollback of ${version}` } } as const;
  return [
    ...(isMarked ? [{ what: 'keep the dump, which is marked for deletion', call: hold }] : []),
    ...swapSteps(id, confirm),
  ];
}

function pitrSteps({ database, recoveryPoint, confirm }: StepFacts): RollbackStep[] {
  const pointInTime = recoveryPoint ?? '<a time from just before the deployment>';
  const body = { database, pointInTime, then: 'export' };
  return [
    { what: 'see the plan', call: { method: 'POST', path: '/api/pitr-restores', body: { ...body, dryRun: true } } },
    {
      what: 'have the database of that moment brought into the catalog',
      call: { method: 'POST', path: '/api/pitr-restores', body },
    },
    waitStep('exportedBackupId is in its result'),
    ...swapSteps('<exportedBackupId>', confirm),
  ];
}

function swapSteps(backupId: string, confirm: string | null): RollbackStep[] {
  const body = { backupId, mode: 'swap', ...(confirm === null ? {} : { confirm }) };
  return [
    {
      what: 'see the plan of the restore: it names everything that is missing',
      call: { method: 'POST', path: '/api/restores', body: { ...body, dryRun: true } },
    },
    { what: 'stop what writes to the database', call: null },
    {
      what: 'swap the restored database in; that of now is kept beside it, and POST /api/restores/{jobId}/undo brings it back',
      call: { method: 'POST', path: '/api/restores', body },
    },
    waitStep('it has to be "succeeded"'),
  ];
}

const waitStep = (what: string): RollbackStep => ({
  what: `wait for its end: ${what}`,
  call: { method: 'GET', path: '/api/jobs/<jobId>?wait=200' },
});

function redeployStep({ redeploy, version }: StepFacts): RollbackStep {
  if (redeploy === null) return { what: `deploy the version that ran before ${version}`, call: null };
  const commit = redeploy.commit === undefined ? '' : ` (commit ${redeploy.commit})`;
  return { what: `deploy ${redeploy.version}${commit}`, call: null };
}

function lastStep({ version }: StepFacts): RollbackStep {
  return {
    what: `when all is well, tell that ${version} was taken back: its dumps need not be kept for ever`,
    call: { method: 'POST', path: `/api/releases/${version}/verified`, body: { rolledBack: true } },
  };
}
