import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

const TEMPLATE = `
seed: 1
command: |
  for step in 1 2 3 4; do
    [ {{ seed }} = 2 ] && [ $step -gt 2 ] && loss=nan || loss=0.$step
    echo "step $step loss=$loss"
  done
harvest:
  loss: {log: 'step (?<step>\\d+) loss=(\\S+)'}
`;

async function ended(template: string): Promise<TestFolder> {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': template });
  const swept = await folder.sheaf(['sweep', '--template', 't', '--name', 's', '--grid', 'seed=1,2', '--submit']);
  expect(swept, swept.stderr).toMatchObject({ exitCode: 0 });
  await folder.sheaf(['wait', '--sweep', 's', '--no-harvest']);
  return folder;
}

/** It reads for a second at most: on a busy computer, one run after the other. */
async function readByStatus(folder: TestFolder): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const first = await folder.sheaf(['status', '--sweep', 's']);
  const said = [first.stderr];
  await until(async () => {
    const { stderr } = await folder.sheaf(['status', '--sweep', 's']);
    said.push(stderr);
    return stderr === '';
  });
  return { stdout: first.stdout, stderr: said.join('') };
}

async function dataOf(folder: TestFolder, ...words: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await folder.sheaf([...words, '--json']);
  return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { data: Record<string, unknown> }).data;
}

describe('results of runs that completed', () => {
  test('are read by wait, and a metric that ends as NaN has diverged', async () => {
    const folder = await ended(TEMPLATE);
    const { stdout } = await folder.sheaf(['wait', '--sweep', 's']);
    expect(stdout).toContain('Harvested 2 of 2: loss\n  1  loss diverged: s_s2 (step 3)\n');
    expect(stdout).toContain('exp_id\tloss\ns_s1\t0.4\ns_s2\tdiverged at step 3\n');
    expect((await folder.sheaf(['list', '--columns', 'exp_id,loss'])).stdout).toContain('s_s2\tdiverged at step 3\n');
    expect((await folder.sheaf(['show', 's_s2'])).stdout).toContain('diverged at step 3 (nan)');
    expect((await folder.sheaf(['export', '-', '--format', 'csv', '--columns', 'exp_id,loss'])).stdout).toContain(
      's_s2,nan\n',
    );
    expect(await dataOf(folder, 'show', 's_s2')).toMatchObject({
      results: { loss: { value: null, nonfinite: 'nan', diverged: 3 } },
    });
  });

  test('are read once by status, after its table', async () => {
    const folder = await ended(TEMPLATE);
    const later = await folder.sheaf(['status', '--sweep', 's', '--no-harvest']);
    expect(later.stderr).not.toContain('Harvested');
    const { stdout, stderr } = await readByStatus(folder);
    expect(stdout).toBe(later.stdout);
    expect(stderr).toContain('loss diverged: s_s2 (step 3)');
    expect(await dataOf(folder, 'status')).toMatchObject({ results: { read: 0, incomplete: [], pending: 0 } });
  });

  test('are counted in the documents of status and wait', async () => {
    const folder = await ended(TEMPLATE);
    expect(await dataOf(folder, 'status', '--no-harvest')).toMatchObject({ results: { read: 0, pending: 2 } });
    expect(await dataOf(folder, 'wait', '--sweep', 's')).toMatchObject({
      results: { read: 2, incomplete: [], pending: 0 },
    });
    expect(await dataOf(folder, 'status')).toMatchObject({ results: { read: 0, incomplete: [], pending: 0 } });
  });

  test('are recorded once by two commands at the same time', async () => {
    const folder = await ended(TEMPLATE);
    const both = await Promise.all([1, 2].map(() => folder.sheaf(['wait', '--sweep', 's'])));
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const journal = join(folder.path, '.sheaf/journal');
    const text = readdirSync(journal).map((name) => readFileSync(join(journal, name), 'utf8'));
    expect(text.join('').match(/"type":"harvested"/g)).toHaveLength(2);
  });

  test('that lack a metric are reported once, with the reason, and harvest tries again', async () => {
    const folder = await ended(TEMPLATE.replace('loss=(', 'lost=('));
    expect((await readByStatus(folder)).stderr).toContain('loss not found: s_s');
    expect((await folder.sheaf(['show', 's_s1'])).stdout).toContain('missing: ');
    writeFileSync(join(folder.path, 'templates/t.yaml'), TEMPLATE);
    expect((await folder.sheaf(['harvest'])).stdout).toContain('Harvested 2 of 2: loss');
  });

  test('stay unread when sheaf.yaml says so, also when the project is read', async () => {
    const folder = await ended(TEMPLATE);
    writeFileSync(join(folder.path, 'sheaf.yaml'), 'scheduler: local\nauto_harvest: false\n');
    expect((await folder.sheaf(['wait', '--sweep', 's'])).stdout).not.toContain('Harvested');
    expect((await folder.sheaf(['status'])).stderr).toBe('');
    expect((await folder.sheaf(['harvest'])).stdout).toContain('Harvested 2 of 2: loss');
  });

  test('that a full disk keeps from being recorded are read by the next command', async () => {
    const folder = await ended(TEMPLATE);
    const full = await folder.run(['bash', '-c', 'ulimit -S -f 0; exec sheaf wait --sweep s']);
    expect(full.stdout).toContain('All ended: 2 completed');
    expect(full.stderr).toContain('2 results not read yet: sheaf harvest');
    expect((await folder.sheaf(['show', 's_s1'])).stdout).not.toContain('harvested');
    expect((await folder.sheaf(['wait', '--sweep', 's'])).stdout).toContain('Harvested 2 of 2: loss');
  });
});

test('auto_harvest as a parameter is refused, with the place where such a parameter goes', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': 'auto_harvest: 0.5\n' });
  const { stderr, exitCode } = await folder.sheaf(['new', '--template', 't', '--exp-id', 'a']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('write params: {auto_harvest: …}');
});
