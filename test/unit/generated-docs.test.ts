import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { apiPage } from '../../infra/bundle/api-page';
import { authorizationPage } from '../../infra/bundle/authorization-table';
import { errorsPage, sampleSettings, settingsPage } from '../../infra/bundle/generated-docs';
import { servedRoutes } from '../../infra/bundle/served-routes';

const read = (name: string): string => readFileSync(join(__dirname, '..', '..', name), 'utf8');

it.each([
  ['docs/settings.md', settingsPage],
  ['docs/errors.md', errorsPage],
  ['docs/authorization.md', authorizationPage],
  ['local.settings.sample.json', sampleSettings],
])('%s is what the tables say (npm run docs:settings writes it)', (name, page) => {
  expect(read(name)).toBe(page());
});

it('docs/api.md is what the routes say (npm run docs:settings writes it)', async () => {
  const page = apiPage(await servedRoutes());
  expect(read('docs/api.md')).toBe(page);
  const anchors = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading);
  expect(anchors).toEqual(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
});
