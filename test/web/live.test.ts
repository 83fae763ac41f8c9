/** What a page shows of what changes while it is open. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBrowser } from '../support/browser.ts';
import { listenTo, type EventClient } from '../support/event-client.ts';
import { openDashboard } from '../support/dashboard-page.ts';
import {
  makeDashboardProject,
  serveDashboard,
  type DashboardProject,
  type ServedDashboard,
} from '../support/dashboard-project.ts';
import { until } from '../support/until.ts';

describeWithBrowser('what a page shows of what changes while it is open', (browser) => {
  let project: DashboardProject;
  let dashboard: ServedDashboard;
  beforeAll(async () => {
    project = makeDashboardProject();
    project.sheaf(['new', '--template', 'line', '--exp-id', 'seen', '--description', 'a line']);
    dashboard = await serveDashboard(project);
  });
  afterAll(async () => {
    await dashboard.stop();
    project.remove();
  });

  test('tabs share one event stream, which another tab takes over, and all of them show what changed', async () => {
    const first = await openDashboard(browser(), dashboard);
    const context = first.page.context();
    const streams: string[] = [];
    context.on('request', (request) => {
      if (request.url().includes('/api/events')) streams.push(request.url());
    });
    await first.page.getByRole('button', { name: /^Live\./ }).waitFor();
    await first.open('/x/seen');
    const second = await context.newPage();
    await second.goto(`${dashboard.url}#/x/seen`);
    await second.getByRole('button', { name: /^Live\./ }).waitFor();
    expect(streams).toEqual([]);
    project.sheaf(['note', 'seen', 'a thought about it']);
    for (const page of [first.page, second]) await page.getByText('a thought about it').first().waitFor();
    await first.page.close();
    await until(() => streams.length === 1);
    project.sheaf(['note', 'seen', 'another thought']);
    await second.getByText('another thought').first().waitFor();
    expect(streams).toHaveLength(1);
    expect(first.complaints).toEqual([]);
    await context.close();
  });

  test('a page whose event stream the server refuses says why, and asks every 10 seconds', async () => {
    const { data } = JSON.parse(project.sheaf(['serve', '--link', '--json'])) as { data: ServedDashboard };
    const { page, open } = await openDashboard(browser(), data);
    const [{ name, value } = { name: '', value: '' }] = await page.context().cookies();
    const token = await page.evaluate<string>("localStorage.getItem('sheaf-token')");
    await page.goto('about:blank');
    const port = Number(new URL(dashboard.url).port);
    const others: EventClient[] = [];
    // The stream of the page ends a little later than the page.
    await until(async () => {
      const other = listenTo({ port }, { cookie: `${name}=${value}`, 'x-sheaf-token': token });
      if ((await other.status) === 200) others.push(other);
      return others.length === 20;
    });
    await open('/x/seen');
    const mark = page.getByRole('button', { name: /^Every 10 s\./ });
    await mark.waitFor();
    expect(await mark.getAttribute('aria-label')).toContain('this session already has 20 event streams open');
    for (const other of others) other.close();
    await page.context().close();
  });

  test('a page says that the server is gone, and keeps what it shows', async () => {
    const { data } = JSON.parse(project.sheaf(['serve', '--link', '--json'])) as { data: ServedDashboard };
    const { page, open, readText } = await openDashboard(browser(), data);
    await open('/x/seen');
    await page.getByRole('button', { name: /^Live\./ }).waitFor();
    const shown = await readText();
    await dashboard.stop();
    await page.getByRole('button', { name: /^Disconnected\./ }).waitFor();
    expect(await readText()).toBe(shown);
    await page.context().close();
  });
});
