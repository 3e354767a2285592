/**
 * What pg_dump selects, in SQL; read from pg_dump.c 14 to 18 (selectDumpableTable, checkExtensionMembership,
 * processExtensionTables, getOwnedSeqs, makeTableDataInfo, forcePartitionRootLoad). It dumps neither system nor temporary
 * schemas, nor members of extensions; of these only what an extension declares as its configuration, wherever that is.
 */

/** Condition on a namespace, called `n` unless said; temporary schemas begin with `pg_` too. */
export const userSchema = (namespace: string): string =>
  `${namespace}.nspname !~ '^pg_' and ${namespace}.nspname <> 'information_schema'`;
export const USER_SCHEMA = userSchema('n');

/** Condition on a class `c`: pg_dump writes its definition. */
export const DEFINED = `(${USER_SCHEMA} and not exists (
  select from pg_catalog.pg_depend m
   where m.classid = 'pg_catalog.pg_class'::regclass and m.objid = c.oid
     and m.refclassid = 'pg_catalog.pg_extension'::regclass and m.deptype = 'e'))`;

/** Condition on a class `c` in `n`: an extension wants its rows dumped. Those below 16384 come with the server. */
const CONFIGURATION = `exists (
  select from pg_catalog.pg_extension e
   where c.oid = any (e.extconfig) and (e.oid >= 16384 or (${USER_SCHEMA})))`;

/** Condition on a class `c`: a standby has no rows of unlogged tables, and pg_dump knows. */
const HAS_ROWS_HERE = `not (c.relpersistence = 'u' and pg_is_in_recovery())`;

/** Tables whose rows pg_dump writes, one COPY block each. A partitioned table has none of its own. */
export const DUMPED_TABLES = `
  select c.oid, c.relnamespace, n.nspname, c.relname
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and (${DEFINED} or ${CONFIGURATION}) and ${HAS_ROWS_HERE}`;

/** Tables that pg_dump locks in ACCESS SHARE mode, which needs SELECT. */
export const LOCKED_TABLES = `
  select c.oid, c.relnamespace, n.nspname, c.relname
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and ${DEFINED}`;

/**
 * Sequences whose position pg_dump writes. An identity column's goes with its table; one that a column owns is dumped
 * with its table, or for its own sake.
 */
export const DUMPED_SEQUENCES = `
  select c.oid, c.relnamespace, n.nspname, c.relname
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join lateral (
      select d.deptype, exists (
               select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where c.oid = d.refobjid and ${DEFINED}) as is_defined
        from pg_catalog.pg_depend d
       where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
         and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i')) owning on true
   where c.relkind = 'S' and ${HAS_ROWS_HERE}
     and (${CONFIGURATION}
          or case owning.deptype when 'i' then owning.is_defined
                                 when 'a' then owning.is_defined or ${DEFINED}
                                 else ${DEFINED} end)`;

/**
 * Partitions that pg_dump reloads through their root (`relid`, `root`): those below a table that is hash partitioned by
 * an enum, whose hashes differ between databases.
 */
export const RELOADED_THROUGH_ROOT = `
  with recursive above (relid, ancestor) as (
    select i.inhrelid, i.inhparent
      from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
     where c.relispartition
    union all
    select a.relid, i.inhparent
      from above a join pg_catalog.pg_class c on c.oid = a.ancestor and c.relispartition
      join pg_catalog.pg_inherits i on i.inhrelid = a.ancestor)
  select a.relid, max(a.ancestor) filter (where not c.relispartition) as root
    from above a join pg_catalog.pg_class c on c.oid = a.ancestor
    left join pg_catalog.pg_partitioned_table p on p.partrelid = a.ancestor
   group by a.relid
  having bool_or((
    select o.oid from pg_catalog.pg_opclass o join pg_catalog.pg_am m on m.oid = o.opcmethod
     where o.opcname = 'enum_ops' and o.opcnamespace = 'pg_catalog'::regnamespace and m.amname = 'hash'
    ) = any (p.partclass))`;
