import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readIntactManifest, TOOL_NAMES, writeManifest } from '../../../../infra/pgtools/manifest';

describe('the manifest of a build', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgtools-manifest-'));
    mkdirSync(join(folder, 'bin'));
    for (const name of TOOL_NAMES) writeFileSync(join(folder, 'bin', name), `the program ${name}`, { mode: 0o755 });
    writeManifest(folder, 17, '17.11-0+deb13u1', { pg_dump: 'pg_dump (PostgreSQL) 17.11' });
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('describes versions, compression and binaries', () => {
    expect(readIntactManifest(folder, 17)).toMatchObject({
      manifestVersion: 1,
      major: 17,
      version: '17.11',
      sourceVersion: '17.11-0+deb13u1',
      platform: 'linux-x64',
      compression: ['gzip', 'lz4', 'zstd'],
      binaries: {
        pg_dump: {
          version: 'pg_dump (PostgreSQL) 17.11',
          sha256: '59e4d547d0cb9195236039e8bb20e2ab72ef9f51e98c591def79c9d3911d6c94',
          sizeBytes: 19,
        },
      },
    });
  });

  it('has no zstd before 16', () => {
    writeManifest(folder, 15, '15.18-0+deb12u1', {});
    expect(readIntactManifest(folder, 15)?.compression).toEqual(['gzip']);
  });

  it('is not intact when a binary has changed', () => {
    writeFileSync(join(folder, 'bin', 'psql'), 'something else');
    expect(readIntactManifest(folder, 17)).toBeUndefined();
  });

  it('is not intact when a binary cannot be executed', () => {
    chmodSync(join(folder, 'bin', 'psql'), 0o644);
    expect(readIntactManifest(folder, 17)).toBeUndefined();
  });

  it('is not intact when a binary is missing, or the manifest is, or it is of another major', () => {
    expect(readIntactManifest(folder, 18)).toBeUndefined();
    rmSync(join(folder, 'bin', 'pg_dumpall'));
    expect(readIntactManifest(folder, 17)).toBeUndefined();
    rmSync(join(folder, 'manifest.json'));
    expect(readIntactManifest(folder, 17)).toBeUndefined();
  });

  it.each(['{"manifestVersion":1,', 'null', '{"manifestVersion":2}'])('is not intact when it says %s', (text) => {
    writeFileSync(join(folder, 'manifest.json'), text);
    expect(readIntactManifest(folder, 17)).toBeUndefined();
  });
});
