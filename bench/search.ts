/**
 * What adaptive sweeps save, replayed on recorded learning curves, with Optuna in the same run if a Python is given that has it:
 *
 *     npm run bench:search -- CURVES.npz [--seeds N] [--optuna PYTHON] [--from EPOCH] [--seconds] [--grid]
 *
 * Otherwise the curves are those of `SHEAF_CURVES`. The file has `acc`, the accuracy by parameters and epoch, and `tim`, the seconds of an
 * epoch by the last two parameters.
 *
 * Each search has 8 slots and the time of 96 full runs. What it found is the best trial that was completed, so that no method is
 * judged by a value at a smaller budget. All epochs take the same time; with `--seconds`, they take the recorded one. The first
 * parameter is any number, as a learning rate is, which chooses the nearest curve; with `--grid` it is a whole number, and sheaf, unlike
 * Optuna, then tries no point twice.
 */
import { parseArgs } from 'node:util';
import type { StopRule } from '../src/core/search/index.ts';
import { report } from './measure.ts';
import { formatHeader, formatResult, meanRegret, runMethod, shareToReach, type Method } from './search/compare.ts';
import { startOptuna, type Optuna, type OptunaPruner } from './search/optuna.ts';
import { meanSeconds, readCurves } from './search/problem.ts';
import { openSearcher } from './search/sheaf-searcher.ts';

const [SLOTS, FULL_RUNS] = [8, 96];
/** The points of the design. */
const [MOST_BUDGET, MOST_REGRET] = [0.4, 0.8];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '40' },
    optuna: { type: 'string' },
    from: { type: 'string', default: '1' },
    seconds: { type: 'boolean', default: false },
    grid: { type: 'boolean', default: false },
  },
});
const [seeds, from] = [Number(options.seeds), Number(options.from)];

function makeMethod(name: string, by: 'random' | 'tpe', stop: StopRule['rule']): Method {
  return {
    name,
    open: (problem, seed) =>
      openSearcher(
        problem,
        by,
        { rule: stop, from, to: problem.epochs, eta: 3, keep: 1, mode: 'max', resume: false },
        seed,
      ),
  };
}

function makeOptunaMethod(optuna: Optuna, name: string, pruner: OptunaPruner): Method {
  return { name: `Optuna ${name}`, open: (problem, seed) => optuna.open(problem, pruner, from, seed) };
}

const path = positionals[0] ?? process.env['SHEAF_CURVES'];
if (path === undefined) throw new Error('Pass the file with the curves, or set SHEAF_CURVES');
const problem = readCurves(path, options);
const until = (FULL_RUNS * meanSeconds(problem)) / SLOTS;
const optuna = options.optuna === undefined ? undefined : await startOptuna(options.optuna);
const run = (method: Method) => runMethod(method, problem, seeds, SLOTS, until);

process.stdout.write(
  `${problem.sizes.join(' × ')} points, ${problem.epochs} epochs, ${seeds} seeds, ${SLOTS} slots, first rung ${from}; ${
    options.seconds ? 'recorded seconds' : 'all epochs take the same time'
  }; ${optuna === undefined ? 'no Optuna (--optuna PYTHON)' : `Optuna ${optuna.version}`}\n${formatHeader()}`,
);
const random = await run(makeMethod('random, full runs', 'random', 'none'));
const goal = meanRegret(random, 1);
process.stdout.write(formatResult(random, goal));

async function show(method: Method): Promise<Awaited<ReturnType<typeof run>>> {
  const result = await run(method);
  process.stdout.write(formatResult(result, goal));
  return result;
}

await show(makeMethod('random + ASHA', 'random', 'asha'));
await show(makeMethod('random + median', 'random', 'median'));
await show(makeMethod('TPE, full runs', 'tpe', 'none'));
const ours = await show(makeMethod('TPE + ASHA', 'tpe', 'asha'));
await show(makeMethod('TPE + median', 'tpe', 'median'));
const share = shareToReach(ours, goal);
const figures = [
  {
    what: "budget to random's end, TPE + ASHA",
    measured: share.toFixed(2),
    goal: `≤ ${MOST_BUDGET.toFixed(2)}`,
    ok: share <= MOST_BUDGET,
  },
];
if (optuna !== undefined) {
  const peer = await show(makeOptunaMethod(optuna, 'TPE + Hyperband', 'hyperband'));
  await show(makeOptunaMethod(optuna, 'TPE, full runs', 'none'));
  await show(makeOptunaMethod(optuna, 'TPE + median', 'median'));
  optuna.close();
  const ratio = meanRegret(ours, 1) / meanRegret(peer, 1);
  figures.push({
    what: 'regret ÷ that of Optuna TPE + Hyperband',
    measured: ratio.toFixed(2),
    goal: `≤ ${MOST_REGRET.toFixed(2)}`,
    ok: ratio <= MOST_REGRET,
  });
}
report(figures);
