import type { SourcePackage } from '../../../../infra/pgtools/apt-output';
import {
  acceptedVersions,
  addListedVersions,
  parseSourcesLock,
  readSourcesLock,
  unknownVersions,
  type SourcesLock,
} from '../../../../infra/pgtools/sources-lock';

function source(version: string, digit = 'a'): SourcePackage {
  const sha256 = digit.repeat(64);
  const names = [`pg_${version}.debian.tar.xz`, `pg_${version}.dsc`, `pg_${version}.orig.tar.bz2`];
  return { version, files: names.map((name) => ({ name, sha256, sizeBytes: 1 })) };
}

const LOCK: SourcesLock = {
  lockVersion: 1,
  majors: { '17': [source('17.9-0+deb13u1'), source('17.11-0+deb13u1')], '18': [] },
  refused: { '18.1': 'it loses the positions of sequences' },
};

describe('the lock of accepted sources', () => {
  it('gives accepted versions the newest first, and none of a major that it does not know', () => {
    expect(acceptedVersions(LOCK, 17).map(({ version }) => version)).toEqual(['17.11-0+deb13u1', '17.9-0+deb13u1']);
    expect(acceptedVersions(LOCK, 16)).toEqual([]);
  });

  it('names listed versions that it neither accepts nor refuses', () => {
    const listed = [source('17.11-0+deb13u1'), source('17.12-0+deb13u1'), source('18.1-2')];
    expect(unknownVersions(LOCK, 17, listed)).toEqual([source('17.12-0+deb13u1')]);
  });

  it('adds listed versions, and never changes the hash under a version that it has', () => {
    const update = addListedVersions(LOCK, 17, [source('17.11-0+deb13u1', 'b'), source('17.12-0+deb13u1')]);
    expect(update.added).toEqual(['17.12-0+deb13u1']);
    expect(update.lock.majors['17']).toEqual([
      source('17.12-0+deb13u1'),
      source('17.11-0+deb13u1'),
      source('17.9-0+deb13u1'),
    ]);
  });

  it('never adds a version that is known to be bad, whatever its Debian revision', () => {
    const update = addListedVersions(LOCK, 18, [source('18.1-1'), source('18.1-2'), source('18.6-3')]);
    expect(update.refused).toEqual(['18.1-1', '18.1-2']);
    expect(update.added).toEqual(['18.6-3']);
  });

  it('leaves a major out that nobody lists', () => {
    expect(addListedVersions(LOCK, 16, []).lock).toEqual(LOCK);
  });

  it.each([
    ['a refused version', { ...LOCK, majors: { '18': [source('18.1-2')] } }, /which is refused: it loses/],
    [
      'a version under another major',
      { ...LOCK, majors: { '17': [source('18.6-3')] } },
      /18\.6-3 among the versions of 17/,
    ],
    ['a missing hash', { ...LOCK, majors: { '17': [source('17.11-1', '')] } }, /a sha256 each/],
    ['a missing tarball', { ...LOCK, majors: { '17': [{ version: '17.11-1', files: [] }] } }, /two tarballs/],
    ['another format', { ...LOCK, lockVersion: 2 }, /lacks lockVersion 1/],
  ])('cannot be used with %s', (_what, lock, message) => {
    expect(() => parseSourcesLock(JSON.stringify(lock))).toThrow(message);
  });

  it('is committed in a state that can be used, with sources of 17 and 18', () => {
    const lock = readSourcesLock();
    expect(acceptedVersions(lock, 17)).not.toHaveLength(0);
    expect(acceptedVersions(lock, 18)).not.toHaveLength(0);
    expect(lock.refused['18.1']).toBe('its pg_dump loses the positions of sequences (fixed in 18.2)');
  });
});
