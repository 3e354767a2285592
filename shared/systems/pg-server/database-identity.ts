import type { Client } from 'pg';
import type { DatabaseGrant, DatabaseIdentity } from '../../domain/restore/database-handover';
import { Failure } from '../../domain/failure';
import { readDatabaseSettings } from './database-settings';

const DATABASE = `
  select oid::text, pg_get_userbyid(datdba) as owner, datconnlimit as "connectionLimit", datacl is null as "isDefault"
    from pg_catalog.pg_database where datname = $1`;
const GRANTS = `
  select pg_get_userbyid(a.grantor) as grantor, case a.grantee when 0 then null else pg_get_userbyid(a.grantee) end as grantee,
         a.privilege_type as privilege, a.is_grantable as "isGrantable"
    from pg_catalog.pg_database d cross join aclexplode(d.datacl) a where d.datname = $1`;

interface DatabaseRow {
  readonly owner: string;
  readonly connectionLimit: number;
  readonly isDefault: boolean;
}

/** Of any database of the server, from its shared catalogs. @throws Failure `database-missing` */
export async function readIdentity(client: Client, database: string): Promise<DatabaseIdentity> {
  const { rows } = await client.query<DatabaseRow>(DATABASE, [database]);
  const [found] = rows;
  if (found === undefined) throw new Failure('database-missing', `there is no database "${database}"`);
  const grants = await client.query<DatabaseGrant>(GRANTS, [database]);
  const settings = await readDatabaseSettings(client, database);
  const { owner, connectionLimit, isDefault } = found;
  return { owner, connectionLimit, grants: isDefault ? null : grants.rows, settings };
}
