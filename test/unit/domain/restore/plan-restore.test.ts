import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planRestore } from '../../../../shared/domain/restore/plan-restore';
import type { RestoreFacts } from '../../../../shared/domain/restore/restore-facts';
import { RESTORE_MODES, type RestoreRequest } from '../../../../shared/domain/restore/restore-request';
import type { TargetFacts } from '../../../../shared/domain/restore/target-facts';
import { FACTS, LIVE, MANIFEST, TARGET } from '../../../fixtures/restore/facts';

const NOW = new Date('2026-11-25T09:10:07.000Z');
const plan = (
  request: Omit<RestoreRequest, 'backupId'>,
  facts: Partial<RestoreFacts> = {},
): ReturnType<typeof planRestore> =>
  planRestore({ ...FACTS, ...facts }, { backupId: MANIFEST.backupId, ...request }, NOW);
const refused = (request: Omit<RestoreRequest, 'backupId'>, facts: Partial<RestoreFacts> = {}): string[] =>
  plan(request, facts).refusals.map(({ code, detail }) => `${code}: ${detail}`);
const target = (more: Partial<TargetFacts>): Partial<RestoreFacts> => ({ target: { ...TARGET, ...more } });

describe('a plan', () => {
  it('of a swap restores beside the live database and renames both', () => {
    expect(plan({ mode: 'swap' })).toMatchObject({
      ...{ database: 'app', workDatabase: 'app_restored_20261125_091007' },
      previousDatabase: 'app_before_20261125_091007',
      creates: ['app_restored_20261125_091007'],
      renames: [
        { from: 'app', to: 'app_before_20261125_091007' },
        { from: 'app_restored_20261125_091007', to: 'app' },
      ],
      ...{ destroys: [], safetyDump: null, refusals: [] },
    });
  });

  it('of a clean restore destroys what the archive brings anew and takes a safety dump first', () => {
    const objects = {
      relations: [
        { schema: 'public', name: 'people', kind: 'table' },
        { schema: 'public', name: 'notes', kind: 'table' },
      ],
      dependencies: [],
    };
    expect(plan({ mode: 'clean' }, { objects })).toMatchObject({
      ...{ workDatabase: 'app', previousDatabase: null, creates: [], renames: [], reads: 'stream' },
      ...{ destroys: ['"public"."people"'], survives: ['table "public"."notes"'], safetyDump: 'taken-first' },
    });
  });

  it('takes tables without a schema for those of public', () => {
    const { tables } = plan({ mode: 'new-database', tables: ['people', 'app.photos', '"a.b".c'] });
    expect(tables).toEqual([
      { schema: 'public', name: 'people' },
      { schema: 'app', name: 'photos' },
      { schema: 'a.b', name: 'c' },
    ]);
  });

  it('uses several connections only where the archive fits the temporary disk and no token can run out', () => {
    expect(plan({ mode: 'swap' })).toMatchObject({ reads: 'file', parallelJobs: 2 });
    expect(plan({ mode: 'swap' }, { usesToken: true })).toMatchObject({ reads: 'file', parallelJobs: 1 });
    expect(plan({ mode: 'swap' }, { temporaryFreeBytes: 1000 })).toMatchObject({ reads: 'stream', parallelJobs: 1 });
  });

  it('uses as many as the chosen tables can keep busy', () => {
    const tables = ['a', 'b', 'c', 'd'].map((name) => ({ schema: 'public', name, rows: 1, bytes: 10 }));
    const manifest = { ...MANIFEST, contents: { ...MANIFEST.contents, tables } };
    expect(plan({ mode: 'swap' }, { manifest }).parallelJobs).toBe(4);
    expect(plan({ mode: 'new-database', tables: ['a', 'b', 'c'] }, { manifest }).parallelJobs).toBe(3);
  });

  it('never redeploys the release that a pre-release dump was taken for', () => {
    const manifest = { ...MANIFEST, release: { version: '2.0.0' }, runningRelease: { version: '1.9.0' } };
    expect(plan({ mode: 'swap' }, { manifest }).redeploy).toEqual({ version: '1.9.0' });
    expect(plan({ mode: 'swap' }, { manifest: { ...manifest, runningRelease: null } }).redeploy).toBeNull();
  });

  it('warns when the running release expects another schema, and names the one to redeploy', () => {
    const manifest = { ...MANIFEST, schemaRevision: { source: 'alembic_version', value: 'r1' } };
    const warned = (liveRevision: string | null): unknown[] =>
      plan({ mode: 'swap' }, { manifest, liveRevision }).warnings.filter(
        ({ code }) => code === 'other-schema-revision',
      );
    expect(warned('r2')).toEqual([
      {
        code: 'other-schema-revision',
        detail:
          'the live database is at schema revision r2, which the running release expects; the backup is at r1: redeploy 1.0.0',
      },
    ]);
    expect([...warned('r1'), ...warned(null)]).toEqual([]);
  });

  it('chooses names of 63 bytes at most that collide with none', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((name) => !name.includes('\ufffd')),
        fc.constantFrom(...RESTORE_MODES),
        (name, mode) => {
          const place = { ...FACTS.place, database: name };
          const first = plan({ mode }, { place });
          const taken = [first.workDatabase, first.previousDatabase ?? ''].map((database) => ({
            ...{ name: database, oid: 9, owner: 'x', sizeBytes: null },
          }));
          const second = plan({ mode }, { place, ...target({ databases: [...TARGET.databases, ...taken] }) });
          for (const made of [...first.creates, ...second.creates, second.previousDatabase ?? '']) {
            expect(Buffer.byteLength(made)).toBeLessThanOrEqual(63);
            expect(made).not.toContain('\ufffd');
          }
          expect(taken.map((database) => database.name)).not.toEqual(
            expect.arrayContaining(mode === 'clean' ? ['-'] : [second.workDatabase]),
          );
        },
      ),
    );
  });
});

