import type { FieldRef } from '../core/fields.ts';
import type { Metric } from '../core/metric.ts';
import { recordField } from '../core/record-fields.ts';
import { experimentStatus } from '../core/status.ts';
import type { Experiment } from '../core/stored.ts';
import { pointer, sameValue, type Value } from '../core/value.ts';
import { writtenLeaves, type WrittenLeaf } from '../core/written.ts';
import type { Cell } from '../report/index.ts';
import type { Store } from '../store/index.ts';
import { isoTime } from '../system/index.ts';
import { fieldsOf } from './select.ts';

/** The cells of one experiment. */
export type CellReader = (field: FieldRef) => Cell;

/**
 * Times are ISO 8601 in UTC; metrics have all their digits, and those that no number can hold are `nan`, `inf` or `-inf`.
 *
 * @param asWritten parameters as texts in the form they were written in (`1e-4`), for people and CSV; else as values
 * @param params those of the experiment, for who has them already
 */
export function cellsOf(
  experiment: Experiment,
  store: Store,
  asWritten: boolean,
  params: ReadonlyMap<string, WrittenLeaf> = paramsOf(experiment),
): CellReader {
  const record = fieldsOf(experiment, store);
  return ({ source, name }) => {
    if (source === 'record') return recordCell(name, record(name));
    if (source === 'results') return metricCell(metricOf(experiment, name));
    const leaf = params.get(name);
    if (leaf === undefined || leaf.value === null) return undefined;
    return asWritten ? leaf.text : leaf.value;
  };
}

export function paramsOf({ config }: Experiment): ReadonlyMap<string, WrittenLeaf> {
  return new Map([...writtenLeaves(config.params, config.written)].map((leaf) => [leaf.name, leaf]));
}

export function metricOf({ record }: Experiment, name: string): Metric | undefined {
  const metrics = record.harvest?.value.harvest.metrics ?? {};
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}

/** The fields of an experiment's record, as cells. */
export function recordCells(experiment: Experiment, store: Store): (name: string) => Cell {
  const record = fieldsOf(experiment, store);
  return (name) => recordCell(name, record(name));
}

/** One parameter by its dotted name. Of a plain one, no other is looked at. */
export function paramOf(experiment: Experiment, name: string): Pick<WrittenLeaf, 'value' | 'text'> | undefined {
  const { params, written } = experiment.config;
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  if (value === undefined || typeof value === 'object') return paramsOf(experiment).get(name);
  return { value, text: typeof value === 'string' ? value : (written[pointer(name)] ?? String(value)) };
}

function recordCell(name: string, value: Value | undefined): Cell {
  return typeof value === 'number' && recordField(name)?.kind === 'time' ? isoTime(value) : value;
}

function metricCell(metric: Metric | undefined): Cell {
  return metric?.nonfinite ?? metric?.value ?? undefined;
}

/** What a set of experiments has that is worth a column of its own. */
export interface Variety {
  readonly params: readonly string[];
  readonly metrics: readonly string[];
  readonly hasSweep: boolean;
  readonly hasCause: boolean;
}

/**
 * The parameters that are not the same in all experiments (all of them when there is one experiment), the metrics that any
 * has or should have, in order of first appearance.
 */
export function varietyOf(experiments: Iterable<Experiment>): Variety {
  const params = new Map<string, { readonly value: Value; count: number; varies: boolean }>();
  const metrics = new Set<string>();
  let [count, hasSweep, hasCause] = [0, false, false];
  for (const experiment of experiments) {
    count += 1;
    hasSweep ||= experiment.sweep !== undefined;
    hasCause ||= experimentStatus(experiment.record).cause !== undefined;
    for (const { name, value } of paramsOf(experiment).values()) {
      const seen = params.get(name) ?? { value, count: 0, varies: false };
      seen.count += 1;
      seen.varies ||= !sameValue(seen.value, value);
      params.set(name, seen);
    }
    const harvest = experiment.record.harvest?.value.harvest;
    for (const name of [...Object.keys(harvest?.metrics ?? {}), ...Object.keys(harvest?.missing ?? {})])
      metrics.add(name);
  }
  const varying = [...params].filter(([, seen]) => count === 1 || seen.varies || seen.count < count);
  return { params: varying.map(([name]) => name), metrics: [...metrics], hasSweep, hasCause };
}
