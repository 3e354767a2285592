import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CatalogEntry } from '../../../../shared/domain/catalog/catalog';
import type { Manifest } from '../../../../shared/domain/backup/manifest';
import { planRollback, type RollbackFacts } from '../../../../shared/domain/releases/rollback-plan';
import type { DumpBefore } from '../../../../shared/domain/releases/rollback-dump';
import { nightlyEntry } from '../../../fixtures/catalog-entries';
import { MANIFEST } from '../../../fixtures/restore/facts';

/** A dump from before 2.0.0, at 11:MM of one day, while 1.9.0 ran. */
function dump(
  minute: string,
  manifest: Partial<Manifest> & { readonly revision?: string } = {},
  entry: Partial<CatalogEntry> = {},
): DumpBefore {
  const { revision = 'a1', ...rest } = manifest;
  const listed = nightlyEntry('app', `2026-11-25T11:${minute}:00Z`, {
    kind: 'pre-release',
    release: '2.0.0',
    ...entry,
  });
  return {
    entry: listed,
    manifest: {
      ...{ ...MANIFEST, kind: 'pre-release', backupId: listed.backupId ?? '', snapshotAt: listed.snapshotAt },
      finishedAt: `2026-11-25T11:${minute}:30.000Z`,
      schemaRevision: { source: 'alembic_version', value: revision },
      ...{ release: { version: '2.0.0' }, runningRelease: { version: '1.9.0', commit: 'c19' }, ...rest },
    },
  };
}

const FACTS: RollbackFacts = {
  ...{ version: '2.0.0', database: 'app', confirm: 'app', dumps: [dump('20')], laterReleases: [] },
  ...{ record: undefined, markedBefore: undefined, liveRevision: 'b2', missing: { dump: [], pitr: [] } },
};
const plan = (changes: Partial<RollbackFacts>): ReturnType<typeof planRollback> =>
  planRollback({ ...FACTS, ...changes });
const chosen = (...dumps: DumpBefore[]): string | undefined => plan({ dumps }).backup?.backupId.slice(-4);
const codes = (changes: Partial<RollbackFacts>): string[] => plan(changes).warnings.map(({ code }) => code);

describe('the playbook of a release whose migration ran', () => {
  it('restores the dump from before it and redeploys what ran then, step by step', () => {
    const swap = { backupId: 'app_backup_20261125_1120', mode: 'swap', confirm: 'app' };
    const [first, ...others] = plan({}).ways;
    expect(first).toEqual({
      way: 'dump',
      when: 'its migration ran, or it spoiled data: verified, quick, and can be undone',
      recoveryPoint: '2026-11-25T11:20:00.000Z',
      missing: [],
      steps: [
        {
          what: 'see the plan of the restore: it names everything that is missing',
          call: { method: 'POST', path: '/api/restores', body: { ...swap, dryRun: true } },
        },
        { what: 'stop what writes to the database', call: null },
        {
          what: 'swap the restored database in; that of now is kept beside it, and POST /api/restores/{jobId}/undo brings it back',
          call: { method: 'POST', path: '/api/restores', body: swap },
        },
        {
          what: 'wait for its end: it has to be "succeeded"',
          call: { method: 'GET', path: '/api/jobs/<jobId>?wait=200' },
        },
        { what: 'deploy 1.9.0 (commit c19)', call: null },
        {
          what: 'when all is well, tell that 2.0.0 was taken back: its dumps need not be kept for ever',
          call: { method: 'POST', path: '/api/releases/2.0.0/verified', body: { rolledBack: true } },
        },
      ],
    });
    expect(others.map(({ way }) => way)).toEqual(['pitr', 'app-only']);
  });

  it('says what it knows, and what is lost', () => {
    expect(plan({})).toMatchObject({
      ...{ version: '2.0.0', database: 'app', redeploy: { version: '1.9.0', commit: 'c19' } },
      backup: { backupId: 'app_backup_20261125_1120', schemaRevision: { value: 'a1' } },
      schema: { live: 'b2', before: 'a1', hasChanged: true },
      warnings: [
        {
          code: 'later-writes-lost',
          detail: 'what was written after 2026-11-25T11:20:00.000Z is not in app_backup_20261125_1120',
        },
      ],
    });
  });

  it('restores by point in time to the moment at which the dump was verified: the pipeline waits for that', () => {
    const pitr = plan({}).ways.find(({ way }) => way === 'pitr');
    const body = { database: 'app', pointInTime: '2026-11-25T11:20:30.000Z', then: 'export' };
    expect(pitr?.recoveryPoint).toBe('2026-11-25T11:20:30.000Z');
    expect(pitr?.steps.map(({ call }) => call)).toEqual([
      { method: 'POST', path: '/api/pitr-restores', body: { ...body, dryRun: true } },
      { method: 'POST', path: '/api/pitr-restores', body },
      { method: 'GET', path: '/api/jobs/<jobId>?wait=200' },
      {
        ...{ method: 'POST', path: '/api/restores' },
        body: { backupId: '<exportedBackupId>', mode: 'swap', confirm: 'app', dryRun: true },
      },
      null,
      {
        ...{ method: 'POST', path: '/api/restores' },
        body: { backupId: '<exportedBackupId>', mode: 'swap', confirm: 'app' },
      },
      { method: 'GET', path: '/api/jobs/<jobId>?wait=200' },
      null,
      { method: 'POST', path: '/api/releases/2.0.0/verified', body: { rolledBack: true } },
    ]);
  });
});

