import { inputError, type SheafError } from '../errors.ts';
import { drawRows } from './random.ts';
import {
  MAX_MEMBERS,
  formatSweepValue,
  valueKey,
  type SweepMember,
  type Space,
  type SweepValue,
  type ValueTable,
} from './space.ts';
import { groupDigits } from '../text/phrases.ts';

/** One factor of the product that a sweep is. */
interface Dimension extends ValueTable {
  readonly part: 'grid' | 'zip' | 'list' | 'random';
  /** Rows that came a second time in a list or among random draws, and were left out. */
  readonly dropped: number;
}

/** A search space that was checked and counted; its members are not made yet. */
export interface SweepPlan {
  /** Grid axes first, in the order given, then zip, list and random. The first changes slowest. */
  readonly dimensions: readonly Dimension[];
  readonly count: number;
}

/**
 * Checks a search space and counts its members without making them.
 *
 * @throws SheafError `sweep.empty`, `sweep.too_large`, `sweep.name.twice`, `sweep.value.twice`, `sweep.random.count`,
 *   `sweep.random.seed`, `sweep.row.length`
 */
export function planSweep(space: Space): SweepPlan {
  const dimensions = [
    ...space.grid.map(({ name, values }) =>
      dimension(
        'grid',
        [name],
        values.map((value) => [value]),
      ),
    ),
    ...space.zip.map(({ names, rows }) => dimension('zip', names, rows)),
    ...(space.list === undefined ? [] : [dimension('list', space.list.names, space.list.rows)]),
    ...(space.random === undefined ? [] : [randomDimension(space.random)]),
  ];
  const names = dimensions.flatMap((each) => each.names);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw inputError('sweep.name.twice', `${twice} is given twice`, {
      why: 'a parameter can belong to one --grid, --zip, --draw or list only',
      fix: `give all values of ${twice} in one place`,
    });
  }
  if (dimensions.length === 0) throw emptySweep('it has no parameter to vary');
  const count = dimensions.reduce((product, { rows }) => product * rows.length, 1);
  if (count > MAX_MEMBERS) throw tooLarge(count, dimensions);
  return { dimensions, count };
}

function dimension(
  part: Dimension['part'],
  names: readonly string[],
  rows: Iterable<readonly SweepValue[]>,
): Dimension {
  const distinct = new Map<string, readonly SweepValue[]>();
  let total = 0;
  for (const row of rows) {
    if (row.length !== names.length) throw raggedRow(names, row);
    const key = row.map(({ value }) => valueKey(value)).join();
    if (distinct.has(key) && (part === 'grid' || part === 'zip')) throw valueTwice(names, row);
    if (!distinct.has(key)) distinct.set(key, row);
    total += 1;
  }
  if (total === 0 || names.length === 0) throw emptySweep(`${names.join(', ') || `its ${part}`} has no value`);
  return { part, names, rows: [...distinct.values()], dropped: total - distinct.size };
}

function randomDimension(random: NonNullable<Space['random']>): Dimension {
  if (!Number.isInteger(random.count) || random.count < 1) {
    throw inputError('sweep.random.count', `${random.count} is not a number of draws`, { fix: 'write --random 20' });
  }
  if (!Number.isSafeInteger(random.seed) || random.seed < 0) {
    throw inputError('sweep.random.seed', `${random.seed} is not a seed`, {
      why: 'a seed is a whole number from 0 to 2^53 - 1',
    });
  }
  const names = random.draws.map(({ name }) => name);
  const dimensions = [{ names, rows: { length: random.count } }];
  if (random.count > MAX_MEMBERS) throw tooLarge(random.count, dimensions);
  return dimension('random', names, drawRows(random));
}

/**
 * The members of a sweep, one after the other, in an order that never changes: the first dimension slowest.
 * @param since only the members that a plan did not have before it was extended; see `extendSpace`
 */
export function* expand(plan: SweepPlan, since?: SweepPlan): Generator<SweepMember> {
  const known = since?.dimensions.map(({ rows }) => rows.length);
  for (let index = 0; index < plan.count; index += 1) {
    const digits = digitsOf(plan, index);
    if (known?.every((size, i) => (digits[i] ?? 0) < size)) continue;
    yield memberOf(plan, digits);
  }
}

/** The row of each dimension that makes up a member: the index written in mixed radix. */
function digitsOf({ dimensions }: SweepPlan, index: number): number[] {
  const digits: number[] = [];
  let rest = index;
  for (const { rows } of dimensions.toReversed()) {
    digits.unshift(rest % rows.length);
    rest = Math.floor(rest / rows.length);
  }
  return digits;
}

function memberOf({ dimensions }: SweepPlan, digits: readonly number[]): SweepMember {
  const member = new Map<string, SweepValue>();
  dimensions.forEach(({ names, rows }, i) => {
    const row = rows[digits[i] ?? 0] ?? [];
    names.forEach((name, j) => member.set(name, row[j] ?? { value: null }));
  });
  return member;
}

/** `learning_rate=0.1 seed=1` */
export function formatMember(member: SweepMember): string {
  return [...member].map(([name, value]) => `${name}=${formatSweepValue(value)}`).join(' ');
}

function emptySweep(why: string): SheafError {
  return inputError('sweep.empty', 'the sweep would have no member', {
    why,
    fix: 'give values, for example --grid learning_rate=0.1,0.01 --grid seed=1,2,3',
  });
}

function tooLarge(
  count: number,
  dimensions: readonly { readonly names: readonly string[]; readonly rows: { readonly length: number } }[],
): SheafError {
  const product = dimensions.map(({ names, rows }) => `${rows.length} ${names.join('+')}`).join(' × ');
  return inputError('sweep.too_large', `the sweep would have ${groupDigits(count)} members`, {
    why: `a sweep has at most ${groupDigits(MAX_MEMBERS)}; this one is ${product}`,
    fix: 'give fewer values, or draw some at random: --random 1000 --draw …',
  });
}

function raggedRow(names: readonly string[], row: readonly SweepValue[]): SheafError {
  return inputError('sweep.row.length', `a row has ${row.length} values for ${names.length} parameters`, {
    why: `the parameters are ${names.join(', ')}`,
    fix: 'give every row one value for each parameter',
  });
}

function valueTwice(names: readonly string[], row: readonly SweepValue[]): SheafError {
  const shown = names.map((name, i) => `${name}=${formatSweepValue(row[i] ?? { value: null })}`).join(' ');
  return inputError('sweep.value.twice', `${shown} is given twice`, {
    why: 'both would make the same experiment',
    fix: 'remove one; to repeat a run, vary its seed',
  });
}
