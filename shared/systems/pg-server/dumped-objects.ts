/**
 * What pg_dump selects, in SQL (selectDumpableObject and its kin in pg_dump.c, majors 14 to 18): neither system schemas
 * nor temporary ones, nor members of extensions; of those only tables that the extension declares as configuration.
 */

/** Condition on a namespace `n`. */
export const USER_SCHEMA = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

/** Condition on a class `c`: not a member of an extension. */
export const NO_EXTENSION_MEMBER = `not exists (
  select from pg_catalog.pg_depend d
   where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.objsubid = 0 and d.deptype = 'e')`;

/** Condition on a class `c`: configuration that an extension asks to have dumped. */
export const EXTENSION_CONFIGURATION = `exists (
  select from pg_catalog.pg_extension e where c.oid = any (e.extconfig))`;

/** Tables whose rows are dumped; partitioned ones have none of their own. */
export const DUMPED_TABLES = `
  select c.oid, n.nspname, c.relname
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and c.relpersistence <> 't' and ${USER_SCHEMA}
     and (${NO_EXTENSION_MEMBER} or ${EXTENSION_CONFIGURATION})`;

/** Sequences whose position is dumped. */
export const DUMPED_SEQUENCES = `
  select c.oid, n.nspname, c.relname
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'S' and c.relpersistence <> 't' and ${USER_SCHEMA}
     and (${NO_EXTENSION_MEMBER} or ${EXTENSION_CONFIGURATION})`;
