/** Magic bytes at the start of what people store as a dump. */
const PACKED: readonly (readonly [string, string])[] = [
  ['1f8b', 'a gzip file'],
  ['425a68', 'a bzip2 file'],
  ['fd377a585a00', 'an xz file'],
  ['28b52ffd', 'a zstd file'],
  ['04224d18', 'an lz4 file'],
  ['504b0304', 'a zip file'],
  ['377abcaf271c', 'a 7z file'],
];
/** Formats in pg_dump's head (pg_backup_archiver.h). */
const CUSTOM = 1;
const OTHER_ARCHIVES: Readonly<Record<number, string>> = {
  3: 'the table of contents of a tar archive of pg_dump',
  5: 'the table of contents of a directory archive of pg_dump',
};

/** What a blob is by its first bytes (512 or more), when it is no custom-format archive; undefined when it is one. */
export function otherFormat(start: Uint8Array): string | undefined {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (bytes.length === 0) return 'empty';
  const head = bytes.toString('latin1', 0, 4096);
  if (head.startsWith('PGDMP')) {
    const format = bytes[10] ?? 0;
    return format === CUSTOM ? undefined : (OTHER_ARCHIVES[format] ?? 'an archive of an unknown format of pg_dump');
  }
  if (head.slice(257, 262) === 'ustar' || head.startsWith('toc.dat\0')) {
    return head.startsWith('toc.dat\0') ? 'a tar archive of pg_dump (--format=tar)' : 'a tar file';
  }
  const packed = PACKED.find(([magic]) => bytes.subarray(0, magic.length / 2).toString('hex') === magic);
  if (packed !== undefined) return packed[1];
  if (/^--\r?\n-- PostgreSQL database cluster dump/.test(head)) return 'an SQL script of pg_dumpall';
  if (/^--\r?\n-- PostgreSQL database dump/.test(head)) return 'an SQL script of pg_dump (--format=plain)';
  // eslint-disable-next-line no-control-regex -- control characters are what tells bytes from text
  return /[\x00-\x08\x0e-\x1f]/.test(head) ? 'of a format that is not known' : 'a text file';
}
