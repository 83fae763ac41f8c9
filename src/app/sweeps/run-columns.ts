import { formatFieldLabel, type KnownNames } from '../../core/fields/fields.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import type { Value } from '../../core/value.ts';
import { guessDirection } from '../../harvest/index.ts';
import { metricOf, paramsOf, varietyOf, varietyOfExperiment } from '../tables/cells.ts';
import { modeOf } from '../tables/compare.ts';

/** A parameter that differs between runs, with its value in each. */
export interface VariedParameter {
  readonly name: string;
  /** The name in queries. */
  readonly label: string;
  /** It only repeats a run. */
  readonly isSeed: boolean;
  /** In the order of the runs; null for a run that lacks it. */
  readonly values: readonly Value[];
  /** The values as they were written: `1e-4`. */
  readonly texts: readonly string[];
}

/** A metric of some of the runs. */
export interface RunMetric {
  readonly name: string;
  /** The name in queries. */
  readonly label: string;
  /** How many runs have a finite value. */
  readonly n: number;
  /** Which values are better, by the rules or else by the name. */
  readonly mode?: Mode;
}

/** The parameters that differ between runs. */
export function listVariedParameters(runs: readonly Experiment[], known: KnownNames): VariedParameter[] {
  const seeds = new Set(runs.flatMap(({ config }) => config.seeds));
  const params = runs.map(paramsOf);
  const names = runs.length < 2 ? [] : varietyOf(runs.map(varietyOfExperiment)).params;
  return names.map((name) => ({
    name,
    label: formatFieldLabel({ source: 'params', name }, known),
    isSeed: seeds.has(name),
    values: params.map((each) => each.get(name)?.value ?? null),
    texts: params.map((each) => each.get(name)?.text ?? ''),
  }));
}

/** The metrics that any of the runs has or should have, in the order in which they appear. */
export function listMetrics(runs: readonly Experiment[], known: KnownNames): RunMetric[] {
  return varietyOf(runs.map(varietyOfExperiment)).metrics.map((name) => {
    const mode = modeOf(runs, name) ?? guessDirection(name);
    const n = readMetric(runs, name).filter((value) => value !== null).length;
    return { name, label: formatFieldLabel({ source: 'results', name }, known), n, ...(mode && { mode }) };
  });
}

/** The finite values of a metric, in the order of the runs; null for one without. */
export function readMetric(runs: readonly Experiment[], name: string): (number | null)[] {
  return runs.map((run) => {
    const value = metricOf(run, name)?.value;
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  });
}
