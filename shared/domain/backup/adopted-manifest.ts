import type { ArchiveHeader } from '../archive/archive-header';
import type { ArchiveScriptContents } from '../archive/archive-script';
import { type BackupKind, type Manifest, MANIFEST_VERSION } from './manifest';

/** Adopted backups are listed among the manual ones. */
export const ADOPTED_KIND: BackupKind = 'manual';

/** What one read of a foreign archive has told. */
export interface AdoptedArchive {
  readonly backupId: string;
  readonly jobId: string;
  /** Configured name of the database that it is taken for. */
  readonly name: string;
  readonly blob: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** When the blob was last written, ISO 8601 UTC. */
  readonly storedAt: string;
  readonly header: ArchiveHeader;
  readonly contents: ArchiveScriptContents;
  readonly encoding: string;
  readonly extensions: readonly string[];
  readonly verifiedAt: string;
  readonly toolMajor: number;
}

/**
 * The manifest of a foreign archive. It says what the archive says of itself and leaves open what nobody recorded: the
 * server's host, the owner, versions of extensions.
 */
export function adoptedManifest(archive: AdoptedArchive): Manifest {
  const { header, contents } = archive;
  const createdAt = archiveTime(archive);
  return {
    manifestVersion: MANIFEST_VERSION,
    backupId: archive.backupId,
    kind: ADOPTED_KIND,
    jobId: archive.jobId,
    name: archive.name,
    database: header.database,
    server: { host: null, ...serverOf(header) },
    tool: { pgDump: header.pgDumpVersion, major: majorOf(header.pgDumpVersion), compression: header.compression },
    source: 'adopted',
    startedAt: createdAt,
    snapshotAt: createdAt,
    finishedAt: archive.verifiedAt,
    dump: { blob: archive.blob, sizeBytes: archive.sizeBytes, sha256: archive.sha256 },
    contents: {
      tables: contents.tables.map(({ schema, name, rows, bytes }) => ({ schema, name, rows, bytes })),
      tocEntries: header.tocEntries,
      extensions: archive.extensions.map((name) => ({ name, version: 'unknown' })),
      largeObjects: contents.largeObjects,
      sequences: contents.sequences,
      notIncluded: [
        { kind: 'catalog', name: header.database, reason: 'nobody compared the archive with its database' },
        { kind: 'globals', name: 'roles', reason: 'the archive came without them' },
      ],
    },
    databaseProperties: {
      owner: null,
      encoding: archive.encoding,
      locale: { provider: 'libc', collate: null, ctype: null, locale: null },
      acl: null,
      connectionLimit: -1,
      comment: null,
      settings: [],
    },
    schemaRevision: null,
    release: null,
    runningRelease: null,
    verification: { level: 'fully-decoded', verifiedAt: archive.verifiedAt, toolMajor: archive.toolMajor },
  };
}

/**
 * The header has the local time of the machine that dumped, without its zone: taken as UTC, and never later than the
 * blob itself.
 */
function archiveTime({ header, storedAt }: AdoptedArchive): string {
  return header.createdAt < storedAt ? header.createdAt : storedAt;
}

/** `17.5 (Debian 17.5-1)` is 17.5. */
function serverOf({ serverVersion }: ArchiveHeader): { version: string; major: number } {
  const version = serverVersion.split(' ')[0] ?? '';
  return { version, major: majorOf(version) };
}

export const majorOf = (version: string): number => Number(/^\d+/.exec(version)?.[0] ?? 0);
