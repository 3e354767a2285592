import { backupBlobs, databaseOfBackup } from './backup-name';
import { Failure } from '../failure';
import { type BackupKind, type Manifest, MANIFEST_VERSION } from './manifest';

/** Says what is wrong with a value, or undefined. */
type Rule = (value: unknown) => string | undefined;

const rule =
  (isRight: (value: unknown) => boolean, wanted: string): Rule =>
  (value) =>
    isRight(value) ? undefined : `is not ${wanted}`;

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const text = rule(isText, 'a text');
const optionalText = rule((value) => value === null || typeof value === 'string', 'a text or null');
const count = rule((value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a whole number');
const integer = rule((value) => Number.isSafeInteger(value), 'an integer');
const major = rule((value) => Number.isSafeInteger(value) && Number(value) > 0, 'a version');
const sha256 = rule((value) => typeof value === 'string', 'a hash');
const time = rule((value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)), 'a time');
const source = rule((value) => ['live', 'clone', 'previous', 'adopted'].includes(String(value)), 'a known source');

const object =
  (fields: Readonly<Record<string, Rule>>): Rule =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not an object';
    for (const [name, check] of Object.entries(fields)) {
      const problem = check((value as Readonly<Record<string, unknown>>)[name]);
      if (problem !== undefined) return problem.startsWith('is ') ? `${name} ${problem}` : `${name}.${problem}`;
    }
    return undefined;
  };

const list =
  (item: Rule): Rule =>
  (value) => {
    if (!Array.isArray(value)) return 'is not a list';
    const problem = value.map(item).find((found) => found !== undefined);
    return problem === undefined ? undefined : `is not right: an entry's ${problem}`;
  };

const orNull =
  (check: Rule): Rule =>
  (value) =>
    value === null ? undefined : check(value);
const optional =
  (check: Rule): Rule =>
  (value) =>
    value === undefined ? undefined : check(value);

const blob = object({ blob: text, sizeBytes: count, sha256 });
const release = orNull(object({ version: text }));

/** What the app acts on; fields that it does not know are ignored. */
const MANIFEST = object({
  ...{ backupId: text, kind: text, jobId: text, name: text, database: text },
  server: object({ host: optionalText, version: text, major }),
  tool: object({ pgDump: text, major, compression: text }),
  ...{ source, startedAt: time, snapshotAt: time, finishedAt: time },
  ...{ dump: blob, globals: optional(blob) },
  contents: object({
    tables: list(object({ schema: text, name: text, rows: count, bytes: optional(count), checksum: optional(text) })),
    extensions: list(object({ name: text, version: text })),
    ...{ tocEntries: count, largeObjects: count, sequences: count },
    notIncluded: list(object({ kind: text, name: rule((value) => typeof value === 'string', 'a text'), reason: text })),
  }),
  databaseProperties: object({
    ...{ owner: optionalText, encoding: text, acl: optionalText, connectionLimit: integer, comment: optionalText },
    locale: object({ provider: text, collate: optionalText, ctype: optionalText, locale: optionalText }),
    settings: list(
      object({ role: optionalText, name: text, value: rule((value) => typeof value === 'string', 'a text') }),
    ),
  }),
  schemaRevision: orNull(object({ source: text, value: text })),
  ...{ release, runningRelease: release },
});

/**
 * The manifest of a backup from the text that is stored under its name, to act on. One that was damaged, written by hand
 * or copied from another backup is none: what it says would restore something else than its name promises.
 *
 * @throws Failure `manifest-unreadable`; `manifest-too-new` for one that may be shown and not acted on
 */
export function readManifest(stored: string, kind: BackupKind, backupId: string): Manifest {
  const found = parse(stored);
  const version: unknown = (found as { manifestVersion?: unknown } | null | undefined)?.manifestVersion;
  if (typeof version === 'number' && version > MANIFEST_VERSION) {
    const detail = `the manifest of ${backupId} has version ${version}; this app knows ${MANIFEST_VERSION}`;
    throw new Failure('manifest-too-new', detail);
  }
  const problem = version === MANIFEST_VERSION ? MANIFEST(found) : 'has no manifestVersion that this app knows';
  if (problem !== undefined) throw unreadable(backupId, problem);
  const manifest = found as Manifest;
  const strange = strangeName(manifest, kind, backupId);
  if (strange !== undefined) throw unreadable(backupId, strange);
  return manifest;
}

const UNUSABLE: readonly string[] = ['manifest-unreadable', 'manifest-too-new'];

/** The same where one of many must not be in the way of the others: undefined when it cannot be acted on. */
export function usableManifest(stored: string, kind: BackupKind, backupId: string): Manifest | undefined {
  try {
    return readManifest(stored, kind, backupId);
  } catch (error) {
    if (error instanceof Failure && UNUSABLE.includes(error.code)) return undefined;
    throw error;
  }
}

function parse(stored: string): unknown {
  try {
    return JSON.parse(stored) as unknown;
  } catch {
    return undefined;
  }
}

/** An adopted dump lies where it lay before; every other backup's blobs have its own name. */
function strangeName({ dump, globals, ...manifest }: Manifest, kind: BackupKind, backupId: string): string | undefined {
  const blobs = backupBlobs(kind, backupId);
  if (manifest.backupId !== backupId || manifest.kind !== kind) return `is that of ${manifest.backupId}`;
  if (manifest.name !== databaseOfBackup(backupId)) return `is of the database ${manifest.name}`;
  if (manifest.source !== 'adopted' && dump.blob !== blobs.dump) return `names ${dump.blob} as its dump`;
  if (globals !== undefined && globals.blob !== blobs.globals) return `names ${globals.blob} as its roles`;
  return undefined;
}

const unreadable = (backupId: string, problem: string): Failure =>
  new Failure('manifest-unreadable', `the manifest of ${backupId} ${problem}`);
