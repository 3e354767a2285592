import { expect, it } from '@jest/globals';
import { otherFormat } from '../../../../shared/domain/archive/archive-format';

const tar = (name: string): Buffer => {
  const head = Buffer.alloc(512);
  head.write(name);
  head.write('ustar', 257);
  return head;
};
const packed = (hex: string): Buffer => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from([0, 1, 2, 3])]);
const pgdmp = (format: number): Buffer =>
  Buffer.concat([Buffer.from('PGDMP\x01\x10\x00\x04\x08'), Buffer.from([format])]);

it.each([
  ['a custom-format archive', pgdmp(1), undefined],
  ['a toc.dat of a directory', pgdmp(5), 'the table of contents of a directory archive of pg_dump'],
  ['a toc.dat of a tar archive', pgdmp(3), 'the table of contents of a tar archive of pg_dump'],
  ['pg_dump -Ft', tar('toc.dat'), 'a tar archive of pg_dump (--format=tar)'],
  ['another tar', tar('photos/1.jpg'), 'a tar file'],
  ['gzip', packed('1f8b0800'), 'a gzip file'],
  ['xz', packed('fd377a585a00'), 'an xz file'],
  ['zstd', packed('28b52ffd'), 'a zstd file'],
  ['zip', packed('504b0304'), 'a zip file'],
  ['pg_dump', Buffer.from('--\n-- PostgreSQL database dump\n--\n'), 'an SQL script of pg_dump (--format=plain)'],
  ['pg_dumpall', Buffer.from('--\n-- PostgreSQL database cluster dump\n--\n'), 'an SQL script of pg_dumpall'],
  ['a letter', Buffer.from('Dear family,\r\n\tgrüße'), 'a text file'],
  ['a photo', packed('ffd8ffe000104a46'), 'of a format that is not known'],
  ['nothing', Buffer.alloc(0), 'empty'],
])('knows %s by its first bytes', (_what, bytes, named) => {
  expect(otherFormat(bytes)).toBe(named);
});
