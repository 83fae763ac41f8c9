import { withoutUndefined } from '../value.ts';
import { inputError } from '../errors.ts';
import { parseAxis } from './axis-text.ts';
import { parseDraw } from './draw-text.ts';
import type { Axis, RandomSpace, ReadValue, Space, ValueTable } from './space.ts';

/** A search space as given on the command line. */
export interface SpaceOptions {
  /** `--grid name=a,b`, once for each axis. */
  readonly grid?: readonly string[];
  /** `--zip name=a,b`: all of them go together, value by value. */
  readonly zip?: readonly string[];
  /** `--random N`: N draws, or in an extension N more; an extension keeps the seed of its base. */
  readonly random?: { readonly count: number; readonly seed: number };
  /** `--draw name=distribution(…)`. */
  readonly draw?: readonly string[];
  /** What `parseMemberList` read. */
  readonly list?: ValueTable;
}

/**
 * Reads the options of `sweep`, or of `sweep extend` when `base` is the space so far: random draws then go on.
 *
 * @throws SheafError `sweep.option`, `sweep.zip.length`, `sweep.random.draws`, `sweep.random.count`
 */
export function parseSpace(options: SpaceOptions, read: ReadValue, base?: Space): Space {
  const random = randomOf(options, read, base?.random);
  const zip = (options.zip ?? []).map((text) => parseAxis({ option: '--zip', text }, read));
  return withoutUndefined({
    grid: (options.grid ?? []).map((text) => parseAxis({ option: '--grid', text }, read)),
    zip: zip.length === 0 ? [] : [zipped(zip)],
    list: options.list,
    random,
  });
}

function zipped(axes: readonly Axis[]): ValueTable {
  const [first] = axes;
  const odd = axes.find(({ values }) => values.length !== first?.values.length);
  if (first !== undefined && odd !== undefined) {
    throw inputError('sweep.zip.length', `${first.name} has ${count(first)} and ${odd.name} has ${count(odd)}`, {
      why: '--zip goes through its parameters together, value by value',
      fix: 'give all of them equally many values, or use --grid for all combinations',
    });
  }
  return {
    names: axes.map(({ name }) => name),
    rows: (first?.values ?? []).map((_, i) => axes.map(({ values }) => values[i] ?? { value: null })),
  };
}

function count({ values }: Axis): string {
  return values.length === 1 ? '1 value' : `${values.length} values`;
}

function randomOf(options: SpaceOptions, read: ReadValue, base: RandomSpace | undefined): RandomSpace | undefined {
  const draws = (options.draw ?? []).map((text) => parseDraw({ option: '--draw', text }, read));
  if (options.random === undefined) {
    if (draws.length === 0) return undefined;
    throw inputError('sweep.random.count', '--draw is given without a number of draws', { fix: 'add --random 20' });
  }
  if (draws.length === 0 && base === undefined) {
    throw inputError('sweep.random.draws', '--random is given without anything to draw', {
      fix: 'add for example --draw learning_rate=loguniform(1e-5,1e-1)',
    });
  }
  return {
    count: options.random.count,
    seed: base?.seed ?? options.random.seed,
    draws: draws.length === 0 ? (base?.draws ?? []) : draws,
  };
}
