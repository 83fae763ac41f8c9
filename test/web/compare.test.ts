/** Experiments beside each other on the page that compares them. */
import { expect, test } from 'vitest';
import { describeWithBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/opened-dashboard.ts';
import { until } from '../support/until.ts';

describeWithBrowser('the page that compares experiments', (browser) => {
  const opened = useDashboard(browser, (project) => {
    project.sheaf(['run', 'line', 'lrs', '--grid', 'lr=0.05,0.2', '--id', 'lr{lr}']);
  });

  test('selected experiments are compared: only what differs, what is best and how far it is from the baseline', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    await open('/x?sel=lr0.05,lr0.2');
    await page.keyboard.press('c');
    await rest();
    const parameters = page.getByRole('table', { name: 'Parameters' });
    expect(await parameters.getByRole('row').allInnerTexts()).toEqual([
      'parameter\tlr0.05 (baseline)\tlr0.2',
      'lr\t0.05\t0.2',
    ]);
    await page.getByRole('checkbox', { name: 'Show all' }).check();
    await rest();
    expect(await parameters.getByRole('row').count()).toBe(5);

    const compared = JSON.parse(opened.project.sheaf(['compare', 'lr0.05', 'lr0.2', '--json'])) as {
      data: { metrics: { name: string; values: { [expId: string]: number } }[] };
    };
    const values = compared.data.metrics.find(({ name }) => name === 'acc')?.values ?? {};
    const difference = (values['lr0.2'] ?? 0) - (values['lr0.05'] ?? 0);
    const acc = page.getByRole('table', { name: 'Metrics' }).getByRole('row', { name: /^acc ↑/ });
    expect(await acc.innerText()).toContain(`+${Number(difference.toPrecision(4))}`);
    await page.getByRole('radio', { name: 'lr0.2 is the baseline' }).check();
    await until(async () => (await acc.innerText()).includes(`−${Number(difference.toPrecision(4))}`));
    expect(complaints).toEqual([]);
  });

  test('curves lie over each other under one cursor, one can be hidden, and a command gives the same', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    await open('/compare?sel=lr0.05,lr0.2');
    const chart = page.getByRole('group', { name: /^Chart of acc\b/ });
    await chart.focus();
    for (const key of ['Home', 'ArrowDown']) await page.keyboard.press(key);
    await page
      .getByRole('status')
      .filter({ hasText: /^lr0\.2, step 1: / })
      .waitFor();
    await page.getByRole('button', { name: 'Curves of lr0.2' }).click();
    await until(() => page.url().includes('h=lr0.2'));
    await rest();
    await page.getByRole('button', { name: 'Show as table: acc', exact: true }).click();
    expect(await page.getByRole('table', { name: 'Values of acc' }).getByRole('row').count()).toBe(31);
    await page.getByRole('button', { name: 'Show the command that gives the same' }).click();
    await page.locator('pre', { hasText: /^sheaf compare lr0\.05 lr0\.2$/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove lr0.2' }).click();
    await page.getByText('Only one experiment is selected').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a name that no experiment has is refused in its field, and the comparison stays', async () => {
    const { page, open, complaints } = opened.dashboard;
    await open('/x/lr0.05');
    await page.getByRole('link', { name: 'Compare with…' }).click();
    const field = page.getByLabel('Experiment', { exact: true });
    await until(() => field.evaluate((input: { matches(selector: string): boolean }) => input.matches(':focus')));
    await page.keyboard.type('lr0.');
    await page.keyboard.press('Enter');
    await page.getByText('No experiment has the name lr0.. Names that begin with it: lr0.05, lr0.2').waitFor();
    expect(page.url()).toContain('sel=lr0.05');
    await page.keyboard.type('2');
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'Parameters' }).waitFor();
    expect(complaints.filter((each) => !each.includes('404'))).toEqual([]);
  });
});