describe('the order of the ways', () => {
  const order = (changes: Partial<RollbackFacts>): string[] => plan(changes).ways.map(({ way }) => way);

  it('begins with the app alone while the schema is what it was, or nobody knows', () => {
    expect(order({ liveRevision: 'a1' })).toEqual(['app-only', 'dump', 'pitr']);
    expect(order({ liveRevision: null })).toEqual(['app-only', 'dump', 'pitr']);
    expect(plan({ liveRevision: null }).schema.hasChanged).toBeNull();
    expect(plan({ liveRevision: 'a1' }).ways[0]?.steps.map(({ what }) => what)).toEqual([
      'deploy 1.9.0 (commit c19)',
      'when all is well, tell that 2.0.0 was taken back: its dumps need not be kept for ever',
    ]);
  });

  it('puts what cannot be started behind what can', () => {
    const missing = { dump: ['DATABASE_ADMIN_URL is not set'], pitr: [] };
    expect(order({ missing })).toEqual(['pitr', 'app-only', 'dump']);
    expect(order({ dumps: [dump('20', {}, { state: 'damaged', isIntact: false })] })).toEqual([
      ...['app-only', 'dump', 'pitr'],
    ]);
  });

  it('tells what is missing when there is no dump', () => {
    const { ways, backup, warnings } = plan({ dumps: [], markedBefore: { version: '1.9.0' } });
    expect(backup).toBeNull();
    expect(ways.map(({ way, missing }) => [way, ...missing])).toEqual([
      ['app-only'],
      ['dump', 'there is no restorable dump from before 2.0.0'],
      ['pitr', 'no dump tells when 2.0.0 was deployed: fill in a time from just before'],
    ]);
    expect(warnings.map(({ code }) => code)).toEqual(['running-release-from-records', 'no-backup']);
  });
});

