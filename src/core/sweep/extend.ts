import { withoutUndefined } from '../value.ts';
import { inputError, type SheafError } from '../errors.ts';
import { suggestMeant } from '../text/abbreviation.ts';
import { valueKey, type Axis, type RandomSpace, type Space, type SweepValue, type ValueTable } from './space.ts';

/**
 * The space of a sweep after an extension: its axes and tables get further values, its draws go on. What was there
 * keeps its place, so that `expand(planSweep(extended), planSweep(base))` gives exactly the new members. Values that
 * the base has already are left out.
 *
 * @throws SheafError `sweep.extend.axis`, `sweep.extend.table`, `sweep.extend.random` when the extension varies what
 *   the sweep does not
 */
export function extendSpace(base: Space, more: Space): Space {
  const unknown = more.grid.find(({ name }) => !base.grid.some((axis) => axis.name === name));
  if (unknown !== undefined) throw unknownAxis(unknown.name, base);
  const foreign = more.zip.find((table) => !base.zip.some((known) => sameNames(known, table)));
  if (foreign !== undefined) throw unknownTable('--zip', foreign, base.zip);
  if (more.list !== undefined && (base.list === undefined || !sameNames(base.list, more.list))) {
    throw unknownTable('the list', more.list, base.list === undefined ? [] : [base.list]);
  }
  const list = base.list && extendTable(base.list, more.list === undefined ? [] : [more.list]);
  const random = extendRandom(base.random, more.random);
  return withoutUndefined({
    grid: base.grid.map((axis) => extendAxis(axis, more.grid)),
    zip: base.zip.map((table) => extendTable(table, more.zip)),
    list,
    random,
  });
}

function extendAxis(axis: Axis, more: readonly Axis[]): Axis {
  const known = new Set(axis.values.map(({ value }) => valueKey(value)));
  const values = more.filter(({ name }) => name === axis.name).flatMap((each) => each.values);
  return { name: axis.name, values: [...axis.values, ...values.filter(({ value }) => !known.has(valueKey(value)))] };
}

function extendTable(table: ValueTable, more: readonly ValueTable[]): ValueTable {
  const known = new Set(table.rows.map(rowKey));
  const rows = more
    .filter((each) => sameNames(table, each))
    .flatMap((each) =>
      each.rows.map((row) => table.names.map((name) => row[each.names.indexOf(name)] ?? { value: null })),
    );
  return { names: table.names, rows: [...table.rows, ...rows.filter((row) => !known.has(rowKey(row)))] };
}

function rowKey(row: readonly SweepValue[]): string {
  return row.map(({ value }) => valueKey(value)).join();
}

function sameNames(a: ValueTable, b: ValueTable): boolean {
  return a.names.length === b.names.length && a.names.every((name) => b.names.includes(name));
}

function extendRandom(base: RandomSpace | undefined, more: RandomSpace | undefined): RandomSpace | undefined {
  if (more === undefined || base === undefined) {
    if (more === undefined) return base;
    throw inputError('sweep.extend.random', 'the sweep has no random draws to go on with', { fix: NEW_SWEEP });
  }
  if (more.seed !== base.seed || JSON.stringify(more.draws) !== JSON.stringify(base.draws)) {
    throw inputError('sweep.extend.random', 'the draws differ from those of the sweep', {
      why: 'its draws can go on, but not change',
      fix: 'leave --draw out, or make a new sweep',
    });
  }
  return { ...base, count: base.count + more.count };
}

const NEW_SWEEP = 'make a new sweep';

function unknownAxis(name: string, base: Space): SheafError {
  const known = base.grid.map((axis) => axis.name);
  return inputError('sweep.extend.axis', `the sweep has no grid axis ${name}`, {
    why:
      known.length === 0 ? 'it has none' : `it has ${known.join(', ')}; its members have one value for everything else`,
    fix: suggestMeant(name, known, NEW_SWEEP),
  });
}

function unknownTable(what: string, { names }: ValueTable, known: readonly ValueTable[]): SheafError {
  const has = known.map((table) => table.names.join(', ')).join(' and ');
  return inputError('sweep.extend.table', `${what} gives ${names.join(', ')}`, {
    why: has === '' ? 'the sweep has nothing of that kind' : `the sweep has ${has}`,
    fix: has === '' ? NEW_SWEEP : 'give exactly those parameters',
  });
}
