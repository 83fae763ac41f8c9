/**
 * `npm run bench:search -- CURVES.npz [--seeds N] [--optuna PYTHON]`: what adaptive sweeps save, replayed on learning curves that were
 * recorded (otherwise those of `SHEAF_CURVES`), with Optuna beside it if a Python is given that has it. The file has `acc`, the accuracy
 * by parameters and epoch, and `tim`, the seconds of an epoch by the last two parameters.
 *
 * Each search has 8 slots and the time of 96 full runs. What it found is the best trial that was completed, so that no method is
 * judged by a value at a smaller budget. Times are seconds of the recorded runs.
 */
import { parseArgs } from 'node:util';
import { percentile, summarize } from '../src/core/stats/statistics.ts';
import type { StopRule } from '../src/core/search/index.ts';
import { report, type Figure } from './measure.ts';
import { startOptuna, type Optuna, type OptunaPruner } from './search/optuna.ts';
import { meanSeconds, readCurves, type Problem } from './search/problem.ts';
import { openSearcher } from './search/sheaf-searcher.ts';
import { simulate, type Outcome, type Searcher } from './search/simulate.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '40' },
    optuna: { type: 'string' },
    from: { type: 'string', default: '1' },
    grid: { type: 'boolean', default: false },
  },
});
const [SLOTS, FULL_RUNS] = [8, 96];
const seeds = Number(options.seeds);
const from = Number(options.from);

interface Method {
  readonly name: string;
  readonly open: (problem: Problem, seed: number) => Searcher | Promise<Searcher>;
}

function sheaf(name: string, by: 'random' | 'tpe', stop: Partial<StopRule>): Method {
  return {
    name,
    open: (problem, seed) => {
      const rule: StopRule = { rule: 'none', from, to: problem.epochs, eta: 3, keep: 1, mode: 'max', resume: false };
      return openSearcher(problem, by, { ...rule, ...stop }, seed);
    },
  };
}

const METHODS: readonly Method[] = [
  sheaf('random, full runs', 'random', {}),
  sheaf('random + ASHA', 'random', { rule: 'asha' }),
  sheaf('random + median', 'random', { rule: 'median' }),
  sheaf('TPE, full runs', 'tpe', {}),
  sheaf('TPE + ASHA', 'tpe', { rule: 'asha' }),
  sheaf('TPE + median', 'tpe', { rule: 'median' }),
];

function optunaMethods(optuna: Optuna): Method[] {
  const method = (name: string, pruner: OptunaPruner): Method => ({
    name: `Optuna ${name}`,
    open: (problem, seed) => optuna.open(problem, pruner, from, seed),
  });
  return [
    method('TPE, full runs', 'none'),
    method('TPE + Hyperband', 'hyperband'),
    method('TPE + median', 'median'),
    method('TPE + halving', 'halving'),
  ];
}

const path = positionals[0] ?? process.env['SHEAF_CURVES'];
if (path === undefined) throw new Error('Pass the file with the curves, or set SHEAF_CURVES');
const problem = readCurves(path, options.grid);
const until = (FULL_RUNS * meanSeconds(problem)) / SLOTS;

interface Result {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
  readonly cpuS: number;
}

async function runMethod({ name, open }: Method): Promise<Result> {
  const outcomes: Outcome[] = [];
  const before = process.cpuUsage();
  for (let seed = 1; seed <= seeds; seed += 1) {
    outcomes.push(await simulate(problem, await open(problem, seed), SLOTS, until));
  }
  return { name, outcomes, cpuS: process.cpuUsage(before).user / 1e6 };
}

/** After a share of the time, on average over the seeds; the whole optimum before anything is completed. */
function meanRegret({ outcomes }: Pick<Result, 'outcomes'>, share: number): number {
  const regrets = outcomes.map(
    ({ found }) => found.findLast(({ at }) => at <= share * until)?.regret ?? problem.optimum,
  );
  return summarize(regrets).mean ?? Number.NaN;
}

const POINTS = 1000;

/** The share of the time after which a method is as good, on average, as another one at the end. */
function shareToReach(result: Pick<Result, 'outcomes'>, goal: number): number | undefined {
  for (let point = 1; point <= POINTS; point += 1)
    if (meanRegret(result, point / POINTS) <= goal) return point / POINTS;
  return undefined;
}

function endRegrets({ outcomes }: Result): number[] {
  return outcomes.map(({ found }) => found.at(-1)?.regret ?? problem.optimum);
}

const optuna = options.optuna === undefined ? undefined : await startOptuna(options.optuna);
const results: Result[] = [];
for (const method of [...METHODS, ...(optuna === undefined ? [] : optunaMethods(optuna))]) {
  results.push(await runMethod(method));
}
optuna?.close();

const gpuHours = (until * SLOTS) / 3600;
const goal = endRegrets(results[0] ?? { name: '', outcomes: [], cpuS: 0 });
const randomEnd = summarize(goal).mean ?? Number.NaN;
process.stdout.write(
  `${problem.sizes.join(' × ')} points, ${problem.epochs} epochs; ${seeds} seeds; ${SLOTS} slots; ${gpuHours.toFixed(3)} GPU hours; first rung ${from}` +
    `${optuna === undefined ? '; without Optuna (--optuna PYTHON)' : `; Optuna ${optuna.version}`}\n`,
);
const rows = results.map((result) => {
  const regrets = endRegrets(result);
  const { mean = Number.NaN, sem = 0 } = summarize(regrets);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => (percentile(regrets, share) ?? Number.NaN).toFixed(4));
  const share = shareToReach(result, randomEnd);
  const count = (of: (outcome: Outcome) => number): string => (summarize(result.outcomes.map(of)).mean ?? 0).toFixed(0);
  return [
    result.name,
    `${mean.toFixed(4)} ± ${sem.toFixed(4)}`,
    `${middle} (${low} to ${high})`,
    share === undefined ? 'never' : share.toFixed(2),
    share === undefined ? '' : `${(100 * (1 - share)).toFixed(0)} %`,
    `${count(({ started }) => started)} / ${count(({ completed }) => completed)}`,
    result.cpuS.toFixed(1),
  ];
});
const HEADER = [
  'method',
  'regret ± SEM',
  'median (quartiles)',
  "budget to random's end",
  'GPU hours saved',
  'trials / completed',
  'CPU s here',
];
printTable([HEADER, ...rows]);

function printTable(table: readonly (readonly string[])[]): void {
  const widths = HEADER.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  for (const row of table)
    process.stdout.write(
      `${row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}

const figures: Figure[] = [];
const find = (name: string): Result | undefined => results.find((result) => result.name === name);
const ours = find('TPE + ASHA');
if (ours !== undefined) {
  const share = shareToReach(ours, randomEnd) ?? Infinity;
  figures.push({
    what: "budget to random's end, TPE + ASHA",
    measured: share.toFixed(2),
    goal: '≤ 0.40',
    ok: share <= 0.4,
  });
  const peer = find('Optuna TPE + Hyperband');
  if (peer !== undefined) {
    const ratio = (summarize(endRegrets(ours)).mean ?? Infinity) / (summarize(endRegrets(peer)).mean ?? 0);
    figures.push({
      what: 'end regret ÷ that of Optuna TPE + Hyperband',
      measured: ratio.toFixed(2),
      goal: '≤ 0.80',
      ok: ratio <= 0.8,
    });
  }
}
report(figures);