describe('the dump to go back to', () => {
  it('is the newest, when the deployment was tried again and nothing had migrated', () => {
    expect(chosen(dump('40'), dump('20'))).toBe('1140');
  });

  it('is the newest with the schema of the first, when a migration broke half-way in between', () => {
    const dumps = [dump('50', { revision: 'b1' }), dump('40'), dump('20')];
    expect(chosen(...dumps)).toBe('1140');
    expect(plan({ dumps }).warnings).toContainEqual({
      code: 'other-schema-revision',
      detail:
        'app_backup_20261125_1150 is newer, and its schema is not that of the first dump before 2.0.0: its migration may have begun',
    });
  });

  it('is of this deployment, when the release was deployed before, on top of another one', () => {
    expect(chosen(dump('40', { revision: 'a2' }), dump('20', { runningRelease: { version: '1.8.0' } }))).toBe('1140');
  });

  it('is none that is damaged, gone, no live one, or from while the release itself ran', () => {
    const dumps = [
      dump('55', { runningRelease: { version: '2.0.0' } }),
      dump('50', {}, { state: 'damaged', isIntact: false }),
      dump('45', {}, { state: 'missing', isIntact: false }),
      dump('40', {}, { state: 'expired', isIntact: false }),
      dump('35', {}, { manifestVersion: 2 }),
      dump('30', { source: 'clone' }),
      dump('20'),
    ];
    expect(chosen(...dumps)).toBe('1120');
    expect(plan({ dumps }).warnings.slice(1)).toEqual([
      { code: 'taken-while-running', detail: 'app_backup_20261125_1155 was taken while 2.0.0 itself ran' },
      { code: 'backup-not-restorable', detail: 'app_backup_20261125_1150 is damaged' },
      { code: 'backup-not-restorable', detail: 'app_backup_20261125_1145 is missing' },
      { code: 'backup-not-restorable', detail: 'app_backup_20261125_1140 is gone' },
      { code: 'backup-not-restorable', detail: 'app_backup_20261125_1135 is of a newer app' },
      { code: 'not-a-live-dump', detail: 'app_backup_20261125_1130 is of source "clone"' },
    ]);
    expect(chosen(...dumps.slice(0, -1))).toBeUndefined();
  });

  it('is held first, when it is marked for deletion', () => {
    const dumps = [dump('20', {}, { state: 'expired' })];
    const { ways, warnings } = plan({ dumps });
    expect(warnings.map(({ code }) => code)).toEqual(['later-writes-lost', 'backup-expired']);
    expect(ways[0]?.steps[0]?.call).toEqual({
      ...{ method: 'PUT', path: '/api/backups/app_backup_20261125_1120/hold', body: { reason: 'rollback of 2.0.0' } },
    });
  });
});

describe('what to redeploy', () => {
  const UNKNOWN = [dump('20', { runningRelease: null })];

  it('comes from the records where the dump does not say, with a warning', () => {
    const facts = { dumps: UNKNOWN, markedBefore: { version: '1.9.1' } };
    expect(plan(facts).redeploy).toEqual({ version: '1.9.1' });
    expect(codes(facts)).toContain('running-release-from-records');
  });

  it('is nothing where nobody knows, with a warning', () => {
    expect(plan({ dumps: UNKNOWN }).redeploy).toBeNull();
    expect(codes({ dumps: UNKNOWN })).toContain('running-release-unknown');
    expect(plan({ dumps: UNKNOWN }).ways[0]?.steps.map(({ what }) => what)).toContain(
      'deploy the version that ran before 2.0.0',
    );
  });

  it('takes back later releases, too, and says so', () => {
    expect(plan({ laterReleases: ['2.0.1', '2.1.0'] }).warnings[0]).toEqual({
      ...{ code: 'later-releases', detail: 'deployed after 2.0.0, so they go back with it: 2.0.1, 2.1.0' },
    });
    const verifiedAt = '2026-11-25T12:00:00.000Z';
    const record = { version: '2.0.0', verifiedAt, verifiedBy: 'anna', databases: ['app'], runningSince: null };
    expect(codes({ record })).toContain('already-rolled-back');
  });

  it('is never the release itself, whatever dumps and records say', () => {
    const version = fc.constantFrom('2.0.0', '1.9.0', '2.0.1');
    const release = fc.option(fc.record({ version }), { nil: null });
    const dumps = fc.uniqueArray(
      fc.record({
        minute: fc.integer({ min: 10, max: 59 }),
        runningRelease: release,
        revision: fc.constantFrom('a1', 'b2'),
        source: fc.constantFrom('live', 'clone', 'previous'),
        state: fc.constantFrom('verified', 'expired', 'damaged', 'missing'),
        isIntact: fc.boolean(),
      }),
      { maxLength: 5, selector: ({ minute }) => minute },
    );
    fc.assert(
      fc.property(dumps, release, (made, marked) => {
        const before = made
          .toSorted((one, other) => other.minute - one.minute)
          .map(({ minute, runningRelease, revision, source, state, isIntact }) =>
            dump(String(minute), { runningRelease, revision, source }, { state, isIntact }),
          );
        const { redeploy, ways, backup } = plan({ dumps: before, markedBefore: marked ?? undefined });
        expect(redeploy?.version).not.toBe('2.0.0');
        for (const { what } of ways.flatMap(({ steps }) => steps)) expect(what).not.toMatch(/^deploy 2\.0\.0/);
        const used = before.find(({ manifest }) => manifest.backupId === backup?.backupId);
        if (backup !== null) expect([used?.manifest.source, used?.entry.isIntact]).toEqual(['live', true]);
      }),
      { numRuns: 2000 },
    );
  });
});
