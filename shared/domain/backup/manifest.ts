/** The manifest: the commit record of a backup (docs/format.md). All times ISO 8601 UTC, sizes in bytes. */
export const MANIFEST_VERSION = 1;

export const BACKUP_KINDS = ['nightly', 'pre-release', 'manual', 'safety', 'pitr'] as const;
export type BackupKind = (typeof BACKUP_KINDS)[number];

export interface TableContents {
  readonly schema: string;
  readonly name: string;
  /** Counted in the archive, not in the database. */
  readonly rows: number;
  /** Of the rows as COPY text, uncompressed; absent where a backup was taken before this was counted. */
  readonly bytes?: number;
  /** Order-free checksum of each row's text, taken in the dump's own snapshot; there with TABLE_CHECKSUMS=true. */
  readonly checksum?: string;
}

/** Something that the database has and a dump cannot hold by nature. */
export interface NotIncluded {
  /** A stable word: `foreign-table-data`, `subscription`, `user-mapping-options`, `globals` … */
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
}

export interface DatabaseSetting {
  /** null: `ALTER DATABASE … SET`; a name: `ALTER ROLE … IN DATABASE … SET`. */
  readonly role: string | null;
  readonly name: string;
  readonly value: string;
}

export interface DatabaseProperties {
  /** null: nobody recorded it (adopted dumps). */
  readonly owner: string | null;
  readonly encoding: string;
  readonly locale: {
    readonly provider: string;
    readonly collate: string | null;
    readonly ctype: string | null;
    /** ICU or builtin locale. */
    readonly locale: string | null;
  };
  /** `datacl` as PostgreSQL prints it; null: the default. */
  readonly acl: string | null;
  /** -1: no limit. */
  readonly connectionLimit: number;
  readonly comment: string | null;
  readonly settings: readonly DatabaseSetting[];
}

export interface Release {
  readonly version: string;
  readonly commit?: string;
}

export interface Manifest {
  readonly manifestVersion: number;
  readonly backupId: string;
  readonly kind: BackupKind;
  readonly jobId: string;
  /** The configured name; `database` is the real one. The server's host is null where nobody recorded it. */
  readonly name: string;
  readonly database: string;
  readonly server: { readonly host: string | null; readonly version: string; readonly major: number };
  readonly tool: { readonly pgDump: string; readonly major: number; readonly compression: string };
  readonly source: 'live' | 'clone' | 'previous' | 'adopted';
  readonly startedAt: string;
  readonly snapshotAt: string;
  readonly finishedAt: string;
  readonly dump: { readonly blob: string; readonly sizeBytes: number; readonly sha256: string };
  readonly globals?: { readonly blob: string; readonly sizeBytes: number; readonly sha256: string };
  readonly contents: {
    readonly tables: readonly TableContents[];
    readonly tocEntries: number;
    readonly extensions: readonly { readonly name: string; readonly version: string }[];
    readonly largeObjects: number;
    readonly sequences: number;
    readonly notIncluded: readonly NotIncluded[];
  };
  readonly databaseProperties: DatabaseProperties;
  readonly schemaRevision: { readonly source: string; readonly value: string } | null;
  readonly release: Release | null;
  readonly runningRelease: Release | null;
  readonly verification: { readonly level: 'fully-decoded'; readonly verifiedAt: string; readonly toolMajor: number };
}
