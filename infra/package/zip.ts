import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);

export interface ZipEntry {
  /** Path inside the archive, with `/`. */
  readonly name: string;
  readonly content: Buffer;
  readonly isExecutable: boolean;
}

/** 1 January 1980, the first day that a zip knows: an archive of the same files is the same, whenever it is made. */
const DOS_DATE = 0x0021;
const UTF8_NAME = 0x0800;
const DEFLATE = 8;
/** Made by UNIX, so that the upper half of the external attributes is read as a file mode. */
const MADE_BY = (3 << 8) | 20;

/**
 * A zip archive of these entries, sorted by name. Node has zlib and no zip; this is the part of the format that
 * deployment packages need (APPNOTE 6.3: no encryption, no zip64, below 4 GiB and 65,535 entries).
 */
export async function zip(entries: readonly ZipEntry[]): Promise<Buffer> {
  const sorted = [...entries].sort((one, other) => (one.name < other.name ? -1 : 1));
  const contents = await Promise.all(sorted.map(({ content }) => deflate(content)));
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [index, entry] of sorted.entries()) {
    const packed = contents[index] ?? Buffer.alloc(0);
    const name = Buffer.from(entry.name);
    const common = commonHeader(entry, packed, name);
    const local = Buffer.concat([uint32(0x04034b50), common, name]);
    directory.push(directoryEntry(entry, common, name, offset));
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...parts, central, endRecord(sorted.length, central.length, offset)]);
}

/** What a local header and its entry in the directory both say, from "version needed" on. */
function commonHeader(entry: ZipEntry, packed: Buffer, name: Buffer): Buffer {
  return Buffer.concat([
    ...[20, UTF8_NAME, DEFLATE, 0, DOS_DATE].map(uint16),
    ...[crc32(entry.content), packed.length, entry.content.length].map(uint32),
    ...[name.length, 0].map(uint16),
  ]);
}

function directoryEntry({ isExecutable }: ZipEntry, common: Buffer, name: Buffer, offset: number): Buffer {
  const mode = 0o100000 | (isExecutable ? 0o755 : 0o644);
  return Buffer.concat([
    uint32(0x02014b50),
    uint16(MADE_BY),
    common,
    ...[0, 0, 0].map(uint16), // comment, disk, internal attributes
    uint32((mode << 16) >>> 0),
    uint32(offset),
    name,
  ]);
}

function endRecord(count: number, sizeBytes: number, offset: number): Buffer {
  return Buffer.concat([
    uint32(0x06054b50),
    ...[0, 0, count, count].map(uint16),
    ...[sizeBytes, offset].map(uint32),
    uint16(0),
  ]);
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
