import { failure, type SheafError } from '../errors.ts';
import { isMap, type Value, type ValueMap } from '../value.ts';
import type { Axis, Distribution, RandomSpace, Space, SweepValue, ValueTable } from './space.ts';

/**
 * Reads a search space back from the record of a sweep.
 *
 * @throws SheafError `sweep.record` when it is not one, for example of a newer version
 */
export function readSpace(record: Value): Space {
  const { grid, zip, list, random } = mapOf(record);
  return {
    grid: listOf(grid, axisOf),
    zip: listOf(zip, tableOf),
    ...(list === undefined ? {} : { list: tableOf(list) }),
    ...(random === undefined ? {} : { random: randomOf(random) }),
  };
}

function axisOf(record: Value): Axis {
  const { name, values } = mapOf(record);
  return { name: textOf(name), values: listOf(values, valueOf) };
}

function tableOf(record: Value): ValueTable {
  const { names, rows } = mapOf(record);
  return { names: listOf(names, textOf), rows: listOf(rows, (row) => listOf(row, valueOf)) };
}

function randomOf(record: Value): RandomSpace {
  const { count, seed, draws } = mapOf(record);
  return {
    count: numberOf(count),
    seed: numberOf(seed),
    draws: listOf(draws, (draw) => {
      const { name, distribution } = mapOf(draw);
      return { name: textOf(name), distribution: distributionOf(distribution) };
    }),
  };
}

function distributionOf(record: Value | undefined): Distribution {
  const { kind, low, high, values } = mapOf(record);
  switch (kind) {
    case 'uniform':
    case 'loguniform':
    case 'int':
      return { kind, low: numberOf(low), high: numberOf(high) };
    case 'choice':
      return { kind, values: listOf(values, valueOf) };
    default:
      throw unreadable();
  }
}

function valueOf(record: Value): SweepValue {
  const { value, written } = mapOf(record);
  if (value === undefined) throw unreadable();
  if (written === undefined) return { value };
  return {
    value,
    written: Object.fromEntries(Object.entries(mapOf(written)).map(([path, text]) => [path, textOf(text)])),
  };
}

function mapOf(value: Value | undefined): ValueMap {
  if (!isMap(value)) throw unreadable();
  return value;
}

function listOf<T>(value: Value | undefined, read: (item: Value) => T): T[] {
  if (!Array.isArray(value)) throw unreadable();
  return value.map((item: Value) => read(item));
}

function textOf(value: Value | undefined): string {
  if (typeof value !== 'string') throw unreadable();
  return value;
}

function numberOf(value: Value | undefined): number {
  if (typeof value !== 'number') throw unreadable();
  return value;
}

function unreadable(): SheafError {
  return failure('sweep.record', 'the record of the sweep does not hold a search space', {
    why: 'a newer sheaf may have written it',
    fix: 'use the newest sheaf of this project',
  });
}
