import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { acceptBackup } from '../../shared/operations/catalog/accept-backup';
import { doWhatIsDue } from '../../shared/operations/jobs/do-what-is-due';
import { expireBackups } from '../../shared/operations/retention/expire-backups';
import { holdBackup, releaseHold } from '../../shared/operations/catalog/hold-backup';
import { showRetentionPlan } from '../../shared/operations/retention/plan-retention';
import { listBackups, readBackup } from '../../shared/operations/catalog/read-backups';
import { type StoredSystems, storedSystems } from '../fixtures/environment/stored-systems';

let blobStore: LocalBlobStore;
let stored: StoredSystems;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
});
afterAll(() => blobStore.stop());
beforeEach(async () => {
  stored = await storedSystems(blobStore);
});

const night = (day: string): string => `lifebook_backup_202611${day}_0200`;
const OLD = 'lifebook_backup_20261001_0200';
const putNights = async (...days: string[]): Promise<void> => {
  for (const day of days) await stored.putBackup('nightly', night(day));
};
const statesOf = async (): Promise<Record<string, string>> => {
  const { items } = await listBackups(stored.systems, { limit: 200 });
  return Object.fromEntries(items.map(({ backupId, state }) => [backupId ?? '', state]));
};

describe('the daily run of retention', () => {
  it('marks manifest, dump and globals of what its dry run named, and nothing more', async () => {
    await putNights('23', '24', '25');
    await stored.putBackup('nightly', OLD);
    const plan = await showRetentionPlan(stored.systems, 'lifebook');
    expect(plan.expire).toEqual([OLD]);
    expect((await expireBackups(stored.systems)).expire).toEqual(plan.expire);
    for (const end of ['dump', 'manifest.json', 'globals.sql']) {
      expect(await stored.tagsOf(`nightly/${OLD}.${end}`)).toEqual({
        ...{ kind: 'nightly', database: 'lifebook', state: 'verified', retention: 'expired', hold: 'none' },
      });
    }
    expect(await statesOf()).toEqual({
      ...{ [OLD]: 'expired', [night('23')]: 'verified', [night('24')]: 'verified', [night('25')]: 'verified' },
    });
    expect((await expireBackups(stored.systems)).expire).toEqual([]);
  });

  it('is done by tick once a day', async () => {
    await putNights('23', '24', '25');
    await stored.putBackup('nightly', OLD);
    const duties = async (): Promise<number> => {
      const done = await doWhatIsDue(stored.systems, () => new Date('2026-01-01'), 'tick');
      return done.filter((due) => JSON.stringify(due).includes('expire-backups')).length;
    };
    expect([await duties(), await duties()]).toEqual([1, 0]);
    expect((await statesOf())[OLD]).toBe('expired');
    stored.now = new Date('2026-11-26T00:01:00Z');
    expect(await duties()).toBe(1);
  });

  it('does nothing with a setting that it refuses, and the jobs go on', async () => {
    await putNights('23', '24', '25');
    await stored.putBackup('nightly', OLD);
    stored.environment['RETAIN_NIGHTLY_DAYS'] = '0';
    await expect(expireBackups(stored.systems)).rejects.toMatchObject({ code: 'invalid-settings' });
    await doWhatIsDue(stored.systems, () => new Date('2026-11-25T02:00:00Z'), 'tick');
    expect(stored.tickets).toContain('20261125T020000Z-nightly-lifebook');
    expect((await statesOf())[OLD]).toBe('verified');
  });

  it('stops when too much would expire at once', async () => {
    for (const day of ['01', '02', '03', '04', '05', '06', '07', '08']) {
      await stored.putBackup('nightly', `lifebook_backup_202609${day}_0200`);
    }
    const plan = await expireBackups(stored.systems);
    expect(plan.stops).toEqual([{ database: 'lifebook', expiring: 5, of: 8 }]);
    expect(Object.values(await statesOf())).toEqual(Array(8).fill('verified'));
    expect(stored.logged).toContain('retention-stopped');
  });

  it('lifts a mark again when newer backups turn out damaged', async () => {
    await putNights('24', '25');
    await stored.putBackup('nightly', OLD);
    stored.environment['RETAIN_MIN_VERIFIED'] = '2';
    await expireBackups(stored.systems);
    expect((await statesOf())[OLD]).toBe('expired');
    const damaged = { at: '2026-11-25T11:00:00.000Z', detail: 'another hash' };
    await stored.systems.backupStates.change(night('24'), (state) => ({ ...state, damaged }));
    expect((await expireBackups(stored.systems)).lift).toEqual([OLD]);
    expect(await statesOf()).toEqual({ [night('25')]: 'verified', [night('24')]: 'damaged', [OLD]: 'verified' });
    expect((await stored.tagsOf(`nightly/${OLD}.dump`))['retention']).toBe('keep');
  });
});

