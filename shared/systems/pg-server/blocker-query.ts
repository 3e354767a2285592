import type { Client } from 'pg';
import type { QualifiedName } from '../../domain/backup/preflight';

/**
 * Who holds, or waits for, the one lock that ACCESS SHARE cannot pass: ACCESS EXCLUSIVE on a table; who waits counts too,
 * because the queue is fair. A prepared transaction holds its locks without a session. $1: JSON arrays [schema, name] to
 * look at, or null for all. Never the text of a query: it may hold data.
 */
const BLOCKERS = `
  select format('%s %s ACCESS EXCLUSIVE on %I.%I',
                case when l.pid is null then
                  format('the prepared transaction %L of %s', p.gid, coalesce(p.owner, '?'))
                else
                  format('process %s of %s (%s, %s since %s)', l.pid, coalesce(a.usename, '?'),
                         coalesce(nullif(a.application_name, ''), 'unnamed application'),
                         coalesce(a.state, 'unknown state'),
                         coalesce(to_char(a.query_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '?'))
                end,
                case when l.granted then 'holds' else 'waits for' end, n.nspname, c.relname) as sentence
    from pg_catalog.pg_locks l
    join pg_catalog.pg_class c on c.oid = l.relation
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_stat_activity a on a.pid = l.pid
    left join pg_catalog.pg_locks x
      on l.pid is null and x.pid is null and x.virtualtransaction = l.virtualtransaction and x.locktype = 'transactionid'
    left join pg_catalog.pg_prepared_xacts p on p.transaction = x.transactionid
   where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and c.relkind in ('r', 'p')
     and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
     and ($1::jsonb is null or jsonb_build_array(n.nspname, c.relname) in (select jsonb_array_elements($1::jsonb)))
   order by l.granted desc, a.query_start, l.pid, n.nspname, c.relname
   limit 20`;

export async function readBlockers(client: Client, tables: readonly QualifiedName[] | undefined): Promise<string[]> {
  const names = tables === undefined ? null : JSON.stringify(tables.map(({ schema, name }) => [schema, name]));
  const { rows } = await client.query<{ sentence: string }>(BLOCKERS, [names]);
  return rows.map(({ sentence }) => sentence);
}
