export interface ArchiveHeader {
  /** '1.16' */
  readonly formatVersion: string;
  /** 'none', 'gzip', 'lz4', 'zstd'. */
  readonly compression: string;
  readonly database: string;
  readonly serverVersion: string;
  readonly pgDumpVersion: string;
  readonly tocEntries: number;
}

/** From the first 4 KiB (or more) of a custom-format archive. */
export function readArchiveHeader(_head: Uint8Array): ArchiveHeader {
  throw new Error('not yet');
}
