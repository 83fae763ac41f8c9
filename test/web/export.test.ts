/** Tables and figures that a page makes and lets the browser save. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeWithBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/opened-dashboard.ts';
import { until } from '../support/until.ts';

describeWithBrowser('the page that exports', (browser) => {
  const opened = useDashboard(browser, (project) => {
    project.sheaf(['run', 'line', 'lrs', '--grid', 'lr=0.05,0.2', '--grid', 'seed=0,1', '--id', 'lr{lr}_s{seed}']);
  });

  test('shows and saves the same table as the command that it names', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    await open('/export');
    await page.getByLabel('One row for each').fill('lr');
    await page.getByLabel('Best in bold').fill('acc:max');
    await page.getByRole('button', { name: 'LaTeX', exact: true }).click();
    await until(() => /g=lr&.*f=latex|f=latex&.*g=lr/.test(page.url()) && page.url().includes('best='));
    await rest();
    const preview = page.getByLabel('The table as text');
    await until(async () => (await preview.innerText()).includes('mathbf'));

    opened.project.shell(await readCommand(page));
    const written = readFileSync(join(opened.project.path, 'table.tex'), 'utf8');
    expect(await preview.textContent()).toBe(written);
    expect((await save(page, 'Save table.tex')).toString('utf8')).toBe(written);
    expect(complaints).toEqual([]);
  });

  test('shows a figure, and saves the one that the command draws', async () => {
    const { page, open, complaints } = opened.dashboard;
    await open('/export/figure?m=acc&g=lr&kind=bar');
    const picture = page.getByRole('img', { name: 'acc of 4 experiments' });
    await until(() => picture.evaluate((image: { readonly naturalWidth?: number }) => (image.naturalWidth ?? 0) > 0));
    opened.project.shell(await readCommand(page));
    expect(await save(page, 'Save figure.svg')).toEqual(readFileSync(join(opened.project.path, 'figure.svg')));
    await page.getByRole('button', { name: 'PNG' }).click();
    const png = await save(page, 'Save figure.png');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(complaints).toEqual([]);
  });

  test('says what is wrong with a column, and what to do', async () => {
    const { page, open } = opened.dashboard;
    await open('/export?c=exp_id,akk');
    expect(await page.getByRole('alert').innerText()).toMatch(/"akk"[\s\S]*sheaf list --columns all/);
  });

  test('the list leads there with its filter, order and columns; cells without a number are counted in words', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    opened.project.sheaf(['new', 'line', 'never', '--lr', '0.9']);
    await open('/x?q=lr+%3E+0.1&s=-acc&c=exp_id,acc');
    await rest();
    await page.keyboard.press('e');
    const preview = page.getByLabel('The table as text');
    await until(async () => /^exp_id,acc\nlr0.2_s[01],.+\n.+\nnever,\n$/.test((await preview.textContent()) ?? ''));
    await page.getByText('1 cell has no number: in 1 the experiment has not run').waitFor();
    expect(complaints).toEqual([]);
  });
});

async function readCommand(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Show the command that gives the same' }).click();
  const line = await page.locator('pre', { hasText: /^sheaf (export|plot)/ }).innerText();
  await page.keyboard.press('Escape');
  return line;
}

async function save(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  return readFileSync(await download.path());
}
