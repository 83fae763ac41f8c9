/** Each flow of the dashboard by keys alone, with the focus where one sees it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBrowser } from '../support/browser.ts';
import { openDashboard, type DashboardPage } from '../support/dashboard-page.ts';
import {
  makeDashboardProject,
  serveDashboard,
  type DashboardProject,
  type ServedDashboard,
} from '../support/dashboard-project.ts';
import { until } from '../support/until.ts';

/** What has the focus: its role or tag with its name; in a grid, the text of the active cell. Empty if nothing has. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return '';
  const id = at.getAttribute('role') === 'grid' && at.getAttribute('aria-activedescendant');
  if (id) return 'cell ' + (document.getElementById(id)?.textContent ?? 'that is not there');
  const name = at.getAttribute('aria-label') ?? (at.labels?.[0]?.textContent || at.textContent);
  return (at.getAttribute('role') ?? at.tagName.toLowerCase()) + ' ' + name.trim().slice(0, 60);
})()`;

/** Why one does not see what has the focus; empty if one does. */
const HIDDEN = `(() => {
  let at = document.activeElement;
  const id = at?.getAttribute('role') === 'grid' && at.getAttribute('aria-activedescendant');
  if (id) at = document.getElementById(id);
  if (at === null || at === document.body) return 'nothing has the focus';
  if (getComputedStyle(at).outlineStyle === 'none' && !at.matches('input, [role=dialog]')) return 'no ring around it';
  const { left, top, width, height } = at.getBoundingClientRect();
  const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
  const seen = points.some(([x, y]) => {
    const there = document.elementFromPoint(left + width * x, top + height * y);
    return there !== null && (at.contains(there) || there.contains(at) || [...(at.labels ?? [])].some((each) => each.contains(there)));
  });
  return seen ? '' : 'it is covered, or outside of the window';
})()`;

