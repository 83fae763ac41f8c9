/** The file that `sheaf export report.html` writes, opened without a server. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatMean } from '../../src/core/stats/format-summary.ts';
import type { Summary } from '../../src/core/stats/statistics.ts';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { makeDashboardProject, type DashboardProject } from '../support/dashboard-project.ts';
import { ended, LIFE_MS, started, type Life } from '../support/recorded-project.ts';
import { recordSweep } from '../support/recorded-sweep.ts';

const HOSTILE = `</script><!--<script>document.title='taken'</script><img src=x onerror="document.title='taken'">\u2028"'&`;

const OTHERS: { readonly [expId: string]: Life } = {
  unfinished: {
    template: 'line',
    params: { lr: 0.001, width: 8, seed: 4, epochs: 3 },
    attempts: { 'train-1': [started()] },
  },
  hostile: {
    template: 'line',
    params: { lr: 0.001, width: 8, seed: 5, epochs: 3, [HOSTILE]: HOSTILE },
    attempts: {
      'train-1': [
        started(),
        ended(1),
        {
          kind: 'diagnosed',
          atMs: LIFE_MS,
          of: 'exit_code',
          code: 'x',
          says: `it ends with ${HOSTILE}`,
          line: { file: 'err.log', number: 7, text: `ValueError: ${HOSTILE}` },
        },
      ],
    },
  },
};

describeWithBrowser('a report to send', (browser) => {
  let project: DashboardProject | undefined;
  const here = (): DashboardProject => project ?? makeDashboardProject();
  beforeAll(async () => {
    project = makeDashboardProject();
    await recordSweep(project, 'tuned', 25, { steps: 10_000, others: OTHERS });
    project.sheaf(['export', 'report.html', '--sweep', 'tuned']);
  });
  afterAll(() => project?.remove());

  test('of a hundred runs with long curves has less than 2 MB, and shows what compare prints without asking anyone', async () => {
    const file = join(here().path, 'report.html');
    expect(statSync(file).size).toBeLessThan(2_000_000);
    const { page, requests, complaints } = await openFile(browser(), file, 'light');
    const groups = page.getByRole('table', { name: 'Groups, the best one first' });
    const said = here().sheaf(['compare', '--sweep', 'tuned', '--group-by', 'lr,width', '--columns', 'acc', '--json']);
    const { data } = JSON.parse(said) as {
      data: { groups: { lr: number; width: number; metrics: { acc: Summary } }[] };
    };
    const rows = await groups.getByRole('row').allInnerTexts();
    for (const { lr, width, metrics } of data.groups) {
      const row = rows.map((text) => text.split('\t')).find(([, a, b]) => Number(a) === lr && Number(b) === width);
      expect(row).toContain(formatMean(metrics.acc));
      expect(row).toContain(String(metrics.acc.n));
    }
    expect(rows[2]?.split('\t').at(-1)).toMatch(/^(not )?significant \(p [=<] [\d.]+, n = 4 and 4\)$/);
    await page.getByText('Interim: 1 of 102 experiments had not ended', { exact: false }).waitFor();
    expect(await groups.getByText('interim: 1 run not ended').count()).toBe(1);
    await page.getByRole('combobox', { name: 'Groups' }).selectOption('the best 26');
    expect(await page.getByRole('group', { name: /^Chart of acc, mean by group/ }).count()).toBe(1);
    await page.getByText('sheaf export report.html --sweep tuned', { exact: true }).waitFor();
    expect(await page.locator('a[href]').count()).toBe(0);
    expect(requests).toEqual([`file://${file}`]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.for(['light', 'dark'] as const)(
    'keeps hostile names as text, and is accessible in the %s theme',
    async (theme) => {
      const { page, complaints } = await openFile(browser(), join(here().path, 'report.html'), theme);
      expect(await page.title()).toBe('Sweep tuned');
      const failures = page.getByRole('region', { name: 'Failures' });
      expect(await failures.getByRole('listitem').count()).toBe(2);
      expect(await failures.locator('pre').textContent()).toBe(`ValueError: ${HOSTILE}`);
      expect(await page.locator('img').count()).toBe(0);
      expect(await findViolations(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test('says what only a table can have, and writes nothing then', () => {
    const refused = ['export', 'other.html', '--columns', 'lr', '--update'];
    expect(() => here().sheaf(refused)).toThrow(/A report cannot have --columns, --update[\s\S]*leave out/);
    expect(existsSync(join(here().path, 'other.html'))).toBe(false);
  });
});

async function openFile(
  browser: Browser,
  file: string,
  colorScheme: 'light' | 'dark',
): Promise<{ readonly page: Page; readonly requests: readonly string[]; readonly complaints: readonly string[] }> {
  const page = await (await browser.newContext({ colorScheme, reducedMotion: 'reduce' })).newPage();
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(`file://${file}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return { page, requests, complaints };
}
