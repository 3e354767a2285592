import { CONNECTION_SETTINGS } from '../../shared/config/connection-settings';
import { SETTINGS } from '../../shared/config/settings-table';
import type { Setting } from '../../shared/config/setting-types';
import { failureTable } from '../../shared/domain/failure';
import { STATUS_OF } from '../../shared/http/problem';

/** docs/settings.md from the settings table. */
export function settingsPage(): string {
  const connections = CONNECTION_SETTINGS.map(({ name, doc }) => `| ${code(name)} | ${doc} |`);
  const rows = (Object.entries(SETTINGS) as [string, Setting<unknown>][]).map(
    ([name, { accepts, fallback, doc }]) =>
      `| \`${name}\` | ${fallback === undefined ? '–' : `\`${fallback}\``} | ${accepts} | ${doc} |`,
  );
  return `# Settings

Made from \`shared/config/settings-table.ts\` and \`connection-settings.ts\` by \`npm run docs:settings\`; change it there.
A setting is read when something needs it first, and a bad one stops only what needs it. Values are never shown in errors.

## Databases and storage

| setting | meaning |
|---|---|
${connections.join('\n')}

## Everything else

| setting | default | accepts | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** docs/errors.md from the failure table. */
export function errorsPage(): string {
  const rows = Object.entries(failureTable).map(
    ([name, { kind, retryable, hint }]) =>
      `| \`${name}\` | ${STATUS_OF[name as keyof typeof STATUS_OF]} | ${kind} | ${retryable ? 'yes' : 'no'} | ${hint} |`,
  );
  return `# Errors

Made from \`shared/domain/failure.ts\` and \`shared/http/problem.ts\` by \`npm run docs:settings\`; change it there.
HTTP answers carry the code in \`application/problem+json\`, jobs in their \`error\`. "again" says whether a job that fails so is
started again by itself. A 429 has \`Retry-After\`: after so many seconds it is worth trying again.

| code | HTTP | whose turn | again | what to do |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

/** local.settings.sample.json: what a developer's machine needs; everything else has a default. */
export function sampleSettings(): string {
  const values: Record<string, string> = {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  };
  for (const { name, sample } of CONNECTION_SETTINGS) {
    if (sample !== undefined) values[name.split(',')[0] ?? name] = sample;
  }
  values['AUTH_MODE'] = 'local';
  return `${JSON.stringify({ IsEncrypted: false, Values: values }, null, 2)}\n`;
}

const code = (names: string): string =>
  names
    .split(', ')
    .map((name) => `\`${name}\``)
    .join(', ');
