import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExperimentManager } from '../../src/app/index.ts';
import type { EventBody } from '../../src/core/experiment/event.ts';
import type { Search } from '../../src/core/experiment/search.ts';
import { killDeciders } from '../crash/decider-kills.ts';
import { countAtOnce, readSpans } from '../support/job-spans.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

/** Its accuracy is `lr`. It goes past steps 1 and 3 when the test says so, so that all members are there when a round is decided. */
const PROGRAM = `import os, sys, time
lr, out = float(sys.argv[1]), os.environ["SHEAF_OUT"]
with open(out + "/metrics.csv", "w") as file:
    print("step,acc", file=file, flush=True)
    for step in range(1, int(sys.argv[2]) + 1):
        print(f"{step},{lr}", file=file, flush=True)
        while step in (1, 3) and os.path.exists("wait") and not os.path.exists(f"go-{step}"):
            time.sleep(0.05)
`;
const TEMPLATE = `lr: 1.0
steps: 9
seed: 0
command: python3 train.py {{ lr }} {{ steps }}
mem: 10M
harvest:
  acc: {csv: metrics.csv, column: acc, pick: last, mode: max}
`;

function project(): TestFolder {
  return testFolder({
    'sheaf.yaml': 'scheduler: local\ncluster: {local: {cpus: 9}}\n',
    '.sheaf/none': '',
    'train.py': PROGRAM,
    'templates/t.yaml': TEMPLATE,
  });
}

async function sheaf(folder: TestFolder, ...words: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await folder.sheaf(words);
  if (exitCode !== 0) throw new Error(stderr);
  return `${stdout}${stderr}`;
}

async function record({ path, env }: TestFolder, ...events: EventBody[]): Promise<void> {
  using manager = await ExperimentManager.open({ dir: path, env: { ...process.env, ...env } });
  await manager.project.store.append(events);
}

async function readSweep({ path, env }: TestFolder) {
  using manager = await ExperimentManager.open({ dir: path, env: { ...process.env, ...env } });
  const rounds = Object.values(manager.project.store.sweep('s')?.rounds ?? {}).map(({ value }) => value);
  return { rounds, counts: (await manager.showSweep('s')).byStatus };
}

const STOP: Search = {
  metric: 'acc',
  mode: 'max',
  stop: { rule: 'asha', from: 1, to: 9, eta: 3, keep: 1, mode: 'max', resume: false },
};

test('of nine members that run, the losers at each of the rungs are stopped, and the best one completes', async () => {
  const folder = project();
  writeFileSync(join(folder.path, 'wait'), '');
  await sheaf(folder, 'sweep', '--template', 't', '--name', 's', '--grid', 'lr=1,2,3,4,5,6,7,8,9');
  await record(folder, { type: 'searched', sweep: 's', search: STOP });
  await sheaf(folder, 'submit', '--sweep', 's');
  const curves = (): string[] =>
    readdirSync(join(folder.path, 'experiments')).map((name) => {
      const path = join(folder.path, 'experiments', name, 'attempts/train-1/metrics.csv');
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    });
  await until(() => curves().filter((text) => text.includes('1,')).length === 9);
  const stopped = (count: number) =>
    until(async () => {
      await sheaf(folder, 'status');
      return (await readSweep(folder)).counts['stopped'] === count;
    });
  await stopped(6);
  writeFileSync(join(folder.path, 'go-1'), '');
  await until(() => curves().filter((text) => text.includes('\n3,')).length === 3);
  await stopped(8);
  writeFileSync(join(folder.path, 'go-3'), '');
  await folder.sheaf(['wait', '--sweep', 's']);
  expect((await readSweep(folder)).counts).toEqual({ completed: 1, stopped: 8 });
}, 120_000);

/** A sweep whose members are all proposed, at most two of which run at once. */
async function proposedSweep(folder: TestFolder, trials: number): Promise<void> {
  const draws = [{ name: 'lr', distribution: { kind: 'uniform', low: 1, high: 9 } }];
  const space = { grid: [], zip: [], random: { count: trials, seed: 7, draws } };
  const search: Search = { metric: 'acc', mode: 'max', propose: { by: 'tpe', trials } };
  await record(
    folder,
    { type: 'swept', sweep: 's', template: 't', space, fixed: { sets: { steps: '1' } }, count: 0 },
    { type: 'throttled', sweep: 's', maxParallel: 2 },
    { type: 'searched', sweep: 's', search },
  );
}

test('two commands that wait for one sweep propose each of its members once, and never run more at once than may', async () => {
  const folder = project();
  await proposedSweep(folder, 7);
  await sheaf(folder, 'status');
  expect(existsSync(join(folder.path, 'experiments'))).toBe(false);
  const submitted = await sheaf(folder, 'submit', '--sweep', 's');
  expect(submitted).toContain('Sweep s: proposed 2 members: s-0, s-1\n');
  expect(submitted).not.toContain('warning');
  const waits = await Promise.all([1, 2].map(() => folder.sheaf(['wait', '--sweep', 's'])));
  expect(waits.map(({ exitCode, stderr }) => (exitCode === 0 ? '' : stderr))).toEqual(['', '']);
  expect(waits.map(({ stderr }) => stderr).join('')).toContain('Sweep s: proposed ');
  const { rounds, counts } = await readSweep(folder);
  expect(counts).toEqual({ completed: 7 });
  expect(rounds.flatMap(({ proposed }) => proposed.map(({ trial }) => trial))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(readdirSync(join(folder.path, 'experiments')).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => `s-${n}`));
  expect(countAtOnce(readSpans(folder.path))).toBeLessThanOrEqual(2);
}, 120_000);

test('commands that are killed at any moment leave nothing that the next one does not complete, once', async () => {
  const folder = project();
  await proposedSweep(folder, 3);
  const submit = (at: number) => folder.sheaf(['submit', '--sweep', 's'], { env: { SHEAF_TEST_FAULT: `kill@${at}` } });
  let killed = 0;
  for (let at = 1; (await submit(at)).exitCode !== 0; at += 4) killed += 1;
  expect(killed).toBeGreaterThan(5);
  await sheaf(folder, 'wait', '--sweep', 's');
  const { rounds, counts } = await readSweep(folder);
  expect(counts).toEqual({ completed: 3 });
  expect(rounds.flatMap(({ proposed }) => proposed.map(({ trial }) => trial))).toEqual([0, 1, 2]);
  // What a killed command claimed and never submitted has a number, and no job.
  const attempts = globSync('experiments/*/attempts/*', { cwd: folder.path });
  expect(attempts.map((path) => path.split('/')[1] ?? '').toSorted()).toEqual(['s-0', 's-1', 's-2']);
}, 120_000);

test('two commands on two hosts that are killed again and again decide a sweep as one would', async () => {
  // Multiples of the golden ratio: spread evenly, and the same each time.
  let n = 0;
  const spread = (): number => (n++ * 0.618_034) % 1;
  const { struck, proposed, stopped, failures } = await killDeciders(16, spread);
  expect(failures).toEqual([]);
  expect(struck).toBeGreaterThanOrEqual(16);
  expect(proposed).toBeGreaterThanOrEqual(12);
  expect(stopped).toBeGreaterThan(0);
}, 300_000);
