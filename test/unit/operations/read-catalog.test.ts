import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredBlob } from '../../../shared/domain/catalog/catalog';
import { catalogAgeMs, catalogReading, readWholeCatalog } from '../../../shared/operations/catalog/read-catalog';
import type { Systems } from '../../../shared/systems/systems';

let listings = 0;
let now = 0;
let isDown = false;
let systems: Pick<Systems, 'backupStates' | 'clock' | 'dumpStore'>;

beforeEach(() => {
  [listings, now, isDown] = [0, Date.parse('2026-11-25T12:00:00Z'), false];
  systems = {
    clock: { now: () => new Date(now) },
    backupStates: { readMany: () => Promise.resolve(new Map()) },
    dumpStore: { list },
  } as unknown as typeof systems;
});

async function* list(): AsyncIterable<StoredBlob> {
  listings += 1;
  if (isDown) throw new Error('the storage is down');
  yield* await Promise.resolve([]);
}

describe('the whole catalog', () => {
  it('is read anew for everybody who does not say how old it may be', async () => {
    await readWholeCatalog(systems);
    await readWholeCatalog(systems);
    expect(listings).toBe(2);
  });

  it('is read once for those who ask together and take what is a minute old', async () => {
    await Promise.all([readWholeCatalog(systems, 60_000), readWholeCatalog(systems, 60_000)]);
    now += 59_999;
    await readWholeCatalog(systems, 60_000);
    expect([listings, catalogAgeMs(systems, 60_000)]).toEqual([1, 59_999]);
    now += 1;
    expect(catalogAgeMs(systems, 60_000)).toBe(0);
    await readWholeCatalog(systems, 60_000);
    expect(listings).toBe(2);
  });

  it('is as new as the last reading, whoever asked for it', async () => {
    await readWholeCatalog(systems, 60_000);
    now += 30_000;
    await readWholeCatalog(systems);
    now += 30_000;
    expect(catalogAgeMs(systems, 60_000)).toBe(30_000);
    await readWholeCatalog(systems, 60_000);
    expect(listings).toBe(2);
  });

  it('is there in its parts, of which one may fail', async () => {
    systems.backupStates.readMany = () => Promise.reject(new Error('the state container is down'));
    const { blobs, states, catalog } = catalogReading(systems, 60_000);
    await expect(blobs).resolves.toEqual([]);
    for (const part of [states, catalog]) await expect(part).rejects.toThrow('the state container is down');
    expect(catalogAgeMs(systems, 60_000)).toBe(0);
  });

  it('keeps no failure', async () => {
    isDown = true;
    await expect(readWholeCatalog(systems, 60_000)).rejects.toThrow('the storage is down');
    isDown = false;
    await expect(readWholeCatalog(systems, 60_000)).resolves.toMatchObject({ entries: [] });
  });
});
