import type { Terminal } from '../demo/terminal';
import type { LocalEnvironment } from '../environment/local-environment';

/** What is where, and how to use it from another terminal. `hasMasterKey`: the settings file has MASTER_KEY. */
export function explain(
  terminal: Terminal,
  { postgres, blobStore, azure }: LocalEnvironment,
  url: string,
  settingsFile: string,
  hasMasterKey: boolean,
): void {
  const json = `-H 'Content-Type: application/json'`;
  terminal.heading(`LifeBook Backup is at ${url}`);
  terminal.line(`  console     ${url}/api/console`);
  terminal.line(`  health      ${url}/api/health`);
  terminal.line(`  database    PostgreSQL ${postgres.major} on 127.0.0.1:${postgres.port}, database lifebook`);
  terminal.line(`  storage     ${blobStore.blobUrl} and ${blobStore.queueUrl}`);
  if (azure !== undefined) {
    terminal.line(`  photos      ${azure.content.blobUrl}, an account that keeps what is deleted`);
    terminal.line(`  Azure       servers, simulated, at ${azure.arm.url}: point-in-time restore works`);
  }
  terminal.line(`  settings    ${settingsFile} (passwords; only you can read it)`);
  terminal.line();
  terminal.line('In another terminal, in this folder:');
  terminal.line(`  set -a; . ${settingsFile}; set +a`);
  terminal.line('  TOKEN=$(npm run --silent token -- --role Admin)');
  terminal.line(`  export LIFEBOOK_BACKUP_URL=${url} LIFEBOOK_BACKUP_TOKEN="$TOKEN"`);
  terminal.line('  npm run --silent client -- backup manual --wait');
  terminal.line('  npm run --silent client -- --help');
  terminal.line(`  curl -X POST ${url}/api/backups -H "Authorization: Bearer $TOKEN" ${json} -d '{"kind":"manual"}'`);
  terminal.line(`  curl -H "Authorization: Bearer $TOKEN" ${url}/api/jobs`);
  terminal.line(`  curl -H "Authorization: Bearer $TOKEN" ${url}/api/backups`);
  if (azure !== undefined) {
    terminal.line(
      `  curl -X POST ${url}/api/pitr-restores -H "Authorization: Bearer $TOKEN" ${json} -d "{\\"pointInTime\\":\\"$(date -u +%FT%TZ)\\",\\"then\\":\\"export\\"}"`,
    );
    terminal.line(`  curl -H "Authorization: Bearer $TOKEN" ${url}/api/deleted-blobs`);
  }
  if (hasMasterKey) {
    const key = '-H "x-functions-key: $MASTER_KEY"';
    terminal.line(`  curl -X POST ${url}/admin/functions/nightlyBackup ${key} ${json} -d '{"input":""}'`);
  }
  terminal.line('  psql "$DATABASE_ADMIN_URL"');
  terminal.line();
  terminal.line('Servers and passwords are new each time and gone afterwards. Ctrl-C stops everything.');
}
