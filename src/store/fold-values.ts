import type { StatementSync } from 'node:sqlite';
import { isFamily } from '../core/settings/harvest-rule.ts';
import type { Frozen } from '../core/experiment/experiment.ts';
import { metricValue } from '../core/fields/field-value.ts';
import type { Harvest, MissingReason } from '../core/experiment/metric.ts';
import { pointerKeys } from '../core/value.ts';
import type { Final, FinalValue } from './briefs.ts';

/** Gives the statement for a text, prepared once. */
export type Prepare = (sql: string) => StatementSync;

/** How numbers were written, by dotted name. */
export function writtenTexts(written: Frozen['written']): ReadonlyMap<string, string> {
  return new Map(Object.entries(written).map(([path, text]) => [pointerKeys(path).join('.'), text]));
}

/** Infinities compare as numbers, NaN is missing; what was found stays in the record. */
export function metricValues(harvest: Harvest): [string, unknown][] {
  return Object.entries(harvest.metrics).map(([name, metric]) => [name, metricValue(metric)]);
}

/** All that a table of many experiments needs of a harvest. */
export function finalOf(harvest: Harvest): Final {
  const values = Object.entries(harvest.metrics).map(([name, { value, nonfinite }]): [string, FinalValue] => [
    name,
    nonfinite === undefined ? value : [nonfinite],
  ]);
  return { metrics: Object.fromEntries(values), missing: Object.fromEntries(missingReasons(harvest)) };
}

/** Why metrics were not found, by name. A family without members is no metric. */
export function missingReasons(harvest: Harvest): [string, MissingReason][] {
  return Object.entries(harvest.missing).flatMap(([name, { reason }]) => (isFamily(name) ? [] : [[name, reason]]));
}

type ValueKind = 'params' | 'results' | 'missing';

interface Values {
  /** @param texts how numbers were written, by name, where that is not how they are written here */
  save(
    kind: ValueKind,
    experiment: number,
    values: Iterable<[string, unknown]>,
    texts?: ReadonlyMap<string, string>,
  ): void;
  clear(kind: ValueKind, experiment: number): void;
}

/** Writes the values by which queries and groups find experiments. */
export function openValues(prepare: Prepare): Values {
  const fields = {
    params: new Map<string, number>(),
    results: new Map<string, number>(),
    missing: new Map<string, number>(),
  };
  const fieldId = (kind: ValueKind, name: string): number => {
    const known = fields[kind].get(name);
    if (known !== undefined) return known;
    prepare('INSERT OR IGNORE INTO field (kind, name) VALUES (?, ?)').run(kind, name);
    const id = prepare('SELECT id FROM field WHERE kind = ? AND name = ?').get(kind, name)?.['id'] as number;
    fields[kind].set(name, id);
    return id;
  };
  return {
    save: (kind, experiment, values, texts) => {
      const insert = prepare('INSERT OR REPLACE INTO value VALUES (?, ?, ?, ?, ?)');
      for (const [name, value] of values) {
        const field = fieldId(kind, name);
        if (typeof value !== 'number') insert.run(field, experiment, typeOf(value), null, textOf(value));
        else if (Number.isNaN(value)) insert.run(field, experiment, 'null', null, 'nan');
        else insert.run(field, experiment, 'number', value, texts?.get(name) ?? null);
      }
    },
    clear: (kind, experiment) => {
      prepare('DELETE FROM value WHERE experiment = ? AND field IN (SELECT id FROM field WHERE kind = ?)').run(
        experiment,
        kind,
      );
    },
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
