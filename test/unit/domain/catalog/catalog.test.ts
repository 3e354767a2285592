import { describe, expect, it } from '@jest/globals';
import { readCatalog, type StoredBlob } from '../../../../shared/domain/catalog/catalog';

const now = new Date('2026-11-23T12:00:00Z');
const ID = 'lifebook_backup_20261122_0200';
const blob = (name: string, changes: Partial<StoredBlob> = {}): StoredBlob => ({
  name,
  sizeBytes: 100,
  modifiedAt: '2026-11-22T02:01:00.000Z',
  metadata: { jobid: 'j' },
  tags: { retention: 'keep', hold: 'none', state: 'verified' },
  ...changes,
});
const manifest = (changes: Partial<StoredBlob> = {}): StoredBlob =>
  blob(`nightly/${ID}.manifest.json`, {
    sizeBytes: 5,
    metadata: {
      jobid: 'j',
      dumpblob: `nightly/${ID}.dump`,
      snapshotat: '2026-11-22T02:00:01.000Z',
      finishedat: '2026-11-22T02:00:59.000Z',
      rows: '7',
      release: '1.42.0',
      manifestversion: '1',
      sizebytes: '100',
      sha256: 'ab',
      source: 'live',
    },
    ...changes,
  });
const states = (...blobs: StoredBlob[]): string[] =>
  readCatalog(blobs, new Map(), now).map(({ backupId, blob: name, state }) => `${backupId ?? name} ${state}`);

describe('the catalog', () => {
  it('lists a backup by its manifest, once', () => {
    const dump = blob(`nightly/${ID}.dump`);
    const globals = blob(`nightly/${ID}.globals.sql`);
    expect(readCatalog([dump, globals, manifest()], new Map(), now)).toEqual([
      {
        backupId: ID,
        kind: 'nightly',
        database: 'lifebook',
        state: 'verified',
        hold: 'none',
        snapshotAt: '2026-11-22T02:00:01.000Z',
        finishedAt: '2026-11-22T02:00:59.000Z',
        sizeBytes: 100,
        rows: 7,
        sha256: 'ab',
        source: 'live',
        release: '1.42.0',
        manifestVersion: 1,
        blob: `nightly/${ID}.dump`,
        isIntact: true,
      },
    ]);
  });

  it('never lists a dump of ours without a manifest', () => {
    expect(states(blob(`nightly/${ID}.dump`), blob(`nightly/${ID}.globals.sql`))).toEqual([]);
  });

  it('believes the manifest, not tags that lag behind', () => {
    const dump = blob(`nightly/${ID}.dump`, { tags: { state: 'unverified', retention: 'keep' } });
    expect(states(dump, manifest({ tags: {} }))).toEqual([`${ID} verified`]);
  });

  it('says when the dump is gone, of another size, or expired', () => {
    expect(states(manifest())).toEqual([`${ID} missing`]);
    expect(states(manifest(), blob(`nightly/${ID}.dump`, { sizeBytes: 99 }))).toEqual([`${ID} damaged`]);
    expect(states(manifest({ tags: { retention: 'expired' } }))).toEqual([`${ID} expired`]);
  });

  it("shows blobs that are none of ours as foreign, even under a backup's kind of name", () => {
    const old = blob('lifebook_backup_20200101.dump', { metadata: {}, tags: {} });
    const copied = blob(`manual/${ID}.dump`, { metadata: {}, tags: {} });
    expect(states(old, copied)).toEqual([`manual/${ID}.dump foreign`, 'lifebook_backup_20200101.dump foreign']);
  });

  it('does not call an adopted dump foreign: its manifest names it', () => {
    const old = blob('old.dump', { metadata: {} });
    const adopted = manifest({ metadata: { jobid: 'j', dumpblob: 'old.dump', sizebytes: '100', source: 'adopted' } });
    expect(states(old, adopted)).toEqual([`${ID} verified`]);
  });
});
