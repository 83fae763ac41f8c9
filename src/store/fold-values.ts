import type { DatabaseSync } from 'node:sqlite';
import { isFamily } from '../core/settings/harvest-rule.ts';
import type { Frozen } from '../core/experiment/frozen.ts';
import { getMetricValue } from '../core/fields/field-value.ts';
import type { Harvest, MissingReason } from '../core/experiment/metric.ts';
import { splitPointer } from '../core/value.ts';
import type { Final, FinalValue } from './experiment-summaries.ts';
import { openBulkInsert, prepareOnce } from './sqlite.ts';

/** How numbers were written, by dotted name. */
export function collectWrittenTexts(written: Frozen['written']): ReadonlyMap<string, string> {
  return new Map(Object.entries(written).map(([path, text]) => [splitPointer(path).join('.'), text]));
}

/** Infinities compare as numbers, NaN is missing; what was found stays in the record. */
export function listMetricValues(harvest: Harvest): [string, unknown][] {
  return Object.entries(harvest.metrics).map(([name, metric]) => [name, getMetricValue(metric)]);
}

/** All that a table of many experiments needs of a harvest. */
export function toFinal(harvest: Harvest): Final {
  const values = Object.entries(harvest.metrics).map(([name, { value, nonfinite }]): [string, FinalValue] => [
    name,
    nonfinite === undefined ? value : [nonfinite],
  ]);
  return { metrics: Object.fromEntries(values), missing: Object.fromEntries(listMissingReasons(harvest)) };
}

/** Why metrics were not found, by name. A family without members is no metric. */
export function listMissingReasons(harvest: Harvest): [string, MissingReason][] {
  return Object.entries(harvest.missing).flatMap(([name, { reason }]) => (isFamily(name) ? [] : [[name, reason]]));
}

type ValueKind = 'params' | 'results' | 'missing';

interface Values {
  /**
   * Takes the values of an experiment, which has none of that kind.
   *
   * @param texts how numbers were written, by name, if they are not written as here
   */
  save(
    kind: ValueKind,
    experiment: number,
    values: Iterable<[string, unknown]>,
    texts?: ReadonlyMap<string, string>,
  ): void;
  clear(kind: ValueKind, experiment: number): void;
  /** Writes the values that were taken. */
  flush(): void;
}

/** Values of one field that wait to be written. */
interface Waiting {
  readonly experiments: number[];
  readonly values: unknown[];
  /** How each was written, if that differs from how it is written here. */
  readonly texts: (string | undefined)[];
}

/** Values that wait in memory: bounds memory, not correctness. */
const MOST_WAITING = 1_000_000;

/**
 * Writes the values by which queries and groups find experiments. They wait until there are many, and are written field by
 * field, as the table is ordered.
 */
export function openValues(database: DatabaseSync): Values {
  const waiting = new Map<number, Waiting>();
  const fieldId = openFieldIds(database);
  const numbers = openBulkInsert(database, 'INSERT OR REPLACE INTO value', "(?, ?, 'number', ?, NULL)");
  const others = openBulkInsert(database, 'INSERT OR REPLACE INTO value', '(?, ?, ?, ?, ?)');
  let count = 0;

  const write = (field: number, { experiments, values, texts }: Waiting): void => {
    for (let i = 0; i < experiments.length; i += 1) {
      const [experiment = 0, value, text] = [experiments[i], values[i], texts[i]];
      if (typeof value !== 'number') others.add(field, experiment, typeOf(value), null, textOf(value));
      else if (Number.isNaN(value)) others.add(field, experiment, 'null', null, 'nan');
      else if (text === undefined) numbers.add(field, experiment, value);
      else others.add(field, experiment, 'number', value, text);
    }
  };

  const flush = (): void => {
    for (const field of [...waiting.keys()].toSorted((a, b) => a - b)) {
      const values = waiting.get(field);
      if (values !== undefined) write(field, values);
    }
    numbers.flush();
    others.flush();
    waiting.clear();
    count = 0;
  };

  return {
    save: (kind, experiment, values, texts) => {
      for (const [name, value] of values) {
        const field = fieldId(kind, name);
        let of = waiting.get(field);
        if (of === undefined) {
          of = { experiments: [], values: [], texts: [] };
          waiting.set(field, of);
        }
        of.experiments.push(experiment);
        of.values.push(value);
        of.texts.push(texts?.get(name));
        count += 1;
      }
      if (count >= MOST_WAITING) flush();
    },
    clear: (kind, experiment) => {
      if (count > 0) flush();
      prepareOnce(
        database,
        'DELETE FROM value WHERE experiment = ? AND field IN (SELECT id FROM field WHERE kind = ?)',
      ).run(experiment, kind);
    },
    flush,
  };
}

function openFieldIds(database: DatabaseSync): (kind: ValueKind, name: string) => number {
  const known = {
    params: new Map<string, number>(),
    results: new Map<string, number>(),
    missing: new Map<string, number>(),
  };
  return (kind, name) => {
    const id = known[kind].get(name);
    if (id !== undefined) return id;
    prepareOnce(database, 'INSERT OR IGNORE INTO field (kind, name) VALUES (?, ?)').run(kind, name);
    const row = prepareOnce(database, 'SELECT id FROM field WHERE kind = ? AND name = ?').get(kind, name);
    known[kind].set(name, row?.['id'] as number);
    return row?.['id'] as number;
  };
}

function typeOf(value: unknown): 'text' | 'boolean' | 'null' | 'json' {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return value === null ? 'null' : 'json';
}

function textOf(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  return JSON.stringify(value);
}
