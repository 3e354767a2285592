/**
 * The commands that restore a backup by hand, without this app: from the blob with stock tools. `manifest` may be of a
 * later version, so only what is needed is read.
 */
export function restoreCommands(manifest: Readonly<Record<string, unknown>>): string[] {
  const dump = manifest['dump'] as { blob?: unknown; sha256?: unknown } | undefined;
  const tool = manifest['tool'] as { major?: unknown } | undefined;
  const { database } = manifest;
  if (typeof dump?.blob !== 'string' || typeof dump.sha256 !== 'string' || typeof database !== 'string') return [];
  const file = dump.blob.slice(dump.blob.lastIndexOf('/') + 1);
  const restored = quoteForShell(`${database}_restored`);
  return [
    `# needs pg_restore ${String(tool?.major ?? '')} or newer, and the Azure CLI signed in with read access`,
    `az storage blob download --auth-mode login --account-name "$ACCOUNT" --container-name "$CONTAINER" --name ${quoteForShell(dump.blob)} --file ${file}`,
    `echo '${dump.sha256}  ${file}' | sha256sum --check`,
    `createdb ${restored}`,
    `pg_restore --exit-on-error --no-owner --dbname ${restored} ${file}`,
  ];
}

const quoteForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
