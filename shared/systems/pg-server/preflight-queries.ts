import type { Client } from 'pg';
import type { PgConnection } from '../../domain/pg-connection';
import type { PreflightFacts, QualifiedName } from '../../domain/preflight';
import { DUMPED_SEQUENCES, EXTENSION_CONFIGURATION, NO_EXTENSION_MEMBER, USER_SCHEMA } from './dumped-objects';

/** Tables that pg_dump locks and reads: ordinary and partitioned ones. */
const LOCKED_TABLES = `
  select c.oid, c.relnamespace, n.nspname, c.relname, c.relkind
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and c.relpersistence <> 't' and ${USER_SCHEMA}
     and (${NO_EXTENSION_MEMBER} or ${EXTENSION_CONFIGURATION})`;

const UNREADABLE_TABLES = `select t.nspname as schema, t.relname as name from (${LOCKED_TABLES}) t
  where not has_table_privilege(t.oid, 'SELECT') order by 1, 2`;
const UNREADABLE_SEQUENCES = `select s.nspname as schema, s.relname as name from (${DUMPED_SEQUENCES}) s
  where not has_table_privilege(s.oid, 'SELECT') order by 1, 2`;
const UNUSABLE_SCHEMAS = `select distinct t.nspname as name from (${LOCKED_TABLES}) t
  where not has_schema_privilege(t.relnamespace, 'USAGE') order by 1`;
/** Policies that would hide rows from this login; pg_dump then stops, row_security being off. */
const HIDDEN_ROWS = `select t.nspname as schema, t.relname as name from (${LOCKED_TABLES}) t
  where row_security_active(t.oid) order by 1, 2`;

/**
 * Large objects that this login may not read. pg_read_all_data does not cover them up to 18, so ownership or an entry
 * in the ACL decides, for PUBLIC (0) too.
 */
const UNREADABLE_LARGE_OBJECTS = `
  select m.oid::text as name from pg_catalog.pg_largeobject_metadata m
   where not (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
     and current_setting('lo_compat_privileges') <> 'on'
     and not pg_has_role(m.lomowner, 'USAGE')
     and not exists (
       select from aclexplode(m.lomacl) a
        where a.privilege_type = 'SELECT' and (a.grantee = 0 or pg_has_role(nullif(a.grantee, 0), 'USAGE')))
   order by m.oid limit 1000`;

const EXTENSIONS = `select extname as name, extversion as version from pg_catalog.pg_extension order by 1`;
const SUBSCRIPTIONS = `select subname as name from pg_catalog.pg_subscription
  where subdbid = (select oid from pg_catalog.pg_database where datname = current_database()) order by 1`;
/** The view shows no options to those who may not see them; a mapping without options looks the same and is harmless to name. */
const HIDDEN_MAPPINGS = `
  select format('%s at %s', usename, srvname) as name from pg_catalog.pg_user_mappings
   where umoptions is null and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) order by 1`;
const FOREIGN_TABLES = `
  select n.nspname as schema, c.relname as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'f' and ${USER_SCHEMA} and ${NO_EXTENSION_MEMBER} order by 1, 2`;
const EVENT_TRIGGERS = `select evtname as name from pg_catalog.pg_event_trigger t where not exists (
  select from pg_catalog.pg_depend d
   where d.classid = 'pg_catalog.pg_event_trigger'::regclass and d.objid = t.oid and d.deptype = 'e') order by 1`;
/** Owners that a restore must have, besides the database's own. */
const OWNERS = `
  select distinct pg_get_userbyid(c.relowner) as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where ${USER_SCHEMA} and ${NO_EXTENSION_MEMBER}
     and c.relowner <> (select datdba from pg_catalog.pg_database where datname = current_database())
   order by 1`;
const BASICS = `
  select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
         pg_is_in_recovery() as recovery, current_user as login,
         (select rolsuper from pg_catalog.pg_roles where rolname = current_user) as superuser,
         pg_database_size(current_database())::text as size`;

interface Basics {
  readonly version: string;
  readonly number: number;
  readonly recovery: boolean;
  readonly login: string;
  readonly superuser: boolean;
  readonly size: string;
}

export async function readPreflightFacts(client: Client, connection: PgConnection): Promise<PreflightFacts> {
  const rows = async <T extends object>(query: string): Promise<T[]> => (await client.query<T>(query)).rows;
  const qualified = (query: string): Promise<QualifiedName[]> => rows<QualifiedName>(query);
  const names = async (query: string): Promise<string[]> =>
    (await rows<{ name: string }>(query)).map(({ name }) => name);
  const [basics] = await rows<Basics>(BASICS);
  if (basics === undefined) throw new Error('the server answered no row to a query that has one');
  return {
    server: {
      version: basics.version.split(' ')[0] ?? '',
      versionNumber: basics.number,
      major: Math.floor(basics.number / 10_000),
    },
    inRecovery: basics.recovery,
    login: { name: basics.login, superuser: basics.superuser },
    database: connection.database,
    databaseSizeBytes: Number(basics.size),
    unreadableTables: await qualified(UNREADABLE_TABLES),
    unreadableSequences: await qualified(UNREADABLE_SEQUENCES),
    unusableSchemas: await names(UNUSABLE_SCHEMAS),
    tablesWithHiddenRows: await qualified(HIDDEN_ROWS),
    unreadableLargeObjects: await names(UNREADABLE_LARGE_OBJECTS),
    extensions: await rows(EXTENSIONS),
    subscriptions: basics.superuser ? [] : await names(SUBSCRIPTIONS),
    userMappingsWithHiddenOptions: await names(HIDDEN_MAPPINGS),
    foreignTables: await qualified(FOREIGN_TABLES),
    eventTriggers: await names(EVENT_TRIGGERS),
    otherOwners: await names(OWNERS),
  };
}
