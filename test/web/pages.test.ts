import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { EXPERIMENT_TABS, openDashboard, type DashboardPage, type PageSettings } from '../support/dashboard-page.ts';
import {
  fillDashboardProject,
  makeDashboardProject,
  serveDashboard,
  type DashboardProject,
  type ServedDashboard,
} from '../support/dashboard-project.ts';

/** That a sweep looks the same when it is loaded again, its own tests say. */
const SWEEPS: readonly string[] = ['/s/lrs', '/s/unknown'];

/** While the query is wrong, the rows of the one before stay: only then a page depends on what was shown before. */
const WRONG_QUERY = '/x?q=lr%20%3D%3D%3D%201';

/** Every other page, and the states in which one can be. */
const PATHS: readonly string[] = [
  '/',
  '/x',
  '/x?q=status%20%3D%20failed',
  '/x?g=*&r=x%3Alr0.2_s0',
  '/x?g=lr&r=g%3A%5B0.2%5D&e=ci&o=%255B0.2%255D',
  '/x?q=lr%20%3E%20100',
  ...EXPERIMENT_TABS.map((tab) => `/x/lr0.2_s0/${tab}`),
  '/x/lr0.2_s0/files?path=attempts/train-1/',
  '/x/lr0.2_s0/files?path=series.parquet',
  '/x/broken/overview',
  '/x/broken/logs',
  '/x/unsubmitted/overview',
  '/x/unknown/overview',
  '/cluster',
  '/compare',
  '/compare?sel=lr0.05_s0',
  '/compare?sel=lr0.05_s0,lr0.2_s0',
  '/compare?sel=%3Flr%20%3E%200&all=on',
  '/export?g=lr&f=markdown',
  '/export?c=akk',
  '/export/figure?m=acc&g=lr',
  '/new',
  '/new/line?set.lr=0.5&look=on&advice=on',
  '/new/line?sweep=on&as.lr=draw&set.lr=uniform%280%2C1%29&draws=3&as.seed=grid&set.seed=0..2&set.nothing=1&look=on',
  '/advise',
  '/advise?t=line&gpus=2&set.lr=0.5',
  '/advise?for=experiment&id=lr0.2_s0',
  '/advise?for=description&set.model=resnet50&set.batch_size=64&partition=none',
  '/t',
  '/t/line',
  '/nowhere',
];

