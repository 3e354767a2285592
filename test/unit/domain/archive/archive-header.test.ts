import { readArchiveHeader } from '../../../../shared/domain/archive/archive-header';
import { Failure } from '../../../../shared/domain/failure';

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(5);
  bytes[0] = value < 0 ? 1 : 0;
  bytes.writeUInt32LE(Math.abs(value), 1);
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([int(Buffer.byteLength(value)), Buffer.from(value)]);

/** As WriteHead in pg_backup_archiver.c writes it; `compression` is a byte from 1.15 on, before that an integer. */
function archive(minor: number, compression: Buffer, format = 1): Buffer {
  return Buffer.concat([
    Buffer.from('PGDMP'),
    Buffer.from([1, minor, 0, 4, 8, format]),
    compression,
    ...[59, 30, 2, 22, 10, 126, 0].map(int),
    text('life "book"'),
    text('17.5 (Debian 17.5-1)'),
    text('17.11'),
    int(1234),
    Buffer.alloc(100, 7),
  ]);
}

function failureOf(bytes: Uint8Array): string {
  try {
    readArchiveHeader(bytes);
  } catch (error) {
    if (error instanceof Failure) return `${error.code}: ${error.detail}`;
    throw error;
  }
  return 'none';
}

describe('reading the head of an archive', () => {
  it('tells format, compression, versions and the number of entries', () => {
    expect(readArchiveHeader(archive(16, Buffer.from([3])))).toEqual({
      formatVersion: '1.16',
      compression: 'zstd',
      createdAt: '2026-11-22T02:30:59.000Z',
      database: 'life "book"',
      serverVersion: '17.5 (Debian 17.5-1)',
      pgDumpVersion: '17.11',
      tocEntries: 1234,
    });
  });

  it('reads a method from 1.15 on and a level before', () => {
    const compressionOf = (minor: number, bytes: Buffer): string =>
      readArchiveHeader(archive(minor, bytes)).compression;
    expect([0, 1, 2, 3, 9].map((method) => compressionOf(15, Buffer.from([method])))).toEqual([
      'none',
      'gzip',
      'lz4',
      'zstd',
      'unknown',
    ]);
    expect([-1, 0, 6].map((level) => compressionOf(14, int(level)))).toEqual(['gzip', 'none', 'gzip']);
    expect(compressionOf(12, int(-1))).toBe('gzip');
  });

  it('reads a string that is not there as empty', () => {
    const known = archive(16, Buffer.from([1]));
    const without = Buffer.concat([known.subarray(0, 47), int(-1), known.subarray(47 + text('life "book"').length)]);
    expect(readArchiveHeader(without)).toMatchObject({ database: '', pgDumpVersion: '17.11', tocEntries: 1234 });
  });

  it('refuses anything that ends within the head, at whatever byte', () => {
    const whole = archive(16, Buffer.from([1]));
    const headBytes = whole.length - 100;
    const lengths = Array.from({ length: headBytes }, (_, length) => length);
    expect(lengths.filter((length) => !failureOf(whole.subarray(0, length)).startsWith('archive-undecodable'))).toEqual(
      [],
    );
    expect(failureOf(whole.subarray(0, headBytes))).toBe('none');
  });

  it('refuses other files, other versions and other formats', () => {
    expect(failureOf(Buffer.from('-- PostgreSQL database dump'))).toMatch(/does not begin with PGDMP/);
    expect(failureOf(archive(11, int(1)))).toMatch(/its format is 1\.11/);
    expect(failureOf(archive(17, Buffer.from([1])))).toMatch(/its format is 1\.17/);
    expect(failureOf(archive(16, Buffer.from([1]), 3))).toMatch(/not in the custom format/);
  });
});
