import type { Client } from 'pg';
import type { PreflightFacts, QualifiedName, UnreadableLargeObjects } from '../../domain/backup/preflight';
import { DEFINED, DUMPED_SEQUENCES, DUMPED_TABLES, LOCKED_TABLES, USER_SCHEMA } from './dumped-objects';

/** pg_dump locks the one and copies the other, which adds the configuration tables of extensions. */
const READ_TABLES = `(${LOCKED_TABLES}) union (${DUMPED_TABLES})`;

const UNREADABLE_TABLES = `
  select t.nspname as schema, t.relname as name from (${READ_TABLES}) t
   where not has_table_privilege(t.oid, 'SELECT') order by 1, 2`;
const UNREADABLE_SEQUENCES = `
  select s.nspname as schema, s.relname as name from (${DUMPED_SEQUENCES}) s
   where not has_table_privilege(s.oid, 'SELECT') order by 1, 2`;
const UNUSABLE_SCHEMAS = `
  select distinct t.nspname as name from (${READ_TABLES} union (${DUMPED_SEQUENCES})) t
   where not has_schema_privilege(t.relnamespace, 'USAGE') order by 1`;
/** pg_dump sets row_security off, so that these end it with an error. Only tables with rows of their own count. */
const HIDDEN_ROWS = `
  select t.nspname as schema, t.relname as name from (${DUMPED_TABLES}) t
   where row_security_active(t.oid) order by 1, 2`;

/**
 * Large objects that this login may not read: not its own or a role's that it belongs to, and no entry in the ACL for it
 * or for PUBLIC (0). Up to 18 pg_read_all_data does not cover them. (has_largeobject_privilege is there only from 18 on.)
 */
const UNREADABLE_LARGE_OBJECTS = `
  with unreadable as materialized (
    select m.oid, m.lomowner
      from pg_catalog.pg_largeobject_metadata m
     where not (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
       and current_setting('lo_compat_privileges') <> 'on'
       and not pg_has_role(m.lomowner, 'USAGE')
       and not exists (
         select from aclexplode(m.lomacl) a
          where a.privilege_type = 'SELECT' and (a.grantee = 0 or pg_has_role(nullif(a.grantee, 0), 'USAGE'))))
  select (select count(*)::int from unreadable) as count,
         array(select oid::text from unreadable order by oid limit 20) as oids,
         array(select distinct pg_get_userbyid(lomowner)::text from unreadable order by 1) as owners`;

const EXTENSIONS = `select extname as name, extversion as version from pg_catalog.pg_extension order by 1`;
/** Everybody may see that there are subscriptions; what they connect to is for superusers. */
const SUBSCRIPTIONS = `
  select subname as name from pg_catalog.pg_subscription
   where subdbid = (select oid from pg_catalog.pg_database where datname = current_database())
     and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) order by 1`;
/** Those whose options pg_user_mappings, which pg_dump reads, shows as null to this login (system_views.sql). */
const HIDDEN_MAPPINGS = `
  select format('%I at %I', m.usename, m.srvname) as name
    from pg_catalog.pg_user_mappings m join pg_catalog.pg_foreign_server s on s.oid = m.srvid
   where m.umoptions is null
     and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
     and not (m.umuser <> 0 and m.usename = current_user
              and (pg_has_role(s.srvowner, 'USAGE') or has_server_privilege(s.oid, 'USAGE')))
     and not (m.umuser = 0 and pg_has_role(s.srvowner, 'USAGE'))
   order by 1`;
const FOREIGN_TABLES = `
  select n.nspname as schema, c.relname as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'f' and ${DEFINED} order by 1, 2`;
const UNLOGGED_TABLES = `
  select n.nspname as schema, c.relname as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and c.relpersistence = 'u' and pg_is_in_recovery() and ${DEFINED} order by 1, 2`;
const EVENT_TRIGGERS = `
  select evtname as name from pg_catalog.pg_event_trigger t
   where not exists (
     select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_event_trigger'::regclass and d.objid = t.oid and d.deptype = 'e') order by 1`;
const OTHER_OWNERS = `
  select distinct pg_get_userbyid(o.owner) as name
    from (select c.relowner as owner
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
           where ${DEFINED}
          union
          select n.nspowner from pg_catalog.pg_namespace n where ${USER_SCHEMA} and n.nspname <> 'public') o
   where o.owner <> (select datdba from pg_catalog.pg_database where datname = current_database())
     and pg_get_userbyid(o.owner) !~ '^pg_'
   order by 1`;
const BASICS = `
  select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
         pg_is_in_recovery() as recovery, current_user as login, current_database() as database,
         (select rolsuper from pg_catalog.pg_roles where rolname = current_user) as superuser,
         pg_database_size(current_database())::text as size`;

interface Basics {
  readonly version: string;
  readonly number: number;
  readonly recovery: boolean;
  readonly login: string;
  readonly database: string;
  readonly superuser: boolean;
  readonly size: string;
}

export async function readPreflightFacts(client: Client): Promise<PreflightFacts> {
  const rows = async <T extends object>(query: string): Promise<T[]> => (await client.query<T>(query)).rows;
  const one = async <T extends object>(query: string): Promise<T> => {
    const [row] = await rows<T>(query);
    if (row === undefined) throw new Error('the server answered no row to a query that has one');
    return row;
  };
  const names = async (query: string): Promise<string[]> =>
    (await rows<{ name: string }>(query)).map(({ name }) => name);
  const basics = await one<Basics>(BASICS);
  return {
    server: serverVersion(basics.version, basics.number),
    inRecovery: basics.recovery,
    login: { name: basics.login, superuser: basics.superuser },
    database: basics.database,
    databaseSizeBytes: Number(basics.size),
    unreadableTables: await rows<QualifiedName>(UNREADABLE_TABLES),
    unreadableSequences: await rows<QualifiedName>(UNREADABLE_SEQUENCES),
    unusableSchemas: await names(UNUSABLE_SCHEMAS),
    tablesWithHiddenRows: await rows<QualifiedName>(HIDDEN_ROWS),
    unreadableLargeObjects: await one<UnreadableLargeObjects>(UNREADABLE_LARGE_OBJECTS),
    extensions: await rows(EXTENSIONS),
    subscriptions: await names(SUBSCRIPTIONS),
    userMappingsWithHiddenOptions: await names(HIDDEN_MAPPINGS),
    foreignTables: await rows<QualifiedName>(FOREIGN_TABLES),
    unloggedTables: await rows<QualifiedName>(UNLOGGED_TABLES),
    eventTriggers: await names(EVENT_TRIGGERS),
    otherOwners: await names(OTHER_OWNERS),
  };
}

/** '17.5 (Debian 17.5-1)' → '17.5' */
export function serverVersion(version: string, versionNumber: number): PreflightFacts['server'] {
  return { version: version.split(' ', 1)[0] ?? version, versionNumber, major: Math.floor(versionNumber / 10_000) };
}
