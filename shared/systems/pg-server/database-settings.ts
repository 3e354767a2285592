import type { Client } from 'pg';
import type { DatabaseSetting } from '../../domain/backup/manifest';

const SETTINGS = `
  select r.rolname as role, split_part(entry, '=', 1) as name, substr(entry, strpos(entry, '=') + 1) as value
    from pg_catalog.pg_db_role_setting s
    left join pg_catalog.pg_roles r on r.oid = s.setrole
    cross join unnest(s.setconfig) entry
   where s.setdatabase = (select oid from pg_catalog.pg_database where datname = coalesce($1, current_database()))
   order by 1 nulls first, 2`;

/**
 * What is set for a database, and for roles in it.
 *
 * @param database of the same server; default: that of the session
 */
export async function readDatabaseSettings(client: Client, database?: string): Promise<DatabaseSetting[]> {
  const { rows } = await client.query<DatabaseSetting>(SETTINGS, [database ?? null]);
  return rows;
}
