import type { Mode } from '../core/settings/harvest-rule.ts';
import { areEqual, type Value, type ValueMap } from '../core/value.ts';
import { walkWrittenLeaves, type NumberSources, type WrittenLeaf } from '../core/number-source.ts';

/** One experiment of a comparison. */
export interface ComparedExperiment {
  readonly expId: string;
  readonly params: ValueMap;
  readonly written: NumberSources;
  /** Final values by name; a metric that is missing is absent. */
  readonly metrics: ValueMap;
}

/** One parameter or metric side by side, in the order of the experiments; undefined for one without it. */
export interface ComparedRow {
  /** Dotted when nested. */
  readonly name: string;
  readonly values: readonly (Value | undefined)[];
  /** The values as they were written. */
  readonly texts: readonly (string | undefined)[];
  /** Not all values are the same; how a number is written does not matter. */
  readonly differs: boolean;
}

export interface Comparison {
  readonly expIds: readonly string[];
  readonly params: readonly ComparedRow[];
  readonly metrics: readonly ComparedRow[];
}

/** Sets experiments side by side: all parameters and all metrics that any of them has, in order of first appearance. */
export function compareExperiments(experiments: readonly ComparedExperiment[]): Comparison {
  return {
    expIds: experiments.map(({ expId }) => expId),
    params: sideBySide(experiments.map(({ params, written }) => leaves(params, written))),
    metrics: sideBySide(experiments.map(({ metrics }) => leaves(metrics, {}))),
  };
}

function leaves(values: ValueMap, written: NumberSources): ReadonlyMap<string, WrittenLeaf> {
  return new Map([...walkWrittenLeaves(values, written)].map((leaf) => [leaf.name, leaf]));
}

function sideBySide(experiments: readonly ReadonlyMap<string, WrittenLeaf>[]): ComparedRow[] {
  const names = new Set(experiments.flatMap((experiment) => [...experiment.keys()]));
  return [...names].map((name) => {
    const found = experiments.map((experiment) => experiment.get(name));
    const values = found.map((leaf) => leaf?.value);
    return {
      name,
      values,
      texts: found.map((leaf) => leaf?.text),
      differs: values.some((value) => !areEqual(value, values[0])),
    };
  });
}

/**
 * Places of the best of several numbers, more than one if they are equal. None if nothing says what is better, if
 * there are no two numbers, or if all are equal.
 */
export function findBestPlaces(values: readonly (Value | undefined)[], mode: Mode | undefined): readonly number[] {
  const numbers = values.filter((value) => typeof value === 'number');
  if (mode === undefined || numbers.length < 2) return [];
  const better = mode === 'max' ? Math.max : Math.min;
  const best = numbers.reduce((a, b) => better(a, b));
  return numbers.every((number) => number === best)
    ? []
    : values.flatMap((value, place) => (value === best ? [place] : []));
}
