import { isMap, pointer, sameValue, type Pointer, type Value, type ValueMap } from '../core/value.ts';
import { jsonText, writtenBelow, type Written } from '../core/written.ts';

/** One experiment of a comparison. */
export interface Compared {
  readonly expId: string;
  readonly params: ValueMap;
  readonly written: Written;
  /** Final values by name; a metric that is missing is absent. */
  readonly metrics: ValueMap;
}

/** One parameter or metric side by side, in the order of the experiments; undefined where one has none. */
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
export function compareExperiments(experiments: readonly Compared[]): Comparison {
  return {
    expIds: experiments.map(({ expId }) => expId),
    params: sideBySide(experiments.map(({ params, written }) => new Map(leaves(params, written)))),
    metrics: sideBySide(experiments.map(({ metrics }) => new Map(leaves(metrics, {})))),
  };
}

interface Leaf {
  readonly value: Value;
  readonly text: string;
}

function* leaves(
  values: ValueMap,
  written: Written,
  prefix: string = '',
  path: Pointer = '',
): Generator<[name: string, leaf: Leaf]> {
  for (const [key, value] of Object.entries(values)) {
    const at = path + pointer(key);
    if (isMap(value) && Object.keys(value).length > 0) yield* leaves(value, written, `${prefix}${key}.`, at);
    else yield [prefix + key, { value, text: leafText(value, written, at) }];
  }
}

function leafText(value: Value, written: Written, path: Pointer): string {
  if (typeof value === 'string') return value;
  return written[path] ?? jsonText(value, writtenBelow(written, path));
}

function sideBySide(experiments: readonly ReadonlyMap<string, Leaf>[]): ComparedRow[] {
  const names = new Set(experiments.flatMap((experiment) => [...experiment.keys()]));
  return [...names].map((name) => {
    const found = experiments.map((experiment) => experiment.get(name));
    const values = found.map((leaf) => leaf?.value);
    return {
      name,
      values,
      texts: found.map((leaf) => leaf?.text),
      differs: values.some((value) => !sameValue(value, values[0])),
    };
  });
}
