/**
 * Sessions that hold, or wait for, the one lock that ACCESS SHARE cannot pass: ACCESS EXCLUSIVE on a table. $1: JSON
 * arrays [schema, name] to look at, or null for all. Never the text of a query: it may hold data.
 */
export const BLOCKERS = `
  select format('process %s of %s (%s, %s since %s) %s ACCESS EXCLUSIVE on %I.%I',
                a.pid, coalesce(a.usename, '?'), coalesce(nullif(a.application_name, ''), 'unnamed application'),
                coalesce(a.state, 'unknown state'),
                coalesce(to_char(a.query_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '?'),
                case when l.granted then 'holds' else 'waits for' end, n.nspname, c.relname) as sentence
    from pg_catalog.pg_locks l
    join pg_catalog.pg_class c on c.oid = l.relation
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_stat_activity a on a.pid = l.pid
   where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and c.relkind in ('r', 'p')
     and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
     and ($1::text[] is null or json_build_array(n.nspname, c.relname)::jsonb = any ($1::text[]::jsonb[]))
   order by l.granted desc, a.query_start
   limit 20`;
