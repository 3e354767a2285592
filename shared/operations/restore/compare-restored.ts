import { compareLists, type ListEntry } from '../../domain/archive/archive-list';
import { type CatalogTable, chosenTables, tableKey } from '../../domain/backup/compare-contents';
import { Failure } from '../../domain/failure';
import type { Manifest, TableContents } from '../../domain/backup/manifest';
import { quoteQualifiedName } from '../../domain/sql-names';
import type { PgConnection } from '../../domain/pg-connection';
import type { ToolSet } from '../../systems/pg-tools/pg-tools';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';
import { readListOfDatabase } from '../archive/read-list';

type Needs = Pick<Systems, 'pgServer' | 'pgTools'>;

/** What was found equal; a difference is a failure. */
export interface Compared {
  readonly tables: number;
  readonly rows: number;
  /** Tables whose checksums were compared: those that have one in the manifest. */
  readonly checksums: number;
  /** Entries of the archive's table of contents that a dump of the restored database has too. */
  readonly schemaEntries: number;
}

export interface Expected {
  readonly manifest: Manifest;
  /** Only these tables were restored; null: all. */
  readonly tables: readonly CatalogTable[] | null;
  /** Entries of the archive that were restored. */
  readonly entries: readonly ListEntry[];
  readonly missingRoles: readonly string[];
}

const NAMED_DIFFERENCES = 20;

/**
 * Compares a restored database with its manifest and with the archive's table of contents: the rows of every table, its
 * checksum where the manifest has one, large objects, and everything that a schema consists of.
 *
 * @throws Failure `restore-differs`, naming the first 20 differences
 */
export async function compareRestored(
  systems: Needs,
  run: JobRun,
  tools: ToolSet,
  connection: PgConnection,
  expected: Expected,
): Promise<Compared> {
  const tables = chosenTables(expected.manifest.contents.tables, expected.tables);
  const rows = await compareRows(systems, run, connection, expected, tables);
  const restored = await readListOfDatabase(systems, run, tools, connection);
  const schema = compareLists(expected.entries, restored, {
    missingRoles: expected.missingRoles,
    restoredBy: connection.user,
  });
  const differences = [...rows, ...schema];
  if (differences.length > 0) throw differs(differences);
  return {
    tables: tables.length,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    checksums: tables.filter(({ checksum }) => checksum !== undefined).length,
    schemaEntries: restored.length,
  };
}

async function compareRows(
  systems: Needs,
  run: JobRun,
  connection: PgConnection,
  { manifest, tables: chosen }: Expected,
  tables: readonly TableContents[],
): Promise<string[]> {
  const withChecksum = tables.filter(({ checksum }) => checksum !== undefined);
  const options = { checksums: withChecksum.length > 0 };
  const snapshot = await systems.pgServer.openSnapshot(connection, options, run.signal);
  try {
    run.progress({ message: 'counting rows' });
    const found = (await snapshot.readContents()).largeObjects;
    const counts = await snapshot.rowCounts(tables, run.signal);
    run.progress({ message: 'computing checksums' });
    const checksums = await snapshot.checksums(withChecksum, run.signal);
    const { largeObjects } = manifest.contents;
    return [
      ...tables.flatMap((table) => compareTable(table, counts.get(tableKey(table)), checksums.get(tableKey(table)))),
      ...(chosen === null && found !== largeObjects
        ? [`the database has ${found} large objects, the archive ${largeObjects}`]
        : []),
    ];
  } finally {
    await snapshot.close();
  }
}

function compareTable(table: TableContents, rows: number | undefined, checksum: string | undefined): string[] {
  const name = quoteQualifiedName(table);
  if (rows !== table.rows) return [`table ${name} has ${rows ?? 'no'} rows, the manifest says ${table.rows}`];
  if (checksum !== table.checksum) return [`table ${name} has as many rows as the manifest says, with other contents`];
  return [];
}

export function differs(differences: readonly string[]): Failure {
  const rest = differences.length - NAMED_DIFFERENCES;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return new Failure('restore-differs', differences.slice(0, NAMED_DIFFERENCES).join('; ') + more);
}
