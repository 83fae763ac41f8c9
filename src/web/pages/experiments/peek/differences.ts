import { areEqual, flatten, type Value, type ValueMap } from '../../../../core/value.ts';

/** A parameter that an experiment has, and its template has not like this. */
export interface Difference {
  /** Dotted when nested. */
  readonly name: string;
  readonly value: Value;
  /** Undefined if the template has no value for it. */
  readonly usual: Value | undefined;
}

/** The parameters in which an experiment differs from the defaults of its template, as that is now. */
export function findDifferences(
  params: ValueMap,
  defaults: readonly { readonly name: string; readonly default: Value | null }[],
): Difference[] {
  const usual = new Map(defaults.map((each) => [each.name, each.default ?? undefined]));
  return [...flatten(params)].flatMap(([name, value]) =>
    areEqual(usual.get(name), value) ? [] : [{ name, value, usual: usual.get(name) }],
  );
}
