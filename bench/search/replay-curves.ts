import type { StopRule } from '../../src/core/search/index.ts';
import { withoutUndefined } from '../../src/core/value.ts';
import type { Figure } from '../measure.ts';
import {
  compareMeans,
  formatHeader,
  formatRatio,
  formatResult,
  meanRegret,
  regretsAt,
  runMethod,
  shareToReach,
  type Method,
  type Result,
} from './compare.ts';
import type { Optuna, OptunaPruner } from './optuna.ts';
import { meanSeconds, readCurves } from './problem.ts';
import type { Budget } from './simulate.ts';
import { openSearcher } from './sheaf-searcher.ts';

const [SLOTS, FULL_RUNS] = [8, 96];
const [MOST_BUDGET, MOST_REGRET] = [0.4, 0.8];

export interface CurveOptions {
  readonly path: string;
  readonly seeds: number;
  /** The first rung, an epoch. */
  readonly from: number;
  /** Epochs take the recorded time. Otherwise all take the same. */
  readonly seconds: boolean;
  /** The first parameter is a whole number, as the others are. */
  readonly grid: boolean;
}

/**
 * Searches on recorded learning curves with and without stopping. Each search has 8 slots and the time of 96 full runs. What it found is
 * the best trial that was completed, so that no method is judged by a value at a smaller budget.
 */
export async function replayCurves(optuna: Optuna, options: CurveOptions): Promise<Figure[]> {
  const { path, seeds, from, seconds } = options;
  const problem = readCurves(path, options);
  const budget = { slots: SLOTS, until: (FULL_RUNS * meanSeconds(problem)) / SLOTS, trials: Infinity };
  process.stdout.write(
    `\nCurves: ${problem.parameters.map(({ size }) => size).join(' × ')} points, ${problem.epochs} epochs, ${seeds} seeds, ${SLOTS} slots, first rung ${from}; ${
      seconds ? 'recorded seconds' : 'all epochs take the same time'
    }\n${formatHeader()}`,
  );
  const ask = (name: string, by: 'random' | 'tpe', rule: StopRule['rule']): Method => ({
    name,
    open: (asked, seed) =>
      openSearcher(asked, by, { rule, from, to: asked.epochs, eta: 3, keep: 1, mode: 'max', resume: false }, seed),
  });
  const askOptuna = (name: string, pruner: OptunaPruner): Method => ({
    name: `Optuna ${name}`,
    open: (asked, seed) => optuna.open(asked, pruner, from, seed),
  });
  let goal: number | undefined;
  const show = async (method: Method, queue?: Budget['queue']): Promise<Result> => {
    const result = await runMethod(method, problem, seeds, withoutUndefined({ ...budget, queue }));
    goal ??= meanRegret(result, 1);
    process.stdout.write(formatResult(result, goal));
    return result;
  };
  const random = await show(ask('random, full runs', 'random', 'none'));
  await show(ask('random + ASHA', 'random', 'asha'));
  await show(ask('random + median', 'random', 'median'));
  await show(ask('TPE, full runs', 'tpe', 'none'));
  const ours = await show(ask('TPE + ASHA', 'tpe', 'asha'));
  await show(ask('TPE + median', 'tpe', 'median'));
  const waitS = meanSeconds(problem);
  for (const lead of [0, SLOTS, 3 * SLOTS]) {
    await show(ask(`… wait of a run, lead ${lead}`, 'tpe', 'asha'), { waitS, lead });
  }
  const peer = await show(askOptuna('TPE + Hyperband', 'hyperband'));
  await show(askOptuna('TPE, full runs', 'none'));
  await show(askOptuna('TPE + median', 'median'));
  const share = shareToReach(ours, meanRegret(random, 1));
  const ratio = compareMeans([regretsAt(ours, 1)], [regretsAt(peer, 1)]);
  return [
    {
      what: "curves: budget to random's end, TPE + ASHA",
      measured: share.toFixed(2),
      goal: `≤ ${MOST_BUDGET.toFixed(2)}`,
      ok: share <= MOST_BUDGET,
    },
    {
      what: 'curves: regret ÷ that of Optuna TPE + Hyperband',
      measured: formatRatio(ratio),
      goal: `≤ ${MOST_REGRET.toFixed(2)}`,
      ok: ratio.ratio <= MOST_REGRET,
    },
  ];
}
