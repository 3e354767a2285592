import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { issueToken } from '../../infra/local/issuer/issue-token';
import { type ConsoleScene, HOSTILE, startConsoleScene } from '../fixtures/console/console-scene';
import { playEntra } from '../fixtures/console/play-entra';
import { findViolations } from '../fixtures/console/find-violations';
import { FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

/** A button, a link or a text is waited for so long on a busy machine. */
const PATIENCE_MS = 60_000;

let scene: ConsoleScene;
let page: Page;
let backupId: string;

beforeAll(async () => {
  scene = await startConsoleScene();
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => scene.stop());

const go = async (hash: string): Promise<void> => {
  await page.goto(`${scene.consoleUrl}${hash}`);
};
const click = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
const sees = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor({ timeout: PATIENCE_MS });
const people = (): Promise<unknown[]> => sql(scene.server, 'family', 'select count(*)::int as rows from moments');

/** The URL of a database on the server of the same logins at another address. */
const elsewhere =
  (host: string) =>
  (database?: string): string =>
    scene.server.url(database).replace('@127.0.0.1:', `@${host}:`);

async function openAs(role: 'Read' | 'Release' | 'Admin', name?: string): Promise<void> {
  page = await scene.open();
  page.setDefaultTimeout(PATIENCE_MS);
  await scene.signIn(page, role, name);
}

describe('the page', () => {
  it('comes with headers that let it load nothing from elsewhere and run nothing inline', async () => {
    const answer = await fetch(scene.consoleUrl);
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' http:\/\/127\.0\.0\.1:\d+; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'$/,
    );
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    const html = await answer.text();
    const script = /src="(\/api\/console\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
    const asset = await fetch(new URL(script, scene.consoleUrl));
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-encoding')).toBe('gzip');
  });

  it('is there at every address below it, and a file that is not there is none', async () => {
    const page404 = await fetch(`${scene.consoleUrl}/assets/console-OLD.js`);
    expect([page404.status, page404.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    const deep = await fetch(`${scene.consoleUrl}/backups/x`);
    expect([deep.status, deep.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    for (const path of ['assets/../../main.js', 'assets/%2e%2e/%2e%2e/host.json']) {
      const answer = await fetch(`${scene.consoleUrl}/${path}`);
      expect(await answer.text()).not.toContain('registerGetHealth');
    }
  });
});

describe('an admin', () => {
  it('signs in, takes a backup and watches it finish', async () => {
    await openAs('Admin', HOSTILE.slice(0, 50));
    await sees('there is no verified backup');
    await click('Take a backup');
    await page.getByLabel('Reason').fill(HOSTILE);
    await page.getByRole('dialog').getByRole('button', { name: 'Take a backup' }).click();
    await sees('succeeded');
    backupId = (await page.getByRole('link', { name: /^family_backup_/ }).textContent()) ?? '';
    await page.getByRole('link', { name: backupId }).click();
    await page.locator('summary', { hasText: 'Contents' }).click();
    await sees(`public.${HOSTILE}`);
    await go('#/');
    await sees('fresh');
  });

  it('restores by swap only with the name typed, comes back to the job after a reload, and undoes it', async () => {
    await sql(scene.server, 'family', 'delete from moments');
    await go(`#/timeline?incident=data-loss`);
    await page.getByRole('link', { name: 'Open it, filled in' }).first().click();
    await sees('Destroys nothing.');
    await page.getByRole('button', { name: 'Restore and swap in' }).click({ force: true }); // does nothing yet
    await page.getByLabel('Type the name of the database that is replaced').fill('famil');
    await sees('Type the name first.');
    await page.getByLabel('Type the name of the database that is replaced').fill('family');
    await click('Restore and swap in');
    await page.waitForURL(/#\/jobs\//);
    await page.reload();
    await sees('succeeded');
    await sees(/equal: 3 tables, 20,011 rows/);
    expect(await people()).toEqual([{ rows: 20_000 }]);
    await page.getByRole('link', { name: 'Undo …' }).click();
    await page.getByLabel('Type the name of the database that is replaced').fill('family');
    await click('Swap back');
    await page.waitForURL(/#\/jobs\//);
    await sees('succeeded');
    expect(await people()).toEqual([{ rows: 0 }]);
  });

  it('holds a backup, lifts the hold, and finds both in the audit', async () => {
    await go(`#/backups/${backupId}`);
    await click('Hold');
    await page.getByLabel('Reason').first().fill('a court asked for it');
    await page.getByRole('dialog').getByRole('button', { name: 'Hold' }).click();
    await sees(/a court asked for it/);
    await click('Lift the hold');
    await page.getByRole('dialog').getByRole('button', { name: 'Lift the hold' }).click();
    await page.getByText(/a court asked for it/).waitFor({ state: 'detached' });
    await go('#/audit');
    await sees(`PUT /api/backups/${backupId}/hold`);
  });

  it('brings a deleted photo back after its dry run, and finds nothing more to reconcile', async () => {
    await go('#/recover/undelete?container=photos');
    await page.getByRole('button', { name: `photos/1/${HOSTILE}.jpg` }).click();
    await click('Show what would happen');
    await sees('Nothing has been changed: this is the dry run.');
    await page.reload();
    await click('Bring them back');
    await page.waitForURL(/#\/jobs\//);
    await sees('succeeded');
    await sees(`Restored: 1/${HOSTILE}.jpg`);
    await go('#/recover/reconcile');
    await click('Show what would happen');
    await sees('succeeded');
    await sees('Nothing has been changed: this is the dry run.');
  });

  it('reads the playbook of a release', async () => {
    const body = { kind: 'pre-release', release: { version: '1.42.0' } };
    await scene.app.ended((await scene.app.call('POST', '/backups', { body })).body['jobId']);
    await go('#/recover/release?version=1.42.0');
    await sees('nobody recorded what ran before');
    await go(`#/recover/release?version=${encodeURIComponent(HOSTILE)}`);
    await page.getByRole('alert').filter({ hasText: 'version' }).waitFor();
  });

  it('reads why a job failed and what to do next', async () => {
    await sql(scene.server, 'postgres', 'alter role backup with nologin');
    await go('#/');
    await click('Take a backup');
    await page.getByRole('dialog').getByRole('button', { name: 'Take a backup' }).click();
    await sees('failed');
    await sees("check the login's name, password or managed identity, and pg_hba");
    await sql(scene.server, 'postgres', 'alter role backup with login');
  });

  it('restores to a point in time with its plan on the screen, and reads where the new server is', async () => {
    await sql(scene.server, 'family', 'select pg_sleep(1.1)');
    const moment = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
    await sql(scene.server, 'family', 'select pg_sleep(1.1)', "insert into moments values (0, 'too late')");
    await go(`#/recover/pitr?pointInTime=${moment}`);
    await sees('Does not touch lifebook-db.');
    await click('Restore to a new server');
    await page.waitForURL(/#\/jobs\//);
    await sees('succeeded');
    const url = await page.getByText(/^postgresql:\/\/\w+@127\.0\.0\.\d+:\d+\/family$/).textContent();
    const host = new URL((url ?? '').replace('postgresql:', 'http:')).hostname;
    expect(host).not.toBe('127.0.0.1');
    const late = 'select count(*)::int as rows from moments where id = 0';
    expect(await sql(scene.server, 'family', late)).toEqual([{ rows: 1 }]);
    expect(await sql({ ...scene.server, url: elsewhere(host) }, 'family', late)).toEqual([{ rows: 0 }]);
  });

  it('sees everything to go back to on one axis, and gets the way back from the moment that was clicked', async () => {
    await go('#/timeline?incident=blob-deleted');
    const lanes = ['pitr-window', 'dump', 'release', 'previous-database', 'clone', 'deleted-blobs'];
    for (const lane of lanes) await page.locator(`.lane.${lane} .mark`).first().waitFor({ state: 'attached' });
    await click('Zoom in');
    await page.locator('summary', { hasText: 'as a list' }).click();
    await page.getByRole('link', { name: 'audio: 1 deleted or overwritten' }).waitFor();
    const axis = page.getByRole('slider');
    const before = await axis.getAttribute('aria-valuenow');
    await axis.click({ position: { x: 300, y: 60 } });
    await page.waitForURL(/[?&]at=/);
    expect(await axis.getAttribute('aria-valuenow')).not.toBe(before);
    await page.getByRole('heading', { name: 'Undelete the blobs' }).waitFor();
    await page.getByRole('link', { name: 'Open it, filled in' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Undelete photos and audio' }).waitFor();
  });

  it('sees how the storage is protected, and has what differs mended', async () => {
    await go('#/storage');
    await sees('expiry-rule');
    await click('Mend what differs');
    await page.waitForURL(/#\/jobs\//);
    await sees('succeeded');
    await go('#/storage');
    await sees('lifebook-backup-delete-expired');
    expect(await page.getByText('expiry-rule').count()).toBe(0);
  });

  it('adopts a dump that a script has left in the container', async () => {
    const { dump } = (await scene.app.call('GET', `/backups/${backupId}`)).body['manifest'] as {
      dump: { blob: string };
    };
    await scene.leaveDump(dump.blob, `old/${HOSTILE}.dump`);
    await go('#/adopt');
    await page.getByRole('button', { name: `old/${HOSTILE}.dump` }).click();
    await click('Adopt it');
    await page.waitForURL(/#\/jobs\//);
    await sees('succeeded');
    await page.getByRole('link', { name: /^family_backup_/ }).waitFor();
  });

  it('reads the problem when something is not there', async () => {
    await go('#/backups/family_backup_20200101_0000');
    await page.getByRole('alert').waitFor();
    await sees('not-found');
  });

  it('is told that the connection is lost, and comes back by itself', async () => {
    await go('#/');
    await sees('No job is running.');
    await page.context().setOffline(true);
    await sees(/The connection is lost/);
    await page.context().setOffline(false);
    await page.getByText(/The connection is lost/).waitFor({ state: 'detached' });
  });

  it('signs in again when the token has expired, and is where they were', async () => {
    const expired = await issueToken({ role: 'Admin', minutes: -5, folder: scene.app.issuerFolder });
    await go(`#/backups/${backupId}`);
    await page.evaluate(`sessionStorage.setItem('lifebook-backup.token', ${JSON.stringify(expired)})`);
    await page.reload();
    await sees('Your sign-in has expired');
    await click('Sign in again');
    await page.locator('button[value=Admin]').click();
    await sees('Restore it …');
    expect(page.url()).toBe(`${scene.consoleUrl}#/backups/${backupId}`);
    await page.context().close();
  });
});

describe('a reader and a release manager', () => {
  it('see what they may not do, and why', async () => {
    await openAs('Read');
    await go(`#/backups/${backupId}`);
    await sees('Needs the role Release.');
    await page.getByRole('button', { name: 'Verify again' }).click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
    await go('#/audit');
    await sees('Needs the role Admin.');
    await page.context().close();
  });

  it('a release manager verifies a backup again', async () => {
    await openAs('Release');
    await go(`#/backups/${backupId}`);
    await click('Verify again');
    await page.getByRole('dialog').getByRole('button', { name: 'Verify again' }).click();
    await sees('succeeded');
    await page.context().close();
  });
});

describe('with Microsoft Entra', () => {
  it('signs in by the code flow with PKCE, and the API takes the token', async () => {
    page = await (await scene.browser.newContext()).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const entra = await playEntra(page, scene.consoleUrl, await scene.app.token('Admin'));
    await page.goto(`${scene.consoleUrl}#/backups/${backupId}`);
    await click('Sign in');
    await sees('Anna of Entra');
    await sees('Restore it …');
    expect(page.url()).toBe(`${scene.consoleUrl}#/backups/${backupId}`);
    const [asked] = entra.authorize;
    expect(Object.fromEntries(asked ?? [])).toMatchObject({
      ...{ response_type: 'code', code_challenge_method: 'S256', redirect_uri: scene.consoleUrl },
    });
    expect(entra.token[0]?.get('code')).toBe('a-code');
    expect(entra.token[0]?.get('code_verifier')).toMatch(/^[\w-]{43,}$/);
    expect(await page.evaluate('localStorage.length')).toBe(0);
    await page.context().close();
  });
});

describe('every page', () => {
  it.each([
    ['light', 1200],
    ['dark', 360],
  ] as const)('has nothing that axe objects to and scrolls to no side, %s at %i pixels', async (scheme, width) => {
    page = await scene.open({ scheme, width });
    page.setDefaultTimeout(PATIENCE_MS);
    await scene.signIn(page, 'Admin');
    const jobId = await page.evaluate(
      `fetch('/api/jobs?limit=1', { headers: { authorization: 'Bearer ' + sessionStorage.getItem('lifebook-backup.token') } }).then((answer) => answer.json()).then(({ items }) => items[0].jobId)`,
    );
    const pages = [
      ...[
        '',
        'timeline',
        'recover',
        'recover/undelete',
        'recover/reconcile',
        'recover/release?version=1.42.0',
        `recover/restore?backupId=${backupId}&mode=swap`,
        'recover/pitr',
        'backups',
        'adopt',
        'storage',
      ],
      ...[`backups/${backupId}`, 'jobs', `jobs/${String(jobId)}`, 'drills', 'retention', 'audit', 'nowhere'],
    ];
    for (const address of pages) {
      await go(`#/${address}`);
      await page.waitForLoadState('networkidle');
      expect([address, await findViolations(page)]).toEqual([address, []]);
      expect([address, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([address, width]);
    }
    await page.context().close();
  });

  it('has loaded nothing from another host, and ran no markup of a name', () => {
    const hosts = new Set(scene.requests.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).hostname));
    expect([...hosts]).toEqual(['127.0.0.1']);
    expect(scene.complaints).toEqual([]);
  });
});