describe('a hold', () => {
  const order = { reason: 'a court asked' };

  it('keeps a backup, with its reason, until it is lifted', async () => {
    await putNights('23', '24', '25');
    await stored.putBackup('nightly', OLD);
    await holdBackup(stored.systems, OLD, order, 'anna');
    expect((await expireBackups(stored.systems)).expire).toEqual([]);
    expect(await readBackup(stored.systems, OLD)).toMatchObject({
      ...{ state: 'verified', hold: 'held', heldBecause: { by: 'anna', reason: 'a court asked' } },
    });
    expect((await stored.tagsOf(`nightly/${OLD}.dump`))['hold']).toBe('held');
    await releaseHold(stored.systems, OLD, 'anna');
    expect((await stored.tagsOf(`nightly/${OLD}.dump`))['hold']).toBe('none');
    expect((await expireBackups(stored.systems)).expire).toEqual([OLD]);
  });

  it('lifts the mark of an expired backup whose dump is still there', async () => {
    await putNights('23', '24', '25');
    await stored.putBackup('nightly', OLD);
    await expireBackups(stored.systems);
    await holdBackup(stored.systems, OLD, order, 'anna');
    expect(await stored.tagsOf(`nightly/${OLD}.dump`)).toMatchObject({ retention: 'keep', hold: 'held' });
    expect((await statesOf())[OLD]).toBe('verified');
  });

  it('ends at its time', async () => {
    await putNights('23', '24', '25');
    await stored.putBackup('nightly', OLD);
    await holdBackup(stored.systems, OLD, { ...order, until: '2026-11-26T00:00:00.000Z' }, 'anna');
    expect((await expireBackups(stored.systems)).expire).toEqual([]);
    stored.now = new Date('2026-11-26T00:00:01Z');
    expect((await expireBackups(stored.systems)).expire).toEqual([OLD]);
  });

  it('placed while retention runs is not lost', async () => {
    await putNights('23', '24', '25');
    await stored.putBackup('nightly', OLD);
    const { dumpStore } = stored.systems;
    const setTags = dumpStore.setTags.bind(dumpStore);
    let placed = false;
    dumpStore.setTags = async (name, tags) => {
      if (!placed) {
        placed = true;
        await holdBackup(stored.systems, OLD, order, 'anna');
      }
      await setTags(name, tags);
    };
    await expireBackups(stored.systems);
    expect(await stored.tagsOf(`nightly/${OLD}.dump`)).toMatchObject({ retention: 'keep', hold: 'held' });
    expect((await statesOf())[OLD]).toBe('verified');
  });

  it('is refused for what is not there, and for a time that has passed', async () => {
    await putNights('25');
    const refusal = (backupId: string, until?: string): Promise<unknown> =>
      holdBackup(stored.systems, backupId, { ...order, until }, 'anna').catch((error: unknown) => error);
    expect(await refusal(night('24'))).toMatchObject({ code: 'not-found' });
    expect(await refusal(night('25'), '2026-11-25T11:59:00.000Z')).toMatchObject({ code: 'invalid-request' });
    await stored.dumps.deleteBlob(`nightly/${night('25')}.dump`);
    expect(await refusal(night('25'))).toMatchObject({ code: 'backup-gone' });
  });
});

describe('a shrunken dump', () => {
  it('is flagged and pushes out nothing until somebody accepts it', async () => {
    stored.environment['RETAIN_MIN_VERIFIED'] = '1';
    stored.environment['RETAIN_NIGHTLY_DAYS'] = '1';
    await putNights('20');
    await stored.putBackup('nightly', night('25'), { rows: 50 });
    const flags = async (): Promise<boolean[]> =>
      (await listBackups(stored.systems, { limit: 10 })).items.map(({ isShrunken }) => isShrunken);
    expect(await flags()).toEqual([true, false]);
    expect((await expireBackups(stored.systems)).expire).toEqual([]);
    await acceptBackup(stored.systems, night('25'), 'half the families left', 'anna');
    expect(await flags()).toEqual([false, false]);
    expect((await expireBackups(stored.systems)).expire).toEqual([night('20')]);
    expect(await readBackup(stored.systems, night('25'))).toMatchObject({
      accepted: { by: 'anna', reason: 'half the families left' },
    });
  });
});