describe('a restore is refused', () => {
  it.each(['damaged', 'missing', 'foreign'] as const)('from a backup that is %s', (state) => {
    expect(refused({ mode: 'swap' }, { state })).toEqual([`backup-not-restorable: the backup is ${state}`]);
  });

  it('never from an expired backup that is still there: it says so', () => {
    const found = plan({ mode: 'swap' }, { state: 'expired' });
    expect(found.refusals).toEqual([]);
    expect(found.warnings.map(({ code }) => code)).toContain('backup-expired');
  });

  it('without room on the disk, or without knowing of any, unless growth is accepted', () => {
    const full = { space: { freeBytes: 200_000_000, totalBytes: 1_000_000_000 } };
    expect(refused({ mode: 'swap' }, full)).toEqual([
      'space-too-little: about 75 MB are needed, 200 MB of 1000 MB are free: the disk would be 88 % full, more than 80 %',
    ]);
    expect(refused({ mode: 'swap' }, { space: null })).toEqual([
      'space-too-little: about 75 MB are needed, and how much is free on the server is not known',
    ]);
    expect(refused({ mode: 'swap', acceptStorageGrowth: true }, full)).toEqual([]);
  });

  it('where the server lacks an extension, or its allow-list does', () => {
    expect(refused({ mode: 'swap' }, target({ extensions: [] }))).toEqual([
      'extension-missing: "pgcrypto" is not installed on the server',
    ]);
    expect(refused({ mode: 'swap' }, target({ allowedExtensions: ['hstore'] }))).toEqual([
      'extension-missing: "pgcrypto" is not in azure.extensions',
    ]);
    expect(refused({ mode: 'swap' }, target({ extensions: [{ name: 'pgcrypto', mayCreate: false }] }))).toEqual([
      'extension-missing: "pgcrypto" can be created by a superuser only',
    ]);
  });

  it('by a swap that may not end every session, or under a logical slot', () => {
    const sessions = [{ description: 'postgres (pid 7)', mayEnd: false }];
    const live = { ...LIVE, sessions, logicalSlots: ['cdc'] };
    expect(refused({ mode: 'swap' }, target({ live }))).toEqual([
      'replication-in-the-way: they would stay with the swapped-out database: logical slot "cdc"',
      'swap-blocked: the admin login may not end: postgres (pid 7)',
    ]);
  });

  it('for lack of rights, with the SQL that grants them', () => {
    const login = { name: 'a"b', superuser: false, createdb: false, createrole: false, signalBackend: false };
    const roles = ['app_owner', 'app_reader', 'granting'].map((name) => ({
      ...{ name, mayBecome: false, mayAlter: false },
      superuser: false,
    }));
    const live = { ...LIVE, settingRoles: ['app_reader'], grantors: ['app_owner', 'granting'] };
    const found = plan({ mode: 'swap' }, target({ login, roles, live }));
    expect(found.refusals.map(({ hint }) => hint)).toEqual([
      'run as an administrator: ALTER ROLE "a""b" CREATEDB; GRANT "app_owner" TO "a""b" WITH INHERIT TRUE, SET TRUE; GRANT "granting" TO "a""b" WITH INHERIT TRUE, SET TRUE; ALTER ROLE "a""b" CREATEROLE; GRANT "app_reader" TO "a""b" WITH ADMIN OPTION; GRANT pg_signal_backend TO "a""b";',
    ]);
    expect(refused({ mode: 'swap' }, target({ login: { ...login, superuser: true }, roles, live }))).toEqual([]);
  });

  it('not for want of a superuser, whose things go to the admin login', () => {
    const login = { name: 'admin', superuser: false, createdb: true, createrole: false, signalBackend: true };
    const roles = [{ name: 'app_owner', mayBecome: false, mayAlter: false, superuser: true }];
    const { missingRights, missingRoles } = plan({ mode: 'new-database' }, target({ login, roles }));
    expect([missingRights, missingRoles]).toEqual([[], expect.arrayContaining(['app_owner'])]);
  });

  it('with everything that forbids it at once', () => {
    const facts = { state: 'damaged', guardedBecause: 'it is a configured database', space: null } as const;
    expect(refused({ mode: 'clean', tables: ['people'] }, facts).map((text) => text.split(':')[0])).toEqual([
      ...['backup-not-restorable', 'invalid-request', 'confirmation-missing', 'space-too-little'],
    ]);
  });
});

