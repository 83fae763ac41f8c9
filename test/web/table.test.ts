import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeProject } from '../../bench/house-commands.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { openDashboard, type DashboardPage } from '../support/dashboard-page.ts';
import { serveDashboard, type ServedDashboard } from '../support/dashboard-project.ts';
import { sheafArgv } from '../support/sheaf-argv.ts';

const EXPERIMENTS = 10_000;
const WINDOW_ROWS = 200;

/** A question of the page. */
interface Asked {
  readonly name: string;
  readonly request: { readonly columns?: readonly string[]; readonly offset?: number; readonly limit?: number };
}

describeWithBrowser(`the table of ${EXPERIMENTS} experiments`, (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-table-'));
  let served: ServedDashboard | undefined;
  let dashboard: DashboardPage;
  let page: Page;
  let asked: Asked[] = [];
  beforeAll(async () => {
    mkdirSync(join(folder, 'local'));
    const env = { ...process.env, HOME: folder, SHEAF_LOCAL_DIR: join(folder, 'local'), SHEAF_TEST_NO_SLURM: '1' };
    const path = makeProject(join(folder, 'project'), EXPERIMENTS);
    // Reads the journal: while the page is open, nothing changes.
    const [program, ...words] = sheafArgv();
    execFileSync(program, [...words, 'list', '--limit', '1'], { cwd: path, env });
    served = await serveDashboard({ path, env });
    dashboard = await openDashboard(browser(), served);
    ({ page } = dashboard);
    page.on('request', (request) => {
      const [, name] = /\/api\/(\w+)$/.exec(request.url()) ?? [];
      if (name !== undefined && request.method() === 'POST') asked.push({ name, request: request.postDataJSON() });
    });
  }, 120_000);
  afterAll(async () => {
    await served?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  /** Opens a list as if the page had not been open. */
  async function openAnew(path: string): Promise<void> {
    await page.goto('about:blank');
    asked = [];
    await dashboard.open(path);
    await page.locator('[role=row] a').first().waitFor();
  }

  /** The calls for rows; how many are archived is asked without any. */
  function getPages(): Asked['request'][] {
    return asked.filter(({ name, request }) => name === 'page' && request.limit !== 0).map(({ request }) => request);
  }

  function count(what: string): Promise<number> {
    return page.evaluate<number>(what);
  }

  test('begins with one call for the first rows, before what counts all experiments', async () => {
    await openAnew('/x');
    const [first, ...others] = getPages();
    expect(first).toEqual({ columns: ['all'], limit: WINDOW_ROWS });
    expect(others.filter(({ offset }) => offset === undefined)).toEqual([]);
    const lists = asked.map(({ name }) => name).filter((name) => name === 'page' || name === 'facets');
    expect(asked.find(({ name }) => name === 'page')?.request).toEqual(first);
    expect(lists.indexOf('page')).toBeLessThan(lists.indexOf('facets'));
    expect(lists.filter((name) => name === 'facets')).toHaveLength(1);
  });

  test('asks for the rows of a filter and for the names of columns side by side', async () => {
    await openAnew('/x?q=accuracy+%3E+0.5&s=-accuracy');
    const whole = { columns: ['all'], limit: WINDOW_ROWS };
    expect(getPages().filter(({ offset }) => offset === undefined)).toEqual([
      whole,
      { where: 'accuracy > 0.5', sort: { field: 'accuracy', descending: true }, ...whole },
    ]);
  });

  test('holds what is on screen and no more, wherever one is', async () => {
    await openAnew('/x');
    const atTop = await count(`document.querySelectorAll('[role=grid] *').length`);
    expect(atTop).toBeLessThan(2_000);
    asked = [];
    await page.locator('[role=grid]').press('Control+End');
    await page.getByRole('link', { name: 'bench_000000' }).waitFor();
    expect(await count(`document.querySelectorAll('[role=grid] *').length`)).toBeLessThan(2_000);
    expect(await count(`document.querySelectorAll('[role=row]').length`)).toBeLessThan(60);
    const rows = getPages().reduce((sum, { limit = 0 }) => sum + limit, 0);
    expect(rows).toBeLessThanOrEqual(4 * WINDOW_ROWS);
  });

  test('keeps the names at the left while the others move, and has no layers for them before', async () => {
    await openAnew('/x');
    const sticky = `[...document.querySelectorAll('[role=grid] *')].filter((each) => getComputedStyle(each).position === 'sticky').length`;
    expect(await count(sticky)).toBe(1);
    const left = `document.querySelector('[role=row] a').getBoundingClientRect().left`;
    const before = await count(left);
    await page.evaluate(`document.querySelector('[role=grid]').scrollLeft = 300`);
    await page.locator('[role=grid][data-aside=true]').waitFor();
    expect(await count(left)).toBe(before);
  });

  test('says that there is nothing only when it was answered so', async () => {
    await openAnew('/x');
    await dashboard.open('/x?q=lr%20%3E%20100');
    await page.getByText('No experiment').first().waitFor();
    const held = Promise.withResolvers<void>();
    await page.route('**/api/page', async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.goto(page.url().replace(/q=.*/, 'q=accuracy+%3E+0.25'));
    await page.locator('main [data-reading]').first().waitFor();
    expect(await page.locator('main').innerText()).not.toContain('No experiment');
    held.resolve();
    await page.locator('[role=row] a').first().waitFor();
    await page.unroute('**/api/page');
  });

  test('changes no row for a key in the filter', async () => {
    await openAnew('/x');
    // What is asked last is there: nothing else changes rows.
    await page.getByRole('region', { name: 'Counts' }).getByRole('button').first().waitFor();
    await dashboard.rest();
    await page.evaluate(`window.changes = 0; new MutationObserver((records) => { window.changes += records.length; }).observe(
      document.querySelector('[role=row] a').closest('[role=row]'),
      { subtree: true, childList: true, attributes: true, characterData: true })`);
    const filter = page.getByRole('combobox', { name: 'Filter' });
    // Never a query: no list follows it.
    await filter.pressSequentially('(status = ');
    await page.getByRole('option', { name: 'completed' }).waitFor();
    expect(await count('window.changes')).toBe(0);
  });

  test('stays, dimmed, while the filter is no query, and has no rows if none was a query before', async () => {
    const list = page.locator('[role=grid][data-former=true]');
    await list.waitFor();
    await page.getByText('(last valid filter)').waitFor();
    await until(() => page.url().includes('q='));
    await page.reload();
    await page.getByText('The filter is not a query yet. Correct the underlined part.').waitFor();
    expect(await page.getByRole('grid').count()).toBe(0);
  });
});
