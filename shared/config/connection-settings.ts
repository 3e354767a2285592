/** Settings that are families of names or URLs with secrets; read by databases.ts and storage-connections.ts. */
export const CONNECTION_SETTINGS = [
  {
    name: 'DATABASE_URL, DATABASE_URL_<NAME>',
    sample: 'postgresql://lifebook_backup:PASSWORD@SERVER.postgres.database.azure.com/lifebook',
    doc: 'The databases to protect; `DATABASE_URL_EU_WEST` is `eu-west`, `DATABASE_URL` is called as the database itself. `postgres://` and any `postgresql+driver://` work. Port 6432 (PgBouncer) becomes 5432 with a warning. The login only reads.',
  },
  {
    name: 'DATABASE_DUMP_URL, DATABASE_DUMP_URL_<NAME>',
    sample: undefined,
    doc: "A read replica for nightly dumps only; `snapshotAt` is then its last replayed commit's time.",
  },
  {
    name: 'DATABASE_ADMIN_URL, DATABASE_ADMIN_URL_<NAME>',
    sample: undefined,
    doc: 'The login that may create, rename and drop databases, on the server of the `DATABASE_URL` of the same suffix; only restores and drills use it. Its database is where it is connected meanwhile, `postgres` for example.',
  },
  {
    name: 'RESTORE_TARGET_<NAME>',
    sample: undefined,
    doc: 'Another server that restores may go to, with such a login; `RESTORE_TARGET_STAGING` is `target: "staging"`.',
  },
  {
    name: 'DRILL_DATABASE_URL',
    sample: undefined,
    doc: 'The server that drills restore to, with such a login.',
  },
  {
    name: 'CONTENT_STORAGE',
    sample: undefined,
    doc: 'Account of the photos and audio, in the same forms as `BACKUP_STORAGE`. Drills only look whether blobs are there; undeletes and reconciliations bring them back.',
  },
  {
    name: 'BACKUP_STORAGE',
    sample: 'UseDevelopmentStorage=true',
    doc: 'Account of the dumps: a connection string, or `BACKUP_STORAGE__blobServiceUri` with `BACKUP_STORAGE__credential=managedidentity` and optionally `BACKUP_STORAGE__clientId`.',
  },
  {
    name: 'SECOND_COPY_STORAGE',
    sample: undefined,
    doc: 'Another account, in the same forms as `BACKUP_STORAGE`: every verified dump is copied to the container of the same name there, create-only. Best in another region or subscription.',
  },
  {
    name: 'AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_ACCOUNT_KEY',
    sample: undefined,
    doc: "Accepted instead of `BACKUP_STORAGE`, as LifeBook's scripts use them.",
  },
  {
    name: 'STATE_STORAGE',
    sample: undefined,
    doc: 'Account of the queue and the job records, in the same forms (`STATE_STORAGE__blobServiceUri`, `STATE_STORAGE__queueServiceUri`). Default: `AzureWebJobsStorage`.',
  },
] as const;
