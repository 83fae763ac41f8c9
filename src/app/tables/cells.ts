import type { Frozen } from '../../core/experiment/frozen.ts';
import type { FieldRef } from '../../core/fields/fields.ts';
import { isFamily } from '../../core/settings/harvest-rule.ts';
import type { Metric } from '../../core/experiment/metric.ts';
import { recordField } from '../../core/fields/record-fields.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { flatten, toPointer, areEqual, type Value } from '../../core/value.ts';
import { walkWrittenLeaves, type WrittenLeaf } from '../../core/number-source.ts';
import type { Cell } from '../../report/index.ts';
import type { Store } from '../../store/index.ts';
import { isoTime } from '../../system/index.ts';
import { makeFieldReader } from '../experiments/select.ts';

/** The cells of one experiment. */
export type CellReader = (field: FieldRef) => Cell;

/**
 * Times are ISO 8601 in UTC; metrics have all their digits, and those that no number can hold are `nan`, `inf` or `-inf`.
 *
 * @param asWritten parameters as texts in the form they were written in (`1e-4`), for people and CSV; otherwise as values
 * @param params those of the experiment, for who has them already
 */
export function cellsOf(
  experiment: Experiment,
  store: Store,
  asWritten: boolean,
  params: ReadonlyMap<string, WrittenLeaf> = paramsOf(experiment),
): CellReader {
  const record = makeFieldReader(experiment, store);
  return ({ source, name }) => {
    if (source === 'record') return recordCell(name, record(name));
    if (source === 'results') return metricCell(metricOf(experiment, name));
    const leaf = params.get(name);
    if (leaf === undefined || leaf.value === null) return undefined;
    return asWritten ? leaf.text : leaf.value;
  };
}

/** The parameters of an experiment, by dotted name. */
export function paramsOf({ config }: WithParams): ReadonlyMap<string, WrittenLeaf> {
  return new Map([...walkWrittenLeaves(config.params, config.written)].map((leaf) => [leaf.name, leaf]));
}

/** What the newest harvest found; undefined when it found none of that name. */
export function metricOf({ record }: Experiment, name: string): Metric | undefined {
  const metrics = record.harvest?.value.harvest.metrics ?? {};
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}

/** The fields of an experiment's record, as cells. */
export function recordCells(experiment: Experiment, store: Store): (name: string) => Cell {
  const record = makeFieldReader(experiment, store);
  return (name) => recordCell(name, record(name));
}

interface WithParams {
  readonly config: Pick<Frozen, 'params' | 'written'>;
}

/**
 * Reads one parameter of many experiments, by its dotted name. Of a plain one, no other is read.
 *
 * @param asWritten see {@link cellsOf}
 */
export function makeParamReader(name: string, asWritten: boolean): (experiment: WithParams) => Cell {
  const path = toPointer(name);
  return (experiment) => {
    const { params, written } = experiment.config;
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (typeof value === 'string' || typeof value === 'boolean') return asWritten ? String(value) : value;
    // A number that was written as usual is the same as a text.
    if (typeof value === 'number') return asWritten ? (written[path] ?? value) : value;
    const leaf = paramsOf(experiment).get(name);
    if (leaf === undefined || leaf.value === null) return undefined;
    return asWritten ? leaf.text : leaf.value;
  };
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

/** What of an experiment may be worth a column. */
export interface VarietyOf {
  readonly sweep: string | undefined;
  readonly cause: string | undefined;
  readonly config: Pick<Frozen, 'params'>;
  /** Names of those that it has or should have. */
  readonly metrics: Iterable<string>;
}

/**
 * The parameters that are not the same in all experiments (all of them when there is one experiment), the metrics that any
 * has or should have, in order of first appearance.
 */
export function varietyOf(experiments: Iterable<VarietyOf>): Variety {
  const params = new Map<string, { readonly value: Value; count: number; varies: boolean }>();
  const metrics = new Set<string>();
  let [count, hasSweep, hasCause] = [0, false, false];
  for (const experiment of experiments) {
    count += 1;
    hasSweep ||= experiment.sweep !== undefined;
    hasCause ||= experiment.cause !== undefined;
    for (const [name, value] of flatten(experiment.config.params)) {
      const seen = params.get(name);
      if (seen === undefined) params.set(name, { value, count: 1, varies: false });
      else {
        seen.count += 1;
        seen.varies ||= !areEqual(seen.value, value);
      }
    }
    for (const name of experiment.metrics) metrics.add(name);
  }
  const varying = [...params].filter(([, seen]) => count === 1 || seen.varies || seen.count < count);
  return { params: varying.map(([name]) => name), metrics: [...metrics], hasSweep, hasCause };
}

/** Metrics that the newest harvest did not find; a family without members does not count. */
export function listMissingMetrics({ harvest }: Experiment['record']): string[] {
  return Object.keys(harvest?.value.harvest.missing ?? {}).filter((name) => !isFamily(name));
}

/** {@link VarietyOf} of a whole experiment. */
export function varietyOfExperiment({ sweep, config, record }: Experiment): VarietyOf {
  const { cause } = getExperimentStatus(record);
  return {
    sweep,
    cause,
    config,
    metrics: [...Object.keys(record.harvest?.value.harvest.metrics ?? {}), ...listMissingMetrics(record)],
  };
}