describeWithBrowser('every page of the dashboard', (browser) => {
  let project: DashboardProject;
  let served: ServedDashboard;
  let files: string[];
  beforeAll(async () => {
    project = makeDashboardProject();
    fillDashboardProject(project);
    files = listFiles(project.path);
    served = await serveDashboard(project);
  });
  afterAll(async () => {
    await served?.stop();
    project?.remove();
  });

  async function withPage(act: (page: DashboardPage) => Promise<void>, settings: PageSettings = {}): Promise<void> {
    const { data } = JSON.parse(project.sheaf(['serve', '--link', '--json'])) as { data: { link: string } };
    const dashboard = await openDashboard(browser(), { ...served, ...data }, settings);
    try {
      await act(dashboard);
      expect(dashboard.complaints).toEqual([]);
      expect(dashboard.foreign).toEqual([]);
    } finally {
      await dashboard.page.context().close();
    }
  }

  test.each<Required<PageSettings>>([
    { colorScheme: 'light', width: 1440 },
    { colorScheme: 'dark', width: 1440 },
    { colorScheme: 'light', width: 320 },
  ])('is accessible: $colorScheme, $width pixels wide', async (settings) => {
    await withPage(async ({ page, open }) => {
      const found: string[] = [];
      for (const path of [...PATHS, ...SWEEPS, WRONG_QUERY]) {
        await open(path);
        found.push(...(await findViolations(page)).map((violation) => `${path} ${violation}`));
        const isWide = await page.evaluate(
          'document.documentElement.scrollWidth > document.documentElement.clientWidth',
        );
        if (isWide === true) found.push(`${path} is wider than the window`);
      }
      expect(found).toEqual([]);
    }, settings);
  });

  test('shows the same after it was loaded again, and after a step back', async () => {
    await withPage(async ({ page, open, readText, rest }) => {
      let before: { readonly path: string; readonly text: string } | undefined;
      for (const path of PATHS) {
        await open(path);
        const text = await readText();
        await page.reload();
        await rest();
        expect(await readText(), path).toBe(text);
        if (before !== undefined) {
          await page.goBack();
          await rest();
          expect(await readText(), `back from ${path} to ${before.path}`).toBe(before.text);
          await page.goForward();
          await rest();
        }
        before = { path, text };
      }
    });
  });

  test('shows the command that lists the same experiments in the same order', async () => {
    await withPage(async ({ page, open }) => {
      await open('/x?q=status%20%3D%20completed&s=-acc');
      const shown = await page.locator('[role=row] [role=rowheader]').allInnerTexts();
      await page.getByRole('button', { name: 'Show the command that gives the same' }).click();
      const line = await page.locator('pre', { hasText: 'sheaf list' }).innerText();
      const listed = project.shell(line).trim().split('\n').slice(1);
      expect(shown.map((text) => text.trim())).toEqual(['lr0.2_s0', 'lr0.2_s1', 'lr0.05_s0', 'lr0.05_s1']);
      expect(listed.map((row) => row.split('\t')[0])).toEqual(['lr0.2_s0', 'lr0.2_s1', 'lr0.05_s0', 'lr0.05_s1']);
    });
  });

  test('groups runs that differ in seeds alone, and compares them with one of the groups', async () => {
    await withPage(async ({ page, open, rest }) => {
      await open('/x?q=sweep%20%3D%20lrs&g=*&s=-acc&c=exp_id,status,acc');
      const grid = page.getByRole('treegrid');
      await expect.poll(() => grid.getByRole('rowheader').allInnerTexts()).toHaveLength(2);
      const cells = await grid.getByRole('gridcell').allInnerTexts();
      const means = cells.filter((text) => text.includes('n='));
      expect(means).toEqual([
        expect.stringMatching(/^1\.00\d+ ± 0\.\d+ n=2$/),
        expect.stringMatching(/^0\.78\d+ ± 0\.\d+ n=2$/),
      ]);

      await grid.focus();
      await page.keyboard.press('Enter');
      await grid.getByRole('link', { name: 'lr0.2_s1' }).waitFor();
      await page.keyboard.press('b');
      await grid.getByText(/^−0\.2\d+ \(−0\.\d+ to −0\.\d+\)$/).waitFor();
      await grid.getByText('significant (p < 0.001, n = 2 and 2)', { exact: true }).waitFor();
      await rest();
      const names = await grid.getByRole('rowheader').allInnerTexts();
      expect(names.map((text) => text.replaceAll(/\s+/g, ' ').trim())).toEqual([
        'lr0.2_s1 2 runs baseline',
        '▾ lr0.2_s1 2 runs baseline',
        'lr0.2_s0',
        'lr0.2_s1',
        '▸ lr0.05_s1 2 runs',
      ]);

      await page.getByRole('button', { name: 'Show the command that gives the same' }).click();
      const line = await page.locator('pre', { hasText: 'sheaf compare' }).innerText();
      const rows = project.shell(`${line} --json`);
      const { data } = JSON.parse(rows) as { data: { groups: { n: number; metrics: { acc: { mean: number } } }[] } };
      expect(data.groups.map(({ n, metrics }) => `${metrics.acc.mean.toFixed(2)} ${n}`)).toEqual(['1.00 2', '0.78 2']);
    });
  });

  test('shows the last line of a log within the window, and the first error with the lines before it', async () => {
    await withPage(async ({ page, open }) => {
      await open('/x/lr0.2_s0/logs');
      const box = await page.getByRole('region', { name: 'out.log of train-1' }).boundingBox();
      expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(900);
      await open('/x/broken/logs');
      await page.getByRole('button', { name: 'First error' }).click();
      const log = page.getByRole('region', { name: 'err.log of train-1' });
      await expect.poll(() => log.locator('[aria-current]').innerText()).toContain('RuntimeError: CUDA out of memory');
      expect(await log.innerText()).toMatch(/^Traceback \(most recent call last\)/);
    });
  });

  test('counts archived experiments apart, and lists them if asked to', async () => {
    project.sheaf(['archive', 'lr0.05_s0']);
    await withPage(async ({ page, open, rest }) => {
      await open('/');
      await page.getByText('3 completed of 3, 1 archived').waitFor();
      await open('/s/lrs');
      await page.getByText('3 of 3 members, 1 archived').waitFor();
      await open('/x?q=sweep%20%3D%20lrs');
      await page.getByText('3 of 6, 1 archived').waitFor();
      await page.getByRole('button', { name: 'View' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Show archived' }).click();
      await page.getByText('4 of 7', { exact: true }).waitFor();
      await rest();
      expect(await page.getByRole('link', { name: 'lr0.05_s0' }).count()).toBe(1);
      expect(decodeURIComponent(page.url())).toMatch(/archived.in.\(true,.false\)/);
    });
    project.sheaf(['archive', '--undo', 'lr0.05_s0']);
  });

  test('changes nothing in the project', () => {
    expect(listFiles(project.path)).toEqual(files);
  });
});

/** All files of a project with their sizes and times, without its record, the queue of its scheduler, and what still runs. */
function listFiles(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^(\.sheaf|experiments\/endless)/.test(name))
    .map((name) => {
      const { size, mtimeMs } = lstatSync(join(path, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .toSorted();
}
