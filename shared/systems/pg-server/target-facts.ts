import type { Client } from 'pg';
import type { LiveFacts, LiveObjects, TargetFacts } from '../../domain/restore/target-facts';
import { inBoundedSession } from './one-session';
import type { PgTarget } from './pg-target';
import { serverVersion } from './preflight-queries';
import { DEFINED, userSchema } from './dumped-objects';
import { readRevision } from './schema-revision';

const BASICS = `
  select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
         exists (select from pg_catalog.pg_settings
                  where name = 'default_toast_compression' and 'lz4' = any (enumvals)) as "hasLz4",
         exists (select from pg_catalog.pg_roles where rolname = 'azure_pg_admin') as "isAzure",
         (select setting from pg_catalog.pg_settings where name = 'data_directory') as "dataDirectory",
         current_setting('azure.extensions', true) as allowed,
         rolname as login, rolsuper as superuser, rolcreatedb as createdb, rolcreaterole as createrole,
         pg_has_role(oid, 'pg_signal_backend', 'MEMBER') as "signalBackend"
    from pg_catalog.pg_roles where rolname = current_user`;
const DATABASES = `
  select datname as name, oid::int8::text as oid, pg_get_userbyid(datdba) as owner,
         case when has_database_privilege(oid, 'CONNECT') then pg_database_size(oid)::text end as size
    from pg_catalog.pg_database order by datname collate "C"`;
/** 16 took SET and USAGE apart from being a member; before, a member may set its role, and use it unless NOINHERIT. */
const ROLES = (major: number): string => `
  select rolname as name, rolsuper as superuser,
         pg_has_role(current_user, oid, '${major >= 16 ? 'SET' : 'MEMBER'}') and pg_has_role(current_user, oid, 'USAGE')
           as "mayBecome",
         rolname = current_user
         or (not rolsuper and (select rolcreaterole from pg_catalog.pg_roles where rolname = current_user)${
           major >= 16 ? ` and pg_has_role(current_user, oid, 'USAGE WITH ADMIN OPTION')` : ''
         }) as "mayAlter"
    from pg_catalog.pg_roles order by rolname collate "C"`;
/** Trusted ones come with CREATE on the database; on Azure its admin role makes whatever is on the allow-list. */
const EXTENSIONS = `
  select name, bool_or(not superuser or trusted or
                       exists (select from pg_catalog.pg_roles where rolname = current_user and rolsuper) or
                       exists (select from pg_catalog.pg_roles where rolname = 'azure_pg_admin')) as "mayCreate"
    from pg_catalog.pg_available_extension_versions group by name order by 1`;
const OWNER = `select pg_get_userbyid(datdba) as owner from pg_catalog.pg_database where datname = $1`;
/** Never the text of a query: it may hold data. Without pg_read_all_stats kind and state of others are hidden. */
const SESSIONS = `
  select format('%s (pid %s%s%s)', coalesce(a.usename, a.backend_type, 'a background process'), a.pid,
                ', ' || nullif(a.application_name, ''), ', ' || a.state) as description,
         (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
         or a.usesysid is null
         or not (select rolsuper from pg_catalog.pg_roles r where r.oid = a.usesysid) as "mayEnd"
    from pg_catalog.pg_stat_activity a
   where a.datname = $1 and coalesce(a.backend_type, '') not in ('autovacuum worker', 'parallel worker')
   order by a.pid limit 100`;
const PREPARED = `select gid as name from pg_catalog.pg_prepared_xacts where database = $1 order by 1`;
const SLOTS = `
  select slot_name as name from pg_catalog.pg_replication_slots
   where slot_type = 'logical' and database = $1 and not temporary order by 1`;
const SETTING_ROLES = `
  select distinct pg_get_userbyid(setrole) as name from pg_catalog.pg_db_role_setting
   where setrole <> 0 and setdatabase = (select oid from pg_catalog.pg_database where datname = $1) order by 1`;
const GRANTORS = `
  select distinct pg_get_userbyid(grantor) as name
    from pg_catalog.pg_database, aclexplode(datacl) where datname = $1 order by 1`;
const SUBSCRIPTIONS = `
  select subname as name from pg_catalog.pg_subscription
   where subdbid = (select oid from pg_catalog.pg_database where datname = $1) order by 1`;

/** A sequence of a serial or identity column goes with its table. */
const RELATIONS = `
  select n.nspname as schema, c.relname as name,
         case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
                        when 'f' then 'foreign table' else 'table' end as kind
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and ${DEFINED}
     and not exists (select from pg_catalog.pg_depend d
                      where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and c.relkind = 'S'
                        and d.deptype in ('a', 'i'))
   order by n.nspname collate "C", c.relname collate "C"`;
