/**
 * What makes a login that can carry out restores. It creates databases (CREATEDB), hands them to the owner of the one
 * they replace (membership with SET) and ends sessions (pg_signal_backend). OWNER stands for the database's owner, which
 * is not known before somebody can look.
 */
export function adminRoleSql(): string {
  return (
    "CREATE ROLE lifebook_restore LOGIN CREATEDB PASSWORD '…'; GRANT OWNER TO lifebook_restore; " +
    'GRANT pg_signal_backend TO lifebook_restore; (on Azure also GRANT azure_pg_admin TO lifebook_restore;)'
  );
}
