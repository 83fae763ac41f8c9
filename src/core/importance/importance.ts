import { correlateRanks, rankNumbers } from '../stats/spearman.ts';
import { formatCount } from '../text/phrases.ts';
import { spansDecades } from './decades.ts';
import { crossValidate } from './forest.ts';
import { chooseBest, computeDivergence, type Places } from './ped-anova.ts';

/** A parameter over runs: numbers, and the text of whatever else; undefined for a run that lacks it. */
export interface RunParameter {
  readonly name: string;
  readonly values: readonly (number | string | undefined)[];
}

/** How much a parameter decides which runs are among the best. */
export interface ParameterImportance {
  readonly name: string;
  /** From 0 to 1; those of all parameters together are 1. */
  readonly share: number;
  /** Spearman's rank correlation with the metric; absent for a parameter that is not a number. */
  readonly spearman?: number;
  /** How its values were compared: as choices, or on a grid with steps of equal size or of equal ratio. */
  readonly scale: 'choices' | 'linear' | 'log';
  /** How many different values it has. */
  readonly distinct: number;
}

/** The importance of parameters for a metric, or why nothing can be said of it. */
export interface Importance {
  /** How many runs it is from. */
  readonly n: number;
  /** How many of them count as the best. Absent if it is refused. */
  readonly best?: number;
  /** Of the ranks of the metric, see {@link crossValidate}. Absent if there are too few runs, or all of them have the same value. */
  readonly r2?: number;
  /** The most important one first; empty if it is refused. */
  readonly parameters: readonly ParameterImportance[];
  /** Why parameters were left out, a sentence each. */
  readonly leftOut: readonly string[];
  /** Why nothing can be said, in words. */
  readonly refusal?: string;
}

/** From fewer runs, nothing can be said. */
export const FEWEST_RUNS = 20;
/** Below this, the parameters do not explain the metric, and what is important for it is chance. */
export const LEAST_R2 = 0.2;

/** Runs that count as the best: this share of them, and at least five, as Optuna's documentation advises. */
const BEST_SHARE = 0.1;
const FEWEST_BEST = 5;
/** A number of at most as many different values is a choice between them. */
const MOST_CHOICES = 10;
/** Points of the grid of a number. */
const GRID = 50;

/**
 * The importance of parameters for a metric, by PED-ANOVA; refused in words below 20 runs, or if a random forest cannot predict the
 * ranks of the metric from the parameters (cross-validated R² below 0.2). The same runs always give the same.
 *
 * @param parameters of all runs, in the order of the metric
 * @param metric a finite number for each run
 * @param mode which values are better
 */
export function computeImportance(
  parameters: readonly RunParameter[],
  metric: readonly number[],
  mode: 'max' | 'min',
): Importance {
  const n = metric.length;
  const { used, leftOut } = chooseParameters(parameters, n);
  const refuse = (refusal: string, r2?: number): Importance => ({
    n,
    ...(r2 !== undefined && { r2 }),
    parameters: [],
    leftOut,
    refusal,
  });
  if (n < FEWEST_RUNS) {
    return refuse(`Importance needs at least ${FEWEST_RUNS} runs with a value of the metric; there are ${n}.`);
  }
  if (used.length === 0) return refuse('No parameter differs between these runs.');
  const losses = Float64Array.from(metric, (value) => (mode === 'max' ? -value : value));
  // PED-ANOVA sees only which runs are better. The values themselves would judge a few that diverged, and no others.
  const targets = rankNumbers(metric);
  const r2 = crossValidate({ columns: used.map(({ numbers }) => numbers), targets });
  if (r2 === undefined) return refuse('The metric is the same in all of these runs.');
  if (r2 < LEAST_R2) {
    return refuse(
      `The parameters do not explain the metric: a random forest that predicts its ranks reaches a cross-validated R² of ${r2.toFixed(2)}, and below ${LEAST_R2} importance would be chance.`,
      r2,
    );
  }
  const best = chooseBest(losses, BEST_SHARE, FEWEST_BEST);
  const divergences = used.map((parameter) => computeDivergence(parameter, best));
  const total = divergences.reduce((sum, value) => sum + value, 0);
  const found = used.map(({ name, scale, distinct, spearman }, i): ParameterImportance => {
    const rho = spearman(metric);
    return {
      name,
      share: total === 0 ? 0 : (divergences[i] ?? 0) / total,
      ...(rho !== undefined && { spearman: rho }),
      scale,
      distinct,
    };
  });
  return { n, best: best.length, r2, parameters: found.toSorted((a, b) => b.share - a.share), leftOut };
}

interface UsedParameter extends Places {
  readonly name: string;
  readonly scale: ParameterImportance['scale'];
  readonly distinct: number;
  /** What a forest sees: the numbers, or the places of the choices. */
  readonly numbers: Float64Array;
  readonly spearman: (metric: readonly number[]) => number | undefined;
}

function chooseParameters(
  parameters: readonly RunParameter[],
  n: number,
): { readonly used: readonly UsedParameter[]; readonly leftOut: readonly string[] } {
  const used: UsedParameter[] = [];
  const leftOut: string[] = [];
  for (const { name, values } of parameters) {
    const whole = values.filter((value) => value !== undefined);
    const distinct = new Set(whole).size;
    if (distinct < 2 && whole.length === n) continue;
    if (whole.length < n) {
      leftOut.push(`${name} is left out: ${n - whole.length} of ${formatCount(n, 'run')} have no value of it.`);
      continue;
    }
    const numbers = whole.filter((value) => typeof value === 'number');
    if (numbers.length < n && distinct > n / 2) {
      leftOut.push(`${name} is left out: it has a text of its own in nearly every run.`);
      continue;
    }
    used.push(numbers.length === n ? readNumbers(name, numbers, distinct) : readChoices(name, whole, distinct));
  }
  return { used, leftOut };
}

function readNumbers(name: string, values: readonly number[], distinct: number): UsedParameter {
  const spearman = (metric: readonly number[]): number | undefined => correlateRanks(values, metric);
  if (distinct <= MOST_CHOICES) {
    return { ...readChoices(name, values, distinct), numbers: Float64Array.from(values), spearman };
  }
  const isLog = spansDecades(values);
  const scaled = Float64Array.from(values, (value) => (isLog ? Math.log(value) : value));
  const [low, high] = [scaled.reduce((a, b) => Math.min(a, b)), scaled.reduce((a, b) => Math.max(a, b))];
  const step = (high - low) / (GRID - 1);
  // Halfway between two points counts as the lower one.
  const places = Uint32Array.from(scaled, (value) =>
    Math.min(GRID - 1, Math.max(0, Math.ceil((value - low) / step - 0.5))),
  );
  const scale = isLog ? 'log' : 'linear';
  return { name, kind: 'grid', size: GRID, places, scale, distinct, numbers: Float64Array.from(values), spearman };
}

function readChoices(name: string, values: readonly (number | string)[], distinct: number): UsedParameter {
  const order = new Map([...new Set(values)].map((value, place) => [value, place]));
  const places = Uint32Array.from(values, (value) => order.get(value) ?? 0);
  return {
    name,
    kind: 'choices',
    size: distinct,
    places,
    scale: 'choices',
    distinct,
    numbers: Float64Array.from(places),
    spearman: () => undefined,
  };
}
