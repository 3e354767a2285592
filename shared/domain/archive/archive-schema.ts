import type { QualifiedName } from '../backup/preflight';
import { readQualifiedName } from '../sql-names';

/** What the schema of an archive says about where it can be restored. */
export interface ArchiveSchema {
  /** Roles that own something. */
  readonly owners: readonly string[];
  /** Owners, and roles that are granted something. */
  readonly roles: readonly string[];
  readonly relations: readonly QualifiedName[];
  /** Names of foreign keys with their table: the archive drops them before its tables. */
  readonly foreignKeys: readonly string[];
}

const ROLE = '("(?:[^"]|"")+"|[^\\s",;()]+)';
const OWNER = [
  new RegExp(`^ALTER .* OWNER TO ${ROLE};$`, 'gm'),
  new RegExp(`^ALTER DEFAULT PRIVILEGES FOR ROLE ${ROLE}`, 'gm'),
];
const NAMED = [
  new RegExp(`^(?:ALTER DEFAULT PRIVILEGES .* )?GRANT .* TO ${ROLE}(?: WITH GRANT OPTION)?;$`, 'gm'),
  new RegExp(`^(?:ALTER DEFAULT PRIVILEGES .* )?REVOKE .* FROM ${ROLE};$`, 'gm'),
  new RegExp(`^SET SESSION AUTHORIZATION ${ROLE};$`, 'gm'),
  new RegExp(`^CREATE USER MAPPING FOR ${ROLE} SERVER`, 'gm'),
];
const POLICY = new RegExp(`^CREATE POLICY .*? TO (${ROLE}(?:, ${ROLE})*)(?: USING| WITH CHECK|;)`, 'gm');
const HEADER = /^-- Name: (.*); Type: (.*); Schema: (.*); Owner: .*$/gm;
const RELATION = /^(TABLE|VIEW|MATERIALIZED VIEW|SEQUENCE|FOREIGN TABLE)$/;
const NO_ROLES = new Set(['PUBLIC', 'DEFAULT', 'CURRENT_USER']);

/**
 * Reads the output of `pg_restore --schema-only -f -`, line by line, as pg_dump writes it. A line of a function's body
 * that looks like such a statement makes one name too many, never one too few.
 */
export function readArchiveSchema(sql: string): ArchiveSchema {
  const owners = unique(OWNER.flatMap((pattern) => rolesIn(sql, pattern)));
  const named = NAMED.flatMap((pattern) => rolesIn(sql, pattern));
  const inPolicies = [...sql.matchAll(POLICY)].flatMap((match) => roleList(match[1] ?? ''));
  const headers = [...sql.matchAll(HEADER)].map(([, name = '', type = '', schema = '']) => ({ name, type, schema }));
  return {
    owners,
    roles: unique([...owners, ...named, ...inPolicies]),
    relations: headers.filter(({ type }) => RELATION.test(type)).map(({ schema, name }) => ({ schema, name })),
    // the tag is "table constraint"
    foreignKeys: headers.filter(({ type }) => type === 'FK CONSTRAINT').map(({ schema, name }) => `${schema} ${name}`),
  };
}

const rolesIn = (sql: string, pattern: RegExp): string[] =>
  [...sql.matchAll(pattern)].flatMap((match) => roleList(match[1] ?? ''));

function roleList(text: string): string[] {
  return [...text.matchAll(/"(?:[^"]|"")+"|[^\s",]+/g)]
    .filter(([role]) => !NO_ROLES.has(role))
    .flatMap(([role]) => readQualifiedName(role).slice(0, 1));
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();
