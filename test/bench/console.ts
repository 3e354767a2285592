import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { BACKUPS, type ConsoleStage, JOBS, setConsoleStage } from './console-stage';
import { machineBusyMs } from './processor-time';
import { median, row, type Row } from './rows';
import { printTable } from './table';

const [FIRST_PAINT_MS, FREEZE_MS, ASSETS_KB] = [1000, 200, 250] as const;
const LISTS = ['backups', 'jobs'] as const;

/** Tells when the first row of a list was on the screen, by the page's own clock. */
const WATCH_ROWS = `window.rowsAt = new Promise((tell) => {
  const look = () => document.querySelector('main tbody tr') === null
    ? requestAnimationFrame(look)
    : requestAnimationFrame(() => setTimeout(() => tell(performance.now())));
  look();
})`;
/** Keeps the longest frame and the longest task from now on. */
const WATCH_FRAMES = `{
  window.worst = { frame: 0, task: 0 };
  let before = performance.now();
  const frame = (now) => {
    window.worst.frame = Math.max(window.worst.frame, now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame((now) => { before = now; requestAnimationFrame(frame); });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.worst.task = Math.max(window.worst.task, duration);
  }).observe({ entryTypes: ['longtask'] });
}`;

interface Worst {
  readonly frame: number;
  readonly task: number;
}

/** The web page with a long history: real Chromium, the app on the local host, Azurite. */
export async function benchConsole(runs: number, print: (line: string) => void): Promise<Row[]> {
  const stage = await setConsoleStage(print);
  const [begun, busy] = [performance.now(), machineBusyMs()];
  try {
    const [rows, table]: [Row[], string[][]] = [[], []];
    for (const list of LISTS) {
      const measured = await measureList(stage, list, runs);
      rows.push(...measured.rows);
      table.push(...measured.table);
    }
    const assets = await assetsKilobytes(stage.app.host.url);
    rows.push(row('console, assets compressed', 'kB', assets, { goal: atMost(ASSETS_KB) }));
    table.push(['all assets, gzip', `${assets.toFixed(0)} kB`, `≤ ${ASSETS_KB} kB`]);
    const load = (machineBusyMs() - busy) / (performance.now() - begun);
    print(`\nThe console, ${BACKUPS} backups and ${JOBS} jobs, medians of ${runs}; ${load.toFixed(1)} cores were busy`);
    printTable([['what', 'measured', 'goal'], ...table], print);
    return rows;
  } finally {
    await stage.stop();
  }
}

const atMost = (limit: number) => ({ of: 'value', is: 'at most', limit }) as const;
const ms = (value: number): string => `${value.toFixed(0)} ms`;

async function measureList(
  stage: ConsoleStage,
  list: (typeof LISTS)[number],
  runs: number,
): Promise<{ rows: Row[]; table: string[][] }> {
  const page = await openSignedIn(stage);
  const paints: number[] = [];
  for (let run = 0; run <= runs; run++)
    paints.push(await firstPaint(page, `${stage.app.host.url}/api/console#/${list}`));
  const [first = NaN, ...later] = paints;
  await readEverything(page);
  const count = await page.evaluate<number>("document.querySelectorAll('main tbody tr').length");
  const scrolled = await worstOf(page, () => scroll(page));
  const sorted = await worstOf(page, () => page.locator('main th button').first().click());
  const typed = await worstOf(page, () =>
    page.getByLabel('Find in the list').pressSequentially('family', { delay: 100 }),
  );
  await page.context().close();
  const names = [`${list}: first paint`, `${list}: scrolling`, `${list}: sorting`, `${list}: typing`] as const;
  const slowest = Math.max(scrolled.task, scrolled.frame);
  return {
    rows: [
      row(`console, ${names[0]}`, 'ms', median(later), { goal: atMost(FIRST_PAINT_MS) }),
      row(`console, ${names[1]}, longest frame`, 'ms', slowest, { goal: atMost(FREEZE_MS) }),
      row(`console, ${names[2]}, longest frame`, 'ms', sorted.frame, { goal: atMost(FREEZE_MS) }),
      row(`console, ${names[3]}, longest frame`, 'ms', typed.frame, { goal: atMost(FREEZE_MS) }),
    ],
    table: [
      [names[0], `${ms(median(later))} (the very first ${ms(first)})`, `≤ ${FIRST_PAINT_MS} ms`],
      [
        `${names[1]}, longest frame`,
        `${ms(scrolled.frame)}, task ${ms(scrolled.task)}, ${count} rows`,
        `≤ ${FREEZE_MS} ms`,
      ],
      [`${names[2]}, longest frame`, `${ms(sorted.frame)}, task ${ms(sorted.task)}`, `≤ ${FREEZE_MS} ms`],
      [`${names[3]}, longest frame`, `${ms(typed.frame)}, task ${ms(typed.task)}`, `≤ ${FREEZE_MS} ms`],
    ],
  };
}

async function openSignedIn({ app, browser }: ConsoleStage): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(`${app.host.url}/api/console`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Name').fill('bench');
  await page.locator('button[value=Read]').click();
  await page.getByRole('navigation').waitFor();
  await page.addInitScript(WATCH_ROWS);
  return page;
}

/** From the address to the first rows on the screen. */
async function firstPaint(page: Page, url: string): Promise<number> {
  // what the page before reads anew behind its list is not part of this one
  await page.waitForLoadState('networkidle');
  await page.goto('about:blank');
  await page.goto(url);
  return page.evaluate<number>('window.rowsAt');
}

async function readEverything(page: Page): Promise<void> {
  const more = page.getByRole('button', { name: 'Show 200 more' });
  const isReading = page.getByRole('status').filter({ hasText: 'Loading' });
  for (;;) {
    await isReading.waitFor({ state: 'detached' });
    if ((await more.count()) === 0) return;
    await more.click();
  }
}

async function worstOf(page: Page, act: () => Promise<unknown>): Promise<Worst> {
  await page.evaluate(WATCH_FRAMES);
  await act();
  await page.waitForTimeout(500);
  return page.evaluate<Worst>('window.worst');
}

async function scroll(page: Page): Promise<void> {
  await page.mouse.move(600, 500);
  for (let turn = 0; turn < 60; turn++) {
    await page.mouse.wheel(0, 600);
    await page.waitForTimeout(16);
  }
}

/** Everything that the page may load, also what only signing in with Entra needs. */
async function assetsKilobytes(hostUrl: string): Promise<number> {
  const found = new Set<string>(['/api/console']);
  let bytes = 0;
  for (const path of found) {
    const text = await (await fetch(new URL(path, hostUrl))).text();
    bytes += gzipSync(text).length;
    for (const [, name] of text.matchAll(/["'(](?:\/api\/console\/assets|\.)\/([\w-]+\.(?:js|css))["')]/g)) {
      found.add(`/api/console/assets/${name ?? ''}`);
    }
  }
  return bytes / 1000;
}
