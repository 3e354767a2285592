import type { ListEntry } from '../archive/archive-list';
import type { CatalogTable } from '../backup/compare-contents';

/** The part of an archive that some of its tables need. */
export interface ListSelection {
  readonly entries: readonly ListEntry[];
  /** Tables whose rows are in it: those asked for, with the partitions of a partitioned one. */
  readonly tables: readonly CatalogTable[];
  /** Asked for and not in the archive. */
  readonly missing: readonly CatalogTable[];
}

const ALWAYS = /^(ENCODING|STDSTRINGS|SEARCHPATH) /;
/** As much a part of a table as its columns are: comes with whatever it needs, such as a sequence. */
const BELONGS = /^DEFAULT /;
/** Goes with what it is about, also when that is there only because it is needed. */
const ATTENDS = /^(SEQUENCE SET|SEQUENCE OWNED BY|ACL|COMMENT|SECURITY LABEL) /;
/** Needs the rows of both its tables. */
const FOREIGN_KEY = /^FK CONSTRAINT /;
const TABLE = /^TABLE /;
const TABLE_KINDS = ['TABLE ATTACH', 'TABLE DATA', 'TABLE'];

/**
 * The entries that restore `wanted` alone: the tables, their rows, what they need, and what hangs on them (indexes,
 * constraints, triggers, views …) if everything else that it needs is there too. A foreign key to a table that is not
 * asked for is left out; a partition asked for without its root comes as a table of its own. A table that another one
 * needs, such as a parent that it inherits from, comes without its rows.
 *
 * `known`: the tables whose rows are in the archive; they tell where a name with spaces ends.
 */
export function selectTables(
  entries: readonly ListEntry[],
  wanted: readonly CatalogTable[],
  known: readonly CatalogTable[],
): ListSelection {
  const archive = new ArchiveTables(entries, [...known, ...wanted]);
  const tables = archive.withPartitions(wanted);
  const chosen = new Set<number>();
  /** Chosen for its own sake, not because something needs it. */
  const inside = new Set<number>();
  const need = (entry: ListEntry): void => {
    if (chosen.has(entry.dumpId)) return;
    chosen.add(entry.dumpId);
    for (const needed of archive.needsOf(entry)) need(needed);
  };
  for (const entry of archive.entriesOf(tables, ['TABLE', 'TABLE DATA'])) {
    inside.add(entry.dumpId);
    need(entry);
  }
  const hangs = (entry: ListEntry): boolean => {
    const needs = archive.needsOf(entry);
    if (needs.length === 0 || archive.tableOf(entry, 'TABLE DATA') !== undefined) return false;
    const isOnInside = needs.some(({ dumpId }) => inside.has(dumpId));
    if (isOnInside && BELONGS.test(entry.text)) return true;
    if (FOREIGN_KEY.test(entry.text) && needs.some((one) => TABLE.test(one.text) && !inside.has(one.dumpId)))
      return false;
    return (isOnInside || ATTENDS.test(entry.text)) && needs.every(({ dumpId }) => chosen.has(dumpId));
  };
  for (let before = -1; before !== chosen.size;) {
    before = chosen.size;
    for (const entry of entries) {
      if (chosen.has(entry.dumpId) || !hangs(entry)) continue;
      inside.add(entry.dumpId);
      need(entry);
    }
  }
  return {
    entries: entries.filter((entry) => chosen.has(entry.dumpId) || ALWAYS.test(entry.text)),
    tables,
    missing: wanted.filter((table) => archive.entriesOf([table], ['TABLE']).length === 0),
  };
}

/** Which entry is about which table. */
class ArchiveTables {
  private readonly byId: ReadonlyMap<number, ListEntry>;
  /** By kind and `schema name`. */
  private readonly byName = new Map<string, ListEntry>();
  private readonly tables = new Map<number, { readonly kind: string; readonly table: CatalogTable }>();

  constructor(
    private readonly entries: readonly ListEntry[],
    known: readonly CatalogTable[],
  ) {
    this.byId = new Map(entries.map((entry) => [entry.dumpId, entry]));
    // the longest first: "app people x" is not the table "people" of an owner called "x …"
    const names = [...new Map(known.map((table) => [textOf(table), table]))].sort(
      ([one], [other]) => other.length - one.length,
    );
    for (const entry of entries) {
      const kind = TABLE_KINDS.find((candidate) => entry.text.startsWith(`${candidate} `));
      if (kind === undefined) continue;
      const rest = entry.text.slice(kind.length + 1);
      const found = names.find(([text]) => rest.startsWith(`${text} `));
      if (found === undefined) continue;
      this.byName.set(`${kind} ${found[0]}`, entry);
      this.tables.set(entry.dumpId, { kind, table: found[1] });
    }
  }

  needsOf(entry: ListEntry): ListEntry[] {
    return entry.dependsOn.map((id) => this.byId.get(id)).filter((needed) => needed !== undefined);
  }

  tableOf(entry: ListEntry, kind: string): CatalogTable | undefined {
    const found = this.tables.get(entry.dumpId);
    return found?.kind === kind ? found.table : undefined;
  }

  entriesOf(tables: readonly CatalogTable[], kinds: readonly string[]): ListEntry[] {
    return tables.flatMap((table) => kinds.flatMap((kind) => this.byName.get(`${kind} ${textOf(table)}`) ?? []));
  }

  /** With the partitions of partitioned ones, at any depth. */
  withPartitions(wanted: readonly CatalogTable[]): CatalogTable[] {
    const all = new Map(wanted.map((table) => [textOf(table), table]));
    for (let before = -1; before !== all.size;) {
      before = all.size;
      const ids = new Set(this.entriesOf([...all.values()], ['TABLE']).map(({ dumpId }) => dumpId));
      for (const entry of this.entries) {
        const partition = this.tableOf(entry, 'TABLE ATTACH');
        if (partition === undefined) continue;
        const [own] = this.entriesOf([partition], ['TABLE']);
        if (entry.dependsOn.some((id) => id !== own?.dumpId && ids.has(id))) all.set(textOf(partition), partition);
      }
    }
    return [...all.values()];
  }
}

const textOf = ({ schema, name }: CatalogTable): string => `${schema} ${name}`.replaceAll(/[\n\r]/g, ' ');
