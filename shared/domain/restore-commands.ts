/**
 * The commands that restore a backup by hand, without this app: from the blob with stock tools. `manifest` may be of a
 * later version, so only what is needed is read.
 */
export function restoreCommands(manifest: Readonly<Record<string, unknown>>): string[] {
  const dump = manifest['dump'] as { blob?: unknown; sha256?: unknown } | undefined;
  const tool = manifest['tool'] as { major?: number } | undefined;
  const server = manifest['server'] as { major?: number } | undefined;
  // pg_restore 17 sets transaction_timeout, which an older server refuses: one error that means nothing
  const expectsError = (tool?.major ?? 0) >= 17 && (server?.major ?? 0) < 17;
  const { database } = manifest;
  if (typeof dump?.blob !== 'string' || typeof dump.sha256 !== 'string' || typeof database !== 'string') return [];
  const file = dump.blob.slice(dump.blob.lastIndexOf('/') + 1);
  const restored = quoteForShell(`${database}_restored`);
  return [
    `# needs pg_restore ${tool?.major ?? ''} or newer, and the Azure CLI signed in with read access`,
    `az storage blob download --auth-mode login --account-name "$ACCOUNT" --container-name "$CONTAINER" --name ${quoteForShell(dump.blob)} --file ${file}`,
    `echo '${dump.sha256}  ${file}' | sha256sum --check`,
    `createdb ${restored}`,
    ...(expectsError
      ? ['# on a server before 17, one error about "transaction_timeout" is expected and means nothing']
      : []),
    `pg_restore ${expectsError ? '' : '--exit-on-error '}--no-owner --dbname ${restored} ${file}`,
  ];
}

const quoteForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
