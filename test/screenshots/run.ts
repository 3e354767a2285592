import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type ConsoleScene, startConsoleScene } from '../fixtures/console/console-scene';
import { sql } from '../fixtures/environment/sql';

const USAGE = `Pictures of every page of the console, at 360 and 1440 pixels, light and dark.

  npm run screenshots -- [--out DIR]     default: screenshots/`;
const BACKUPS = 6;

/** Something to look at: backups that grow, one from before a release, a drill, a swap that was made. */
async function fill({ app, server }: ConsoleScene): Promise<Record<'backupId' | 'jobId' | 'drillId', string>> {
  const run = async (path: string, body: object): Promise<Readonly<Record<string, unknown>>> =>
    (await app.ended((await app.call('POST', path, { body })).body['jobId'])).body;
  // a drill looks for the newest assets, and the one of the scene is deleted
  await sql(server, 'family', 'delete from assets');
  let backupId = '';
  for (let number = 1; number <= BACKUPS; number += 1) {
    const release = { version: `1.${40 + number}.0` };
    const body = number % 3 === 0 ? { kind: 'pre-release', release } : { kind: 'manual', reason: 'a picture' };
    const { result } = await run('/backups', body);
    backupId = (result as { backupId: string }).backupId;
    await sql(server, 'family', 'insert into moments select n, md5(n::text) from generate_series(1, 3000) n');
  }
  const { jobId: drillId } = await run('/drills', { backupId });
  const { jobId } = await run('/restores', { backupId, mode: 'swap', confirm: 'family' });
  return { backupId, drillId: String(drillId), jobId: String(jobId) };
}

const addresses = ({ backupId, jobId, drillId }: Record<'backupId' | 'jobId' | 'drillId', string>) =>
  ({
    overview: '',
    timeline: 'timeline?incident=bad-migration',
    recover: 'recover',
    restore: `recover/restore?backupId=${backupId}&mode=swap`,
    undo: `recover/undo/${jobId}`,
    pitr: 'recover/pitr',
    undelete: 'recover/undelete',
    reconcile: 'recover/reconcile',
    release: 'recover/release?version=1.46.0',
    backups: 'backups',
    adopt: 'adopt',
    storage: 'storage',
    backup: `backups/${backupId}`,
    jobs: 'jobs',
    job: `jobs/${jobId}`,
    drills: 'drills',
    drill: `drills/${drillId}`,
    retention: 'retention',
    audit: 'audit',
  }) as const;

async function take(page: Page, file: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  // what is asked for again and again never leaves the network idle for long; what is drawn last is a plan
  await page
    .getByText(/^(Loading|Looking|Making)/)
    .first()
    .waitFor({ state: 'detached' });
  await page.screenshot({ path: file, fullPage: true });
}

async function main(): Promise<void> {
  const options = { out: { type: 'string', default: 'screenshots' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  if (values.help === true) return console.log(USAGE);
  await mkdir(values.out, { recursive: true });
  const scene = await startConsoleScene();
  try {
    const pages = addresses(await fill(scene));
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [360, 1440]) {
        const page = await scene.open({ scheme, width });
        await scene.signIn(page, 'Admin', 'Anna Gruber');
        for (const [name, address] of Object.entries(pages)) {
          await page.goto(`${scene.consoleUrl}#/${address}`);
          await take(page, join(values.out, `${name}-${width}-${scheme}.png`));
        }
        await page.context().close();
      }
    }
    console.log(`${Object.keys(pages).length * 4} pictures are in ${values.out}/`);
  } finally {
    await scene.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
