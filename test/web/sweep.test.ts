/** What the page of a sweep shows of forty runs on record, and that the command line says the same. */
import { expect, test } from 'vitest';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { useDashboard } from '../support/opened-dashboard.ts';
import { recordSweep } from '../support/recorded-sweep.ts';
import { until } from '../support/until.ts';

describeWithBrowser('the page of a sweep', (browser) => {
  const opened = useDashboard(browser, async (project) => {
    await recordSweep(project, 'tuned', 10);
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
});
