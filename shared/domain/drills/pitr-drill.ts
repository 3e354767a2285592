import { type CatalogTable, tableKey } from '../backup/compare-contents';
import type { TableContents } from '../backup/manifest';
import { Failure } from '../failure';
import type { JobWarning } from '../jobs/job';
import { quoteQualifiedName } from '../sql-names';

/** What a drill of a point in time chose and found; kept in the evidence. Times are ISO 8601 UTC. */
export interface DrilledMoment {
  readonly sourceServer: string;
  /** Where Azure's backups of it begin. */
  readonly windowFrom: string;
  /** The moment that was restored to. */
  readonly pointInTime: string;
  /** Of the last transaction in the restored server; null: the server does not tell, or had been started anew. */
  readonly lastCommitAt: string | null;
  /** The backup whose tables and rows it was compared with: the newest verified one of before the moment. */
  readonly comparedWith: string | null;
}

/**
 * The moment that a drill goes back to: so long ago, or the earliest that Azure has.
 *
 * @param ageSeconds 300 leaves Azure the time that it may need to archive (azure-facts.md, "ARM: flexible servers")
 * @throws Failure `outside-restore-window` for a server without a backup
 */
export function recentMoment(now: Date, server: string, earliest: string | undefined, ageSeconds: number): string {
  if (earliest === undefined) {
    throw new Failure('outside-restore-window', `${server} has no backup yet to restore from`);
  }
  const wanted = new Date(now.getTime() - ageSeconds * 1000).toISOString();
  return wanted > earliest ? wanted : earliest;
}

export interface ComparedTable extends CatalogTable {
  /** In the restored server. */
  readonly rows: number;
  /** In the backup of before; null: it has no such table, or there is none. */
  readonly rowsInBackup: number | null;
}

interface Side<T extends CatalogTable> {
  readonly tables: readonly T[];
  readonly schemaRevision: { readonly source: string; readonly value: string } | null;
}

export interface MomentComparison {
  readonly tables: readonly ComparedTable[];
  /** What cannot be: each is a failure of the drill. */
  readonly differences: readonly string[];
  /** What may be, since people went on working between the backup and the moment. */
  readonly warnings: readonly JobWarning[];
}

/**
 * What was restored beside the backup of before. Rows come and go between the two, so only what no work explains is a
 * difference: no table at all, or a table that is missing while the migrations stand where they stood.
 *
 * @param shrinkPercent a table that lost as much or more is told
 */
export function compareMoment(
  restored: Side<TableContents>,
  backup: Side<TableContents> | undefined,
  shrinkPercent: number,
): MomentComparison {
  const before = new Map((backup?.tables ?? []).map((table) => [tableKey(table), table.rows]));
  const there = new Set(restored.tables.map(tableKey));
  const missing = (backup?.tables ?? []).filter((table) => !there.has(tableKey(table))).map(quoteQualifiedName);
  const isSameSchema = backup !== undefined && isSameRevision(restored.schemaRevision, backup.schemaRevision);
  const isEmpty = restored.tables.length === 0 && missing.length > 0;
  const tables = restored.tables.map(({ schema, name, rows }) => ({
    ...{ schema, name, rows, rowsInBackup: before.get(tableKey({ schema, name })) ?? null },
  }));
  const absent = missing.map((name) => `table ${name} is in the backup of before and not at the moment`);
  return {
    tables,
    differences: isEmpty || isSameSchema ? absent : [],
    warnings: [
      ...(isEmpty || isSameSchema ? [] : absent.map((detail) => ({ code: 'table-missing', detail }))),
      ...tables.filter((table) => hasShrunk(table, shrinkPercent)).map(shrunken),
      ...(backup === undefined
        ? [{ code: 'nothing-to-compare', detail: 'there is no verified backup of before the moment' }]
        : []),
    ],
  };
}

const isSameRevision = (
  one: Side<CatalogTable>['schemaRevision'],
  other: Side<CatalogTable>['schemaRevision'],
): boolean => one !== null && other !== null && one.source === other.source && one.value === other.value;

/** The schedules of pg_cron are taken from the restored server before anything else. */
const hasShrunk = ({ schema, rows, rowsInBackup }: ComparedTable, percent: number): boolean =>
  schema !== 'cron' &&
  rowsInBackup !== null &&
  rowsInBackup > 0 &&
  ((rowsInBackup - rows) / rowsInBackup) * 100 >= percent;

const shrunken = (table: ComparedTable): JobWarning => ({
  code: 'table-shrunken',
  detail: `table ${quoteQualifiedName(table)} has ${table.rows} rows, the backup of before ${table.rowsInBackup ?? 0}`,
});