describeWithBrowser('the keyboard', (browser) => {
  let project: DashboardProject;
  let served: ServedDashboard;
  let dashboard: DashboardPage;
  let page: Page;
  beforeAll(async () => {
    project = makeDashboardProject();
    project.sheaf(['run', 'line', 'lrs', '--grid', 'lr=0.05,0.2', '--grid', 'seed=0,1', '--id', 'lr{lr}_s{seed}']);
    project.sheaf(['run', 'line', 'broken', '--end', 'badly'], 1);
    served = await serveDashboard(project);
    dashboard = await openDashboard(browser(), served);
    page = dashboard.page;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(async () => {
    await page.context().close();
    await served.stop();
    project.remove();
  });

  const focused = (): Promise<string> => page.evaluate<string>(FOCUSED);

  /** Presses keys one after the other; the focus must be somewhere, and visible there, after each. */
  async function press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await page.keyboard.press(key);
      let why = '';
      await until(
        async () => (why = await page.evaluate<string>(HIDDEN)) === '',
        () => `a visible focus after ${key}: ${why}`,
      );
    }
  }

  /** Moves with Tab until this has the focus. */
  async function tabTo(name: string | RegExp, key = 'Tab'): Promise<void> {
    const passed: string[] = [];
    for (let presses = 0; presses < 80; presses += 1) {
      await press(key);
      const now = await focused();
      if (typeof name === 'string' ? now === name : name.test(now)) return;
      passed.push(now);
    }
    throw new Error(`Tab leads to ${passed.join(' | ')}, and not to ${String(name)}`);
  }

  async function awaitFocus(name: string): Promise<void> {
    let last = '';
    await until(
      async () => (last = await focused()) === name,
      () => `the focus on "${name}": "${last}" has it`,
    );
  }

  const rows = (): Promise<string[]> => page.locator('[role=row] [role=rowheader]').allInnerTexts();
  const copied = (): Promise<string> => page.evaluate('navigator.clipboard.readText()');

  async function awaitRows(...ids: readonly string[]): Promise<void> {
    let shown: readonly string[] = [];
    await until(
      async () => JSON.stringify((shown = await rows())) === JSON.stringify(ids),
      () => `the rows ${ids.join()}: ${shown.join()} at ${page.url()}`,
    );
  }

  test('filters with completion and counts, and leaves the filter for the list', async () => {
    await dashboard.open('/x');
    await press('/');
    await page.keyboard.type('stat');
    await page.getByRole('option', { name: /^status/ }).waitFor();
    await press('ArrowDown', 'Enter');
    await page.keyboard.type('= com');
    await page.getByRole('option', { name: /^completed/ }).waitFor();
    await press('ArrowDown', 'Enter', 'Escape');
    await awaitRows('lr0.2_s1', 'lr0.2_s0', 'lr0.05_s1', 'lr0.05_s0');
    await tabTo(/^button not status completed/);
    await press('Enter');
    await dashboard.rest();
    await press('/', 'Control+A', 'Delete', 'Enter');
    await awaitRows('broken', 'lr0.2_s1', 'lr0.2_s0', 'lr0.05_s1', 'lr0.05_s0');
    // What may come next closes, then the list has the focus.
    await press('Escape', 'Escape');

    await press('j');
    await awaitFocus('cell lr0.2_s1');
    expect(dashboard.complaints).toEqual([]);
  });

  test('that comes back to the filter takes nothing that was chosen there before', async () => {
    await dashboard.open('/x');
    await press('/');
    await page.getByRole('option').first().waitFor();
    // What the server knows may come in between, and then nothing is chosen any more.
    await until(async () => {
      await press('ArrowDown');
      return (await page.locator('[role=option][data-highlighted]').count()) > 0;
    });
    // Faster than what may come next closes.
    await page.evaluate('(({ activeElement: at }) => (at.blur(), at.focus()))(document)');
    await press('Enter', 'Escape', 'j');
    await until(async () => (await focused()).startsWith('cell '));
    expect(await page.getByLabel('Filter', { exact: true }).inputValue()).toBe('');
    expect(page.url()).not.toContain('q=');
  });

  test('sorts, chooses columns, selects, peeks, saves a view and copies the command', async () => {
    await dashboard.open('/');
    await press('g', 'x');
    await page.locator('[role=rowheader]').first().waitFor();
    await press('j', 'k', 'ArrowUp', 'End');
    const sorted = await focused();
    await press('Enter');
    await page.locator('[role=columnheader][aria-sort]').waitFor();
    expect(await focused()).toMatch(sorted);
    expect(page.url()).toContain('s=');
    await press('ArrowDown', 'Home', 'x', 'j', 'X');
    await page.getByText('2 experiments selected').waitFor();

    await press('C');
    await page.getByRole('list', { name: 'Shown columns' }).waitFor();
    await tabTo(/^button Move status up/);
    await press('Enter');
    await tabTo(/^button Hide/);
    await press('Enter');
    await press('Escape');
    expect(page.url()).toContain('c=');

    await press('j', 'Space');
    await page.getByRole('complementary').getByText('Results').waitFor();
    await page.getByRole('complementary').getByText('step 30').waitFor();
    await tabTo('button Close');
    await press('Enter');
    expect(await focused()).toMatch(/^cell /);
    await press('v');
    await page.getByLabel('Name of the view').waitFor();
    await tabTo('input Name of the view');
    await page.keyboard.type('mine');
    await tabTo('button Copy');
    await press('Enter');
    await page.getByText('Copied', { exact: true }).waitFor();
    project.shell(await copied());
    await press('Escape');
    await press('v');
    await page.getByRole('button', { name: 'mine' }).waitFor();
    await press('Escape');
    await press('.');
    await page.getByText('Command copied').waitFor();
    expect(await copied()).toMatch(/^sheaf list .*--sort/);
    await tabTo('button Clear');
    await press('Enter');
    expect(await focused()).toMatch(/^cell /);
  });

  test('opens an experiment, reads its tabs and its log, finds the first error, and goes back to the row', async () => {
    await dashboard.open('/');
    await press('g', 'x');
    await page.locator('[role=rowheader]').first().waitFor();
    await press('j', 'k');
    await press('Enter');
    await awaitFocus('h1 broken');
    await press('2');
    await page.getByRole('link', { name: 'Config', exact: true }).and(page.locator('[aria-current]')).waitFor();
    await press('}', '0', 'l');
    await page.getByRole('region', { name: 'err.log of train-1' }).waitFor();
    await press('/');
    await page.keyboard.type('RUNTIMEERROR');
    await press('Enter');
    await page.getByRole('list', { name: 'Lines that were found' }).waitFor();
    await tabTo(/^button line/);
    await press('Enter');
    await page.locator('[aria-current] mark').waitFor();
    expect(await focused()).toMatch(/^button line/);
    await press('E');
    const errors = page.getByRole('region', { name: 'err.log of train-1' });
    await errors.locator('[aria-current]').waitFor();
    await press('f');
    await tabTo('button Start');
    await press(']');
    await awaitFocus('h1 lr0.2_s1');
    await page.goBack();
    await awaitFocus('button Start');
    for (let steps = 0; steps < 6 && (await page.locator('[role=grid]').count()) === 0; steps += 1) await page.goBack();
    await awaitFocus('cell broken');
  });

  test('does not lead back to a page that one has left, when its answer comes late', async () => {
    await dashboard.open('/x/broken/logs');
    await page.getByRole('navigation', { name: 'Neighbours in the list' }).waitFor();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    await page.route('**/api/firstError', async (route) => {
      asked.resolve();
      await answer.promise;
      await route.continue();
    });
    await press('E');
    await asked.promise;
    await press(']');
    await awaitFocus('h1 lr0.2_s1');
    const answered = page.waitForResponse('**/api/firstError');
    answer.resolve();
    await (await answered).finished();
    await dashboard.rest();
    expect(page.url()).toMatch(/#\/x\/lr0\.2_s1\/logs$/);
    await page.unroute('**/api/firstError');
  });

  test('finds pages and experiments in the palette, and all keys in the help, and returns where one was', async () => {
    await dashboard.open('/');
    await press('g', 'x');
    await page.locator('[role=rowheader]').first().waitFor();
    await press('j', 'j');
    const before = await focused();
    await press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Select the row').waitFor();
    await press('Escape');
    await awaitFocus(before);
    await press('Control+k');
    await page.keyboard.type('0.05_s1');
    await page.getByRole('option', { name: /lr0.05_s1/ }).waitFor();
    await press('Escape');
    await awaitFocus(before);
    await press('Control+k');
    await page.keyboard.type('0.05_s1');
    await page.getByRole('option', { name: /lr0.05_s1/ }).waitFor();
    await press('Enter');
    await awaitFocus('h1 lr0.05_s1');
    await press('g', 't');
    await awaitFocus('h1 Templates');
    await page.goBack();
    await awaitFocus('h1 lr0.05_s1');
    await page.goBack();
    await awaitFocus(before);
    expect(dashboard.complaints).toEqual([]);
  });
});
