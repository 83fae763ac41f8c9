/** What the page of a sweep shows of forty runs on record, and that the command line says the same. */
import { expect, test } from 'vitest';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { useDashboard } from '../support/opened-dashboard.ts';
import { recordStops, recordSweep } from '../support/recorded-sweep.ts';
import { until } from '../support/until.ts';

describeWithBrowser('the page of a sweep', (browser) => {
  const opened = useDashboard(browser, async (project) => {
    await recordSweep(project, 'tuned', 10);
    await recordStops(project, 'halved');
  });

  test('Home leads to it; it shows the best group first, and what the command line says is important', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    await open('/');
    await page.getByRole('link', { name: 'tuned', exact: true }).click();
    await until(() => page.url().endsWith('#/s/tuned'));
    await rest();
    expect(await page.getByRole('link', { name: /^tuned_\d+: (completed|failed)$/ }).count()).toBe(40);
    const groups = page.getByRole('table', { name: 'Groups, the best one first' }).getByRole('row');
    expect(await groups.count()).toBe(11);
    expect(await groups.nth(1).innerText()).toMatch(/^1\t0\.001\t/);
    const said = opened.project.sheaf(['sweep', 'show', 'tuned', '--importance', '--json']);
    const { data } = JSON.parse(said) as {
      data: { importance: { parameters: { name: string; share: number }[] } };
    };
    const shown = page.getByRole('table', { name: 'Importance of parameters' }).getByRole('row');
    for (const [i, { name, share }] of data.importance.parameters.entries()) {
      const row = await shown.nth(i + 1).innerText();
      expect(row.replaceAll(/\s+/g, ' ')).toContain(`${name} ${share.toFixed(2)}`);
    }
    expect(data.importance.parameters[0]?.name).toBe('lr');
    expect(complaints).toEqual([]);
  });

  test('it ranks the values of one parameter alone, and says which is best and whether by more than chance', async () => {
    const { page, open, rest, readText, complaints } = opened.dashboard;
    await open('/s/tuned');
    await page
      .getByText(/^lr = 0\.001, width = 8 has the best mean\..*: not significant \(p = 0\.45, n = 4 and 4\)\.$/)
      .waitFor();
    await page.getByRole('combobox', { name: 'Rank by' }).selectOption('lr alone');
    await page.getByRole('heading', { name: 'lr by acc: mean over all other parameters and seeds' }).waitFor();
    await page
      .getByText('The runs of a group have the same lr but differ in width and seed.', { exact: false })
      .waitFor();
    await rest();
    const rows = await page.getByRole('table', { name: 'Groups, the best one first' }).getByRole('row').allInnerTexts();
    const shown = rows.slice(1).map((row) => row.split('\t'));
    expect(shown.map(([, lr]) => lr)).toEqual(['0.001', '0.003', '0.0003', '0.01', '0.0001']);
    const said = opened.project.sheaf([
      'compare',
      '--sweep',
      'tuned',
      '--group-by',
      'lr',
      '--columns',
      'acc',
      '--json',
    ]);
    const { data } = JSON.parse(said) as {
      data: { groups: { lr: number; metrics: { acc: { mean: number; n: number } } }[] };
    };
    const best = data.groups.find(({ lr }) => lr === 0.001)?.metrics.acc;
    expect(shown[0]).toContain(String(best?.n));
    expect(shown[0]?.[2]).toMatch(new RegExp(`^${best?.mean.toFixed(4)} ± `));
    expect(shown[1]?.at(-1)).toBe('significant (p < 0.001, n = 8 and 8)');
    expect(await findViolations(page)).toEqual([]);
    const text = await readText();
    await page.reload();
    await rest();
    expect(await readText()).toBe(text);
    expect(complaints).toEqual([]);
  });

  test('a part of an axis is chosen by dragging or in a form, is a term of the filter, and all figures follow it', async () => {
    const { page, open, rest, readText, complaints } = opened.dashboard;
    await open('/s/tuned');
    const canvas = page.getByRole('img', { name: /^Parallel coordinates of 40 runs/ });
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (box === null) throw new Error('the figure is not drawn');
    await page.mouse.move(box.x + 64, box.y + 24);
    await page.mouse.down();
    await page.mouse.move(box.x + 64, box.y + 24 + (box.height - 36) * 0.55, { steps: 3 });
    await page.mouse.up();
    await until(() => new URL(page.url().replace('#/', '')).searchParams.get('q')?.startsWith('lr >= ') === true);
    await page.getByText('24 of 40 members').waitFor();

    await page.getByLabel('To', { exact: true }).fill('0.005');
    await page.getByRole('button', { name: 'Filter', exact: true }).press('Enter');
    await page.getByText('16 of 40 members').waitFor();
    await rest();
    const groups = page.getByRole('table', { name: 'Groups, the best one first' }).getByRole('row');
    await until(async () => (await groups.count()) === 5);
    await page.getByRole('button', { name: /^Show as table: Parallel/ }).click();
    expect(await page.getByRole('table', { name: 'Runs that fit the filter' }).getByRole('row').count()).toBe(17);
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Hide table: Parallel/ }).click();

    await page.getByRole('button', { name: '0.003', exact: true }).first().click();
    await page.getByText('4 of 40 members').waitFor();
    await rest();

    const text = await readText();
    await page.reload();
    await rest();
    expect(await readText()).toBe(text);
    expect(complaints).toEqual([]);
  });

  test('of a sweep that stops members it shows how many reached each rung, and why members were stopped', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    await open('/s/halved');
    await page.getByRole('heading', { name: 'Rungs by acc' }).waitFor();
    await rest();
    const rungs = await page.getByRole('table', { name: 'Rungs' }).getByRole('row').allInnerTexts();
    expect(rungs.slice(1).map((row) => row.split('\t'))).toEqual([
      ['3', '2', '1', '1'],
      ['9', '0', '0', '0'],
    ]);
    const stopped = page.getByRole('table', { name: 'Members that fell behind' }).getByRole('row');
    expect(await stopped.nth(1).innerText()).toBe('halved_w1\trung 3: 0.5, 2nd of 2, the first one goes on');
    expect(await findViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
