import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiPage } from './api-page';
import { authorizationPage } from './authorization-table';
import { errorsPage, sampleSettings, settingsPage } from './generated-docs';
import { servedRoutes } from './served-routes';

const ROOT = join(__dirname, '..', '..');

/** Writes the files that are made from tables in the code; a test compares them. */
async function main(): Promise<void> {
  await writeFile(join(ROOT, 'docs', 'settings.md'), settingsPage());
  await writeFile(join(ROOT, 'docs', 'errors.md'), errorsPage());
  await writeFile(join(ROOT, 'docs', 'api.md'), apiPage(await servedRoutes()));
  await writeFile(join(ROOT, 'docs', 'authorization.md'), authorizationPage());
  await writeFile(join(ROOT, 'local.settings.sample.json'), sampleSettings());
}

void main();
