import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { authorizationPage } from '../../infra/bundle/authorization-table';
import { errorsPage, sampleSettings, settingsPage } from '../../infra/bundle/generated-docs';

const read = (name: string): string => readFileSync(join(__dirname, '..', '..', name), 'utf8');

it.each([
  ['docs/settings.md', settingsPage],
  ['docs/errors.md', errorsPage],
  ['docs/authorization.md', authorizationPage],
  ['local.settings.sample.json', sampleSettings],
])('%s is what the tables say (npm run docs:settings writes it)', (name, page) => {
  expect(read(name)).toBe(page());
});
