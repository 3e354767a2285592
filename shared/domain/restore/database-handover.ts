import type { DatabaseSetting } from '../backup/manifest';
import { quoteIdentifier, quoteLiteral } from '../sql-names';

/** What a database is beside its contents: a dump of its contents has none of it, and a swap has to hand it over. */
export interface DatabaseIdentity {
  readonly owner: string;
  /** null: the default (everybody may connect and create temporary tables). */
  readonly grants: readonly DatabaseGrant[] | null;
  /** -1: no limit. */
  readonly connectionLimit: number;
  readonly settings: readonly DatabaseSetting[];
}

export interface DatabaseGrant {
  readonly grantor: string;
  /** null: everybody. */
  readonly grantee: string | null;
  readonly privilege: string;
  readonly isGrantable: boolean;
}

/** The statements, for one transaction, that give `name` this identity; `current` is the one that it has. */
export function handOverSql(name: string, identity: DatabaseIdentity, current: DatabaseIdentity): string[] {
  const database = quoteIdentifier(name);
  return [
    `ALTER DATABASE ${database} OWNER TO ${quoteIdentifier(identity.owner)}`,
    `ALTER DATABASE ${database} CONNECTION LIMIT ${identity.connectionLimit}`,
    ...current.settings.map(({ role, name: setting }) => `${alter(role, database)} RESET ${settingName(setting)}`),
    ...identity.settings.map(
      ({ role, name: setting, value }) =>
        `${alter(role, database)} SET ${settingName(setting)} TO ${settingValue(setting, value)}`,
    ),
    ...(identity.grants === null ? [] : grantsSql(database, identity.owner, identity.grants)),
  ];
}

const alter = (role: string | null, database: string): string =>
  role === null ? `ALTER DATABASE ${database}` : `ALTER ROLE ${quoteIdentifier(role)} IN DATABASE ${database}`;

/** The grammar takes `app.note` as two identifiers. */
const settingName = (name: string): string => name.split('.').map(quoteIdentifier).join('.');

/** Lists whose elements are quoted one by one (GUC_LIST_QUOTE; variable_is_guc_list_quote in dumputils.c). */
const LISTS = [
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
];

function settingValue(name: string, value: string): string {
  if (!LISTS.includes(name.toLowerCase())) return quoteLiteral(value);
  // an empty list is stored as an empty text, and as two quotes when it was set to ''
  const elements = [...value.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)];
  if (elements.length === 0) return "''";
  return elements.map(([, quoted, bare]) => quoteLiteral(quoted?.replaceAll('""', '"') ?? bare ?? '')).join(', ');
}

/** The owner's grants first: what others have granted rests on them. */
function grantsSql(database: string, owner: string, grants: readonly DatabaseGrant[]): string[] {
  const byOwner = grants.filter(({ grantor }) => grantor === owner);
  const byOthers = grants.filter(({ grantor }) => grantor !== owner);
  return [
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC, ${quoteIdentifier(owner)}`,
    ...byOwner.map((grant) => grantSql(database, grant)),
    ...byOthers.flatMap((grant) => [
      `SET LOCAL ROLE ${quoteIdentifier(grant.grantor)}`,
      grantSql(database, grant),
      'RESET ROLE',
    ]),
  ];
}

function grantSql(database: string, { grantee, privilege, isGrantable }: DatabaseGrant): string {
  const to = grantee === null ? 'PUBLIC' : quoteIdentifier(grantee);
  return `GRANT ${privilege} ON DATABASE ${database} TO ${to}${isGrantable ? ' WITH GRANT OPTION' : ''}`;
}

/** Where two identities differ, one sentence each; the order of grants and settings means nothing. */
export function compareIdentities(expected: DatabaseIdentity, found: DatabaseIdentity): string[] {
  const differs = (what: string, one: unknown, other: unknown): string[] =>
    JSON.stringify(one) === JSON.stringify(other)
      ? []
      : [`${what} is ${JSON.stringify(other)} instead of ${JSON.stringify(one)}`];
  return [
    ...differs('the owner', expected.owner, found.owner),
    ...differs('the connection limit', expected.connectionLimit, found.connectionLimit),
    ...differs('the list of grants', sorted(expected.grants), sorted(found.grants)),
    ...differs('the list of settings', sorted(expected.settings), sorted(found.settings)),
  ];
}

const sorted = (items: readonly object[] | null): string[] | null =>
  items === null ? null : items.map((item) => JSON.stringify(Object.entries(item).sort())).sort();