describe('a guarded database', () => {
  it('is destroyed or renamed by no plan without its name typed, and then a copy of it stays', () => {
    const request = fc.record({
      mode: fc.constantFrom(...RESTORE_MODES),
      confirm: fc.option(fc.constantFrom('app', 'App', 'app ', '', 'other'), { nil: undefined }),
      acceptStorageGrowth: fc.boolean(),
      acceptReplicationLoss: fc.boolean(),
      targetDatabase: fc.option(fc.constantFrom('app', 'fresh', 'postgres'), { nil: undefined }),
    });
    const facts = fc.record({
      state: fc.constantFrom('verified', 'expired', 'damaged', 'missing', 'foreign'),
      safetyDump: fc.option(fc.constant({ backupId: 'app_backup_20261125_0900' }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(request, facts), { maxLength: 20 }), (sequence) => {
        for (const [asked, found] of sequence) {
          const made = plan(asked, { ...(found as Partial<RestoreFacts>), guardedBecause: 'it is production' });
          const touches = made.destroys.length > 0 || made.renames.some(({ from }) => from === 'app');
          if (made.refusals.length > 0 || !touches) continue;
          expect(asked.confirm).toBe('app');
          const copy = made.renames.find(({ from }) => from === 'app')?.to ?? made.safetyDump;
          expect(copy).not.toBeNull();
          expect(made.creates).not.toContain('app');
        }
      }),
      { numRuns: 300 },
    );
  });
});
