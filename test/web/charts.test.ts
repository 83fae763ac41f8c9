/** What the charts of an experiment show of a run that really wrote values. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { useDashboard } from '../support/opened-dashboard.ts';
import { writeSeries, type Point } from '../support/recorded-series.ts';
import { until } from '../support/until.ts';

/** `part0/m0` to `part4/m99`. */
const NAMES = Array.from({ length: 100 }, (_, i) => `part${i % 5}/m${i}`);

const MANY = `
harvest:
${NAMES.map((name) => `  ${name}: { jsonl: many.jsonl }`).join('\n')}
code: live
command: python3 many.py
`;

const MANY_PY = `
import json, os
with open(os.environ['SHEAF_OUT'] + '/many.jsonl', 'w') as file:
    for step in range(30):
        print(json.dumps({'step': step, **{f'part{i % 5}/m{i}': i * step for i in range(100)}}), file=file)
`;

describeWithBrowser('the charts of an experiment', (browser) => {
  const opened = useDashboard(browser, (project) => {
    writeFileSync(join(project.path, 'templates/many.yaml'), MANY);
    writeFileSync(join(project.path, 'many.py'), MANY_PY);
    project.sheaf(['run', 'line', 'short', '--lr', '0.2']);
    // So short a run may end before its monitor measures.
    writeFileSync(
      join(project.path, 'experiments/short/attempts/train-1/usage.csv'),
      `time,processes,cpu_s,rss_kib,read_bytes,written_bytes\n${new Date().toISOString()},1,0,2048,0,0\n`,
    );
    project.sheaf(['run', 'many', 'many']);
  });

  test('a chart shows the values of a run, read with the keyboard and as a table, and zooms by its address', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    await open('/x/short/charts');
    const chart = page.getByRole('group', { name: /^Chart of acc\b/ });
    await chart.focus();
    for (const key of ['Home', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    const third = opened.project.shell('sed -n 3p $(find experiments/short -name metrics.jsonl)');
    const { acc } = JSON.parse(third) as { acc: number };
    await page
      .getByRole('status')
      .filter({ hasText: `step 3: ${Number(acc.toPrecision(4))}` })
      .waitFor();
    await page.getByRole('button', { name: 'Show as table: acc', exact: true }).click();
    const table = page.getByRole('table', { name: 'Values of acc' });
    expect(await table.getByRole('row').count()).toBe(31);
    expect(await findViolations(page)).toEqual([]);

    const box = await chart.locator('canvas').boundingBox();
    if (box === null) throw new Error('the chart is not drawn');
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 3 });
    await page.mouse.up();
    await until(() => /from=\d+&to=\d+/.test(page.url()));
    await rest();
    expect(await table.getByRole('row').count()).toBeLessThan(20);
    await page.getByRole('button', { name: 'Whole run' }).click();
    await until(() => !page.url().includes('from='));
    expect(complaints).toEqual([]);
  });

  test('the chart of a run that has not ended follows its files', async () => {
    const { page, open, complaints } = opened.dashboard;
    opened.project.sheaf(['run', 'line', 'endless', '--end', 'never', '--detach']);
    await open('/x/endless/charts');
    const chart = page.getByRole('group', { name: /^Chart of acc\b/ });
    await until(async () => {
      await chart.press('End');
      return (await chart.innerText()).includes('step 30:');
    });
    await open('/x/endless');
    const newest = page.getByRole('list', { name: 'Newest values so far' });
    await newest.getByText('newest value, step 30').first().waitFor();
    await newest.getByText('acc, so far').waitFor();
    expect(complaints).toEqual([]);
  });

  test('x can be another metric, and the address, the read-out and the table say so', async () => {
    const { page, open, complaints } = opened.dashboard;
    await open('/x/many/charts?m=m100');
    await page.getByRole('combobox', { name: 'Over' }).selectOption({ label: 'part1/m1' });
    await until(() => page.url().includes('x=metric%3Apart1%2Fm1'));
    await open('/x/many/charts?m=part2/m2&x=metric:part1/m1');
    const chart = page.getByRole('group', { name: /^Chart of part2\/m2\b/ });
    await chart.press('End');
    await chart.getByText('part1/m1 29: 58').waitFor();
    await page.getByText('Points are joined in the order of part1/m1, not of training.').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('the values of a chart are saved as CSV, and what a run used is drawn on the x of its curves', async () => {
    const { page, open, complaints } = opened.dashboard;
    await open('/x/short/charts');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save acc.csv' }).click();
    const csv = readFileSync(await (await saved).path(), 'utf8').split('\n');
    expect(csv[0]).toBe('exp_id,step,acc,superseded');
    expect(csv).toHaveLength(32);
    await open('/x/short/charts?x=time');
    await page.getByRole('checkbox', { name: 'System use' }).check();
    const system = page.getByRole('region', { name: 'System use' });
    await system.getByRole('heading', { name: 'memory, GiB' }).scrollIntoViewIfNeeded();
    await system.getByRole('group', { name: /^Chart of memory\b/ }).waitFor();
    expect(page.url()).toContain('u=on');
    expect(await findViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('of many metrics only the charts that are on screen are there', async () => {
    const { page, open, rest } = opened.dashboard;
    await open('/x/many/charts');
    const charts = page.getByRole('group', { name: /^Chart of/ });
    await charts.first().waitFor();
    expect(await page.getByRole('heading', { level: 3 }).count()).toBe(100);
    expect(await charts.count()).toBeLessThanOrEqual(12);
    await page.getByRole('heading', { name: 'part4/m99', exact: true }).scrollIntoViewIfNeeded();
    await page.getByRole('group', { name: /^Chart of part4\/m99\b/ }).waitFor();
    expect(await charts.count()).toBeLessThanOrEqual(12);
    await page.getByRole('searchbox', { name: 'Search metrics' }).fill('m42');
    await rest();
    await page.getByText('1 of 100 metrics').waitFor();
    await page.getByRole('button', { name: 'Show the command that gives the same' }).click();
    await page.locator('pre', { hasText: 'sheaf plot part2/m42 many --terminal' }).waitFor();
  });

  test('the command of the page draws the same: its axes, its scale and its smoothing', async () => {
    const { page, open, rest } = opened.dashboard;
    const began = Date.now() / 1000;
    const points = Array.from({ length: 30 }, (_, step): Point => [step, (step - 9) ** 3, began + step]);
    await writeSeries(join(opened.project.path, 'experiments/short'), { loss: points });
    await open('/x/short/charts?m=loss&x=active&y=symlog&z=0.6');
    await page.reload();
    await rest();
    await page.getByRole('button', { name: 'Show the command that gives the same' }).click();
    const line = await page.locator('pre', { hasText: 'sheaf plot' }).innerText();
    const { data } = JSON.parse(opened.project.shell(`${line} --json`)) as {
      data: { x: object; y: { symlog: number }; note: string; groups: { mean: number[] }[] };
    };
    expect(data).toMatchObject({
      x: { label: 'time that it ran (s)', log: false },
      y: { label: 'loss', log: false, symlog: expect.any(Number) },
      note: `smoothed: EMA 0.6, debiased; loss: symlog, constant ${data.y.symlog}`,
    });
    expect(data.groups[0]?.mean).toHaveLength(30);
  });
});
