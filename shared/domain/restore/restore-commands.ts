import { createDatabaseSql } from './create-database-sql';
import type { Manifest } from '../backup/manifest';
import { quoteIdentifier } from '../sql-names';

/** What the commands are made of; a manifest of a later version may lack any of it. */
type Readable = Partial<Pick<Manifest, 'database' | 'databaseProperties' | 'dump' | 'globals' | 'server' | 'tool'>>;

/**
 * The commands that restore a backup by hand, without this app: from the blob with stock tools, to a new database beside
 * the live one. They are for bash; PGHOST, PGUSER and PGPASSWORD say where to. Empty when the manifest does not say enough.
 */
export function restoreCommands(manifest: Readonly<Record<string, unknown>>): string[] {
  const { database, databaseProperties, dump, globals, server, tool } = manifest as Readable;
  if (dump === undefined || database === undefined || databaseProperties === undefined) return [];
  const file = fileOf(dump.blob);
  const restored = `${database}_restored`;
  const serverMajor = server?.major ?? tool?.major ?? 0;
  const { owner } = databaseProperties;
  const owned = owner === null ? '' : ` OWNER ${quoteIdentifier(owner)}`;
  const create = `${createDatabaseSql(restored, databaseProperties, serverMajor)}${owned}`;
  // pg_restore 17 sets transaction_timeout, which an older server refuses: one error that means nothing
  const expectsError = (tool?.major ?? 0) >= 17 && serverMajor < 17;
  return [
    `# needs pg_restore ${tool?.major ?? ''} or newer, and the Azure CLI signed in with read access; PGHOST, PGUSER and PGPASSWORD name the server`,
    ...fetch(dump),
    ...(globals === undefined
      ? []
      : [
          ...fetch(globals),
          '# roles, without passwords; those that exist already are errors that mean nothing',
          `psql --no-psqlrc --dbname postgres --file ${quoteForShell(fileOf(globals.blob))}`,
        ]),
    `psql --no-psqlrc --set ON_ERROR_STOP=1 --dbname postgres --command ${quoteForShell(create)}`,
    '# where its roles are not there: leave OWNER out above, and add --no-owner --no-privileges',
    ...(expectsError
      ? [
          '# on a server before 17, errors about "transaction_timeout" are expected and mean nothing, so pg_restore exits with 1',
        ]
      : []),
    `pg_restore ${expectsError ? '' : '--exit-on-error '}--jobs 2 --dbname ${quoteForShell(conninfo(restored))} ${quoteForShell(file)}`,
    `psql --no-psqlrc --set ON_ERROR_STOP=1 --dbname ${quoteForShell(conninfo(restored))} --command ANALYZE`,
  ];
}

function fetch({ blob, sha256 }: { readonly blob: string; readonly sha256: string }): string[] {
  const file = fileOf(blob);
  return [
    `az storage blob download --auth-mode login --account-name "$ACCOUNT" --container-name "$CONTAINER" --name ${quoteForShell(blob)} --file ${quoteForShell(file)}`,
    `echo ${quoteForShell(`${sha256}  ${file}`)} | sha256sum --check`,
  ];
}

const fileOf = (blob: string): string => blob.slice(blob.lastIndexOf('/') + 1);

/** `--dbname` takes what has a `=` in it, or looks like a URL, for more than a name. */
const conninfo = (database: string): string => `dbname='${database.replaceAll(/['\\]/g, '\\$&')}'`;

const quoteForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
