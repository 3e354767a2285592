import { Failure } from '../failure';

/** The head of a custom-format archive (ReadHead in pg_backup_archiver.c). */
export interface ArchiveHeader {
  /** '1.16' */
  readonly formatVersion: string;
  /** 'none', 'gzip', 'lz4', 'zstd'. */
  readonly compression: string;
  /** Local time of the machine that dumped, written as if it were UTC: the archive does not tell the zone. */
  readonly createdAt: string;
  readonly database: string;
  readonly serverVersion: string;
  readonly pgDumpVersion: string;
  readonly tocEntries: number;
}

const METHODS = ['none', 'gzip', 'lz4', 'zstd'];

/** From the first 4 KiB (or more). @throws Failure `archive-undecodable` */
export function readArchiveHeader(head: Uint8Array): ArchiveHeader {
  const reader = new HeadReader(head);
  if (reader.text(5) !== 'PGDMP') throw unreadable('it does not begin with PGDMP');
  const [major, minor] = [reader.byte(), reader.byte()];
  reader.byte(); // revision
  if (major !== 1 || minor < 12 || minor > 16)
    throw unreadable(`its format is ${major}.${minor}, known are 1.12 to 1.16`);
  reader.intSize = reader.byte();
  reader.byte(); // size of offsets
  if (reader.byte() !== 1) throw unreadable('it is not in the custom format');
  // from 1.15 on a byte that names the method, before that a zlib level
  const compression = minor >= 15 ? METHODS[reader.byte()] : reader.int() === 0 ? 'none' : 'gzip';
  const createdAt = readTime(reader);
  return {
    formatVersion: `${major}.${minor}`,
    compression: compression ?? 'unknown',
    createdAt,
    database: reader.string(),
    serverVersion: reader.string(),
    pgDumpVersion: reader.string(),
    tocEntries: reader.int(),
  };
}

/** A `struct tm`: months from 0, years from 1900. */
function readTime(reader: HeadReader): string {
  const [second, minute, hour, day, month, year] = [0, 1, 2, 3, 4, 5].map(() => reader.int());
  reader.int(); // summer time
  const time = Date.UTC((year ?? 0) + 1900, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0);
  if (Number.isNaN(new Date(time).getTime())) throw unreadable('its creation time is impossible');
  return new Date(time).toISOString();
}

class HeadReader {
  intSize = 4;
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw unreadable('it ends within its head');
    return value;
  }

  /** A sign byte, then the magnitude, least byte first. */
  int(): number {
    const isNegative = this.byte() !== 0;
    let value = 0;
    for (let index = 0; index < this.intSize; index++) value += this.byte() * 256 ** index;
    return isNegative ? -value : value;
  }

  text(length: number): string {
    if (length < 0 || this.at + length > this.bytes.length) throw unreadable('it ends within its head');
    const text = new TextDecoder().decode(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }

  /** A length, then bytes; a negative length is a null pointer. */
  string(): string {
    const length = this.int();
    return length < 0 ? '' : this.text(length);
  }
}

const unreadable = (why: string): Failure => new Failure('archive-undecodable', `the archive cannot be read: ${why}`);