const DEPENDENCIES = `
  select x.what, fn.nspname as "fromSchema", f.relname as "fromName", tn.nspname as "toSchema", t.relname as "toName"
    from (select conname::text as what, conrelid as dependent, confrelid as needed
            from pg_catalog.pg_constraint where contype = 'f' and conparentid = 0
          union
          select 'view', r.ev_class, d.refobjid
            from pg_catalog.pg_rewrite r join pg_catalog.pg_depend d
              on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
             and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> r.ev_class
          union
          select 'view', inhrelid, inhparent from pg_catalog.pg_inherits) x
    join pg_catalog.pg_class f on f.oid = x.dependent and f.relkind in ('r', 'p', 'v', 'm', 'f')
    join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
    join pg_catalog.pg_class t on t.oid = x.needed
    join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
   where x.dependent <> x.needed and ${userSchema('fn')} and ${userSchema('tn')}
   order by 2, 3, 1`;

interface Basics {
  readonly version: string;
  readonly number: number;
  readonly hasLz4: boolean;
  readonly isAzure: boolean;
  readonly dataDirectory: string | null;
  readonly allowed: string | null;
  readonly login: string;
  readonly superuser: boolean;
  readonly createdb: boolean;
  readonly createrole: boolean;
  readonly signalBackend: boolean;
}

/** The real server, through the package `pg`. */
export function nodePostgresTarget(): PgTarget {
  return {
    readFacts: (admin, database, signal) => inBoundedSession(admin, signal, (client) => readFacts(client, database)),
    readObjects: (connection, signal) => inBoundedSession(connection, signal, readObjects),
    readRevision: (connection, signal) =>
      inBoundedSession(connection, signal, async (client) => (await readRevision(client))?.value ?? null),
  };
}

async function readFacts(client: Client, database: string): Promise<TargetFacts> {
  const [basics] = (await client.query<Basics>(BASICS)).rows;
  if (basics === undefined) throw new Error('the current role is not in pg_roles');
  const { version, major } = serverVersion(basics.version, basics.number);
  const { hasLz4, isAzure, dataDirectory, login: name, superuser, createdb, createrole, signalBackend } = basics;
  const databases = await client.query<{ name: string; oid: string; owner: string; size: string | null }>(DATABASES);
  return {
    server: { version, major, hasLz4, isAzure, dataDirectory },
    login: { name, superuser, createdb, createrole, signalBackend },
    databases: databases.rows.map(({ size, oid, ...rest }) => ({
      ...{ ...rest, oid: Number(oid), sizeBytes: size === null ? null : Number(size) },
    })),
    roles: (await client.query<TargetFacts['roles'][number]>(ROLES(major))).rows,
    extensions: (await client.query<TargetFacts['extensions'][number]>(EXTENSIONS)).rows,
    allowedExtensions: basics.allowed === null ? null : basics.allowed.toLowerCase().split(/[\s,]+/),
    live: await readLive(client, database),
  };
}

async function readLive(client: Client, database: string): Promise<LiveFacts | null> {
  const [found] = (await client.query<{ owner: string }>(OWNER, [database])).rows;
  if (found === undefined) return null;
  const names = async (query: string): Promise<string[]> =>
    (await client.query<{ name: string }>(query, [database])).rows.map(({ name }) => name);
  return {
    owner: found.owner,
    sessions: (await client.query<LiveFacts['sessions'][number]>(SESSIONS, [database])).rows,
    preparedTransactions: await names(PREPARED),
    logicalSlots: await names(SLOTS),
    subscriptions: await names(SUBSCRIPTIONS),
    settingRoles: await names(SETTING_ROLES),
    grantors: await names(GRANTORS),
  };
}

interface DependencyRow {
  readonly what: string;
  readonly fromSchema: string;
  readonly fromName: string;
  readonly toSchema: string;
  readonly toName: string;
}

async function readObjects(client: Client): Promise<LiveObjects> {
  const { rows: relations } = await client.query<LiveObjects['relations'][number]>(RELATIONS);
  const { rows } = await client.query<DependencyRow>(DEPENDENCIES);
  const dependencies = rows.map((row) => ({
    what: row.what,
    from: { schema: row.fromSchema, name: row.fromName },
    to: { schema: row.toSchema, name: row.toName },
  }));
  return { relations, dependencies };
}
