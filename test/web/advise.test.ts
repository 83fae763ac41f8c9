/** What the page Advisor shows of a cluster that only sheaf.yaml describes, and that the command line says the same. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { useDashboard } from '../support/opened-dashboard.ts';
import { until } from '../support/until.ts';

const CLUSTER = `scheduler: slurm
cluster:
  partitions:
    a100: {gpu_type: A100, gpus_per_node: 4, total_nodes: 20, memory_gb: 80, cpus_per_node: 64, max_time: 2-00:00:00}
    v100: {gpu_type: V100, gpus_per_node: 2, total_nodes: 4, memory_gb: 16, cpus_per_node: 32}
    cpu: {total_nodes: 10, cpus_per_node: 64}
`;
const RESNET =
  'model: resnet50\nbatch_size: 64\nprecision: bf16\noptimizer: sgd\nlr: 0.1\ncommand: "true {{ flags }}"\n';

interface Told {
  readonly data: {
    readonly choices: readonly { readonly set: object; readonly command: string; readonly gpus: number }[];
    readonly not_offered: readonly { readonly why: string }[];
  };
}

describeWithBrowser('the page that advises', (browser) => {
  const opened = useDashboard(browser, ({ path }) => {
    writeFileSync(join(path, 'sheaf.yaml'), CLUSTER);
    writeFileSync(join(path, 'templates/resnet.yaml'), RESNET);
  });

  test('shows the choices that its command gives, by a slider and with the keyboard, and leads to the form of New', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    await open('/advise');
    await page.getByRole('combobox', { name: 'Template' }).selectOption('resnet');
    await page.getByRole('article', { name: 'Choice 1 a100 with 1 × A100' }).waitFor();
    await page.getByRole('slider', { name: 'GPUs, over all nodes' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await until(() => page.url().includes('gpus=2'));
    const best = page.getByRole('article', { name: 'Choice 1 a100 with 2 × A100' });
    await best.waitFor();
    await rest();
    await page.getByText('batch 32 × 2 GPUs').first().waitFor();

    const line = await page.locator('main code', { hasText: /^sheaf advise resnet/ }).innerText();
    expect(line).toBe('sheaf advise resnet --gpus 2');
    const { data } = JSON.parse(opened.project.shell(`${line} --json`)) as Told;
    expect(await page.getByRole('article').count()).toBe(data.choices.length);
    expect(await best.getByText(data.choices[0]?.command ?? 'none', { exact: true }).count()).toBe(1);
    const dropped = await page.getByRole('table', { name: 'Not offered' }).innerText();
    for (const { why } of data.not_offered) expect(dropped).toContain(why);
    expect(await findViolations(page)).toEqual([]);

    await best.getByRole('link', { name: 'Use in New' }).click();
    await until(() => page.url().includes('#/new/resnet'));
    await rest();
    expect(await page.getByLabel('num_gpus', { exact: true }).inputValue()).toBe('2');
    expect(await page.getByLabel('partition', { exact: true }).inputValue()).toBe('a100');
    expect(complaints).toEqual([]);
  });

  test('in the form of a template, shows three choices at most, and one fills the resources in', async () => {
    const { page, open, rest, complaints } = opened.dashboard;
    await open('/new/resnet?advice=on&set.lr=0.2');
    const best = page.getByRole('article').first();
    expect(await page.getByRole('article').count()).toBeLessThanOrEqual(3);
    expect(await best.innerText()).toContain('a100 with 1 × A100');
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use choice 1' }).press('Enter');
    await rest();
    expect(await page.getByLabel('partition', { exact: true }).inputValue()).toBe('a100');
    expect(await page.locator('main').innerText()).toMatch(/sheaf new resnet .*--set partition=a100/);
    expect(complaints).toEqual([]);
  });

  test('shows the memory by parts, and says what is unknown and how far the estimate may be off', async () => {
    const { page, open, complaints } = opened.dashboard;
    await open('/advise?for=description&set.model=resnet50&set.batch_size=64&set.precision=fp16');
    const best = page.getByRole('article').first();
    expect(await best.innerText()).toMatch(/GiB on each GPU of [\d.]+ GiB that programs can use: fits/);
    expect(await best.getByRole('list', { name: 'Parts of the memory' }).innerText()).toMatch(/activations [\d.]+ GiB/);
    expect(await best.innerText()).toMatch(/wait\s+unknown/);
    await page.getByText('How far the estimate may be off: of 75 measured trainings').waitFor();
    await page.getByText('There are no forecasts to judge yet.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('of a job that fits nowhere, names the nearest change; of what is not known, what to do', async () => {
    const { page, open, complaints } = opened.dashboard;
    await open('/advise?t=resnet&partition=a100&set.time_limit=7-0');
    await page.getByText('No partition can run this job as configured.').waitFor();
    await page.getByText(/Nearest is a100 A100.*: asks for 7d 00h, and 2d 00h is the most there/).waitFor();
    await open('/advise?for=experiment&id=nobody');
    expect(await page.getByRole('alert').innerText()).toContain('nobody');
    expect(complaints).toEqual([]);
  });
});
