/** What the page of a sweep shows of forty runs on record, and that the command line says the same. */
import { expect, test } from 'vitest';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { useDashboard } from '../support/opened-dashboard.ts';
import { recordSearch, recordStops, recordSweep } from '../support/recorded-sweep.ts';
import { until } from '../support/until.ts';

describeWithBrowser('the page of a sweep', (browser) => {
  const opened = useDashboard(browser, async (project) => {
    await recordSweep(project, 'tuned', 10);
    await recordStops(project, 'halved');
    await recordSearch(project, 'searched', 27, { unread: 2 });
    await recordSearch(project, 'large', 1_000);
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

  test('its counts lead to the members with that status, and its groups to a LaTeX table', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    await open('/s/tuned');
    await page.getByRole('link', { name: '1 failed', exact: true }).click();
    await until(() => page.url().includes('#/x?'));
    await rest();
    await page.getByRole('link', { name: 'tuned_1', exact: true }).waitFor();
    await open('/s/tuned');
    await page.getByRole('link', { name: 'LaTeX table of these groups' }).click();
    await until(() => page.url().includes('#/export?'));
    await rest();
    expect(await page.getByLabel('The table as text').innerText()).toMatch(/lr & width & n & acc \\\\\n.*\\mathbf/s);
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
    expect(await stopped.nth(1).innerText()).toMatch(
      /^halved_w1\trung 3: 0\.5, 2nd of 2, the first one goes on\t(?:just now|\d+m ago)$/,
    );
    await page.getByText(/^round 1, (?:just now|\d+m ago), by \S+ on \S+$/).waitFor();
    // Nothing of it was read yet: the values at rungs are drawn.
    await page.getByText('Of 2 members, only the values at rungs are drawn').waitFor();
    await page.getByText('2 members drawn: 2 that went on.').waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('of a sweep that stops members it draws each, those that were stopped thin, with the rungs', async () => {
    const { page, open, rest, readText, complaints } = opened.dashboard;
    await open('/s/searched');
    await page.getByText('27 members drawn: 1 that went on, 26 stopped.').waitFor();
    await page.getByText('Vertical lines are rungs: 3, 9, 27.').waitFor();
    await page.getByText('Of 2 members, only the values at rungs are drawn').waitFor();
    await page.getByText('sheaf harvest --sweep searched --live', { exact: true }).waitFor();
    const legend = page.getByRole('list', { name: 'Members' });
    const best = (await legend.getByRole('link').allInnerTexts())[0] ?? '';
    await page.getByRole('button', { name: /^Show as table: acc of all members/ }).click();
    const rows = page.getByRole('table', { name: 'Values of acc of all members' }).getByRole('row');
    expect((await rows.allInnerTexts()).slice(1, 26).filter((row) => row.includes('stopped at rung'))).toHaveLength(24);
    for (const [colorScheme, width] of [
      ['dark', 320],
      ['light', 1440],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      expect(await findViolations(page)).toEqual([]);
    }
    await page.getByLabel('Filter members').fill(`exp_id = ${best}`);
    await page.getByText('1 member drawn: 1 that went on.').waitFor();
    await page.getByRole('combobox', { name: 'Show', exact: true }).selectOption('means of groups, with bands');
    await page.getByRole('heading', { name: 'acc over steps, mean by group' }).waitFor();
    await rest();
    const text = await readText();
    await page.reload();
    await rest();
    expect(await readText()).toBe(text);
    expect(complaints).toEqual([]);
  });

  test('a thousand members are drawn, and the form copies how they were proposed', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    await open('/s/large');
    await page.getByText(/^1,000 members drawn: \d+ that went on, \d+ stopped\.$/).waitFor();
    await rest();
    await page.getByRole('link', { name: 'Copy this sweep' }).click();
    await page
      .getByText(
        "sheaf sweep line --draw 'lr=loguniform(0.00001,0.1)' --random-seed 1 --search 1000 --metric acc --by tpe " +
          '--stop asha --from-step 3 --to-step 81 --eta 3 --keep 1 --max-parallel 16',
        { exact: true },
      )
      .waitFor();
    await page.getByLabel('lead', { exact: true }).fill('auto');
    await page.getByLabel('pause', { exact: true }).selectOption('true');
    await page
      .getByText(
        /--by tpe --lead auto --stop asha --from-step 3 --to-step 81 --eta 3 --keep 1 --pause true --max-parallel 16$/,
      )
      .waitFor();
    await page.getByLabel('from step (required)').fill('0');
    await page.getByText('The form still needs a whole number from 1 as from.').waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
