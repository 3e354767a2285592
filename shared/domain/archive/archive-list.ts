/** One entry of an archive's table of contents, as `pg_restore --list --verbose` prints it. */
export interface ListEntry {
  readonly dumpId: number;
  /** The whole line, as `--use-list` takes it. */
  readonly line: string;
  /** `TABLE app people owner`: kind, schema (or `-`), name, owner; line breaks in names are spaces here. */
  readonly text: string;
  readonly dependsOn: readonly number[];
}

const ENTRY = /^(\d+); \d+ \d+ (.*)$/;
const DEPENDS_ON = /^;\tdepends on: ([\d ]+)$/;

export function readArchiveList(output: string): ListEntry[] {
  const entries: ListEntry[] = [];
  for (const line of output.split('\n')) {
    const [, dumpId, text] = ENTRY.exec(line) ?? [];
    const needs = DEPENDS_ON.exec(line)?.[1];
    const last = entries.at(-1);
    if (dumpId !== undefined && text !== undefined) {
      entries.push({ dumpId: Number(dumpId), line, text: text.trimEnd(), dependsOn: [] });
    } else if (needs !== undefined && last !== undefined) {
      entries[entries.length - 1] = { ...last, dependsOn: needs.trim().split(/\s+/).map(Number) };
    }
  }
  return entries;
}

/**
 * Rows and positions are compared by themselves, and the database's own properties are not restored with its contents.
 * Everything else in an archive must be found in a schema-only dump of what was restored.
 */
const NOT_SCHEMA =
  /^(TABLE DATA|MATERIALIZED VIEW DATA|SEQUENCE SET|STATISTICS DATA|BLOB|BLOBS|BLOB METADATA|BLOB COMMENTS|DATABASE|DATABASE PROPERTIES|ENCODING|STDSTRINGS|SEARCHPATH) |^(ACL|COMMENT|SECURITY LABEL) - (LARGE OBJECTS?|DATABASE) /;
/** Every new database brings it along, in the way of its server's major. */
const COMES_WITH_THE_SERVER = /^(SCHEMA - public|ACL - SCHEMA public|COMMENT - SCHEMA public) /;
const ABOUT_RIGHTS = /^(ACL|DEFAULT ACL) /;
/** What depends on the roles of a server, or on who owns the schema that it brings along. */
const isTheServers = (text: string): boolean => ABOUT_RIGHTS.test(text) || COMES_WITH_THE_SERVER.test(text);

/**
 * Where the schema of the archive and of the restored database differ, one sentence each; both lists by the same tool.
 * What a missing role owned belongs to the login that restored, and grants that name one are not compared: pg_restore
 * sends the grants of an object together, so that one role costs the others theirs.
 */
export function compareLists(
  archive: readonly ListEntry[],
  restored: readonly ListEntry[],
  foreign: { readonly missingRoles: readonly string[]; readonly restoredBy: string },
): string[] {
  const isForeign = foreign.missingRoles.length > 0;
  const schema = (entries: readonly ListEntry[]): string[] =>
    entries.map(({ text }) => text).filter((text) => !NOT_SCHEMA.test(text) && !(isForeign && isTheServers(text)));
  const owned = (text: string): string => {
    const role = foreign.missingRoles.find((name) => text.endsWith(` ${name}`));
    return role === undefined ? text : `${text.slice(0, -role.length)}${foreign.restoredBy}`;
  };
  const [expected, found] = [schema(archive).map(owned), schema(restored)];
  return [
    ...lacking(found, expected).map((text) => `"${text}" is in the archive and not in the database`),
    ...lacking(expected, found)
      .filter((text) => !COMES_WITH_THE_SERVER.test(text))
      .map((text) => `"${text}" is in the database and not in the archive`),
  ];
}

/** What of `there` is not `here`, counting equal ones. */
function lacking(here: readonly string[], there: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of here) counts.set(text, (counts.get(text) ?? 0) + 1);
  return there.filter((text) => {
    const left = counts.get(text) ?? 0;
    counts.set(text, left - 1);
    return left <= 0;
  });
}
