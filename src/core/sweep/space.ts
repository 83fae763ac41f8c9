import type { Value } from '../value.ts';
import { toJsonText, type NumberSources } from '../number-source.ts';

/** One value of a parameter. `written` is relative to the value: a number itself is at the empty path. */
export type SweepValue = {
  readonly value: Value;
  readonly written?: NumberSources;
};

/** Reads the text of one value as the command line does for the flag of that parameter. @throws SheafError */
export type ReadValue = (name: string, text: string) => SweepValue;

/** One parameter and the values it takes in turn. */
export type Axis = {
  readonly name: string;
  readonly values: readonly SweepValue[];
};

/** Parameters that change together: a value for each name in every row. */
export type ValueTable = {
  readonly names: readonly string[];
  readonly rows: readonly (readonly SweepValue[])[];
};

/** `int` includes both bounds; `uniform` and `loguniform` are rounded to 6 significant digits. */
export type Distribution =
  | { readonly kind: 'uniform' | 'loguniform' | 'int'; readonly low: number; readonly high: number }
  | { readonly kind: 'choice'; readonly values: readonly SweepValue[] };

export type RandomSpace = {
  readonly count: number;
  /** A whole number, 0 to 2^53 - 1. With the same seed the first draws stay the same for ever. */
  readonly seed: number;
  readonly draws: readonly { readonly name: string; readonly distribution: Distribution }[];
};

/**
 * A search space: the product of all its parts.
 *
 * It is plain data, a `Value`, and the journal keeps it as it is; so these are `type`s, which unlike interfaces are
 * assignable to maps. `readSpace` reads it back.
 */
export type Space = {
  readonly grid: readonly Axis[];
  /** Each table is walked row by row. */
  readonly zip: readonly ValueTable[];
  readonly list?: ValueTable;
  readonly random?: RandomSpace;
};

/** The values of one member of a sweep, by parameter. A name with dots reaches into maps, as in `--set a.b=c`. */
export type SweepMember = ReadonlyMap<string, SweepValue>;

/** The names of all that it varies, in the order of {@link Space}'s parts. */
export function listVaried({ grid, zip, list, random }: Space): string[] {
  return [
    ...grid.map(({ name }) => name),
    ...zip.flatMap(({ names }) => names),
    ...(list?.names ?? []),
    ...(random?.draws ?? []).map(({ name }) => name),
  ];
}

/** The most members a sweep can have. */
export const MAX_MEMBERS = 100_000;

/** The same text for values that are the same, whatever the order of their keys or the way they were written. */
export function valueKey(value: Value): string {
  if (typeof value === 'number') return String(value === 0 ? 0 : value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(valueKey).join()}]`;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${valueKey(item)}`).join()}}`;
}

/** A value as people read it: `1e-4`, `[512, 256]`. */
export function formatSweepValue({ value, written }: SweepValue): string {
  return typeof value === 'string' ? value : toJsonText(value, written);
}
