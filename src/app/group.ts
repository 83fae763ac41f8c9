import { inputError, type SheafError } from '../core/errors.ts';
import { fieldLabel } from '../core/fields.ts';
import type { ExpId } from '../core/ids.ts';
import type { Experiment } from '../core/stored.ts';
import { sameValue } from '../core/value.ts';
import { groupRows, selectColumns, type Cell, type Column, type GroupMetric } from '../report/index.ts';
import { cellsOf, metricOf, paramsOf, varietyOf } from './cells.ts';
import { countCauses, listNames, missingCause, openWatch, type MissingValue, type Watch } from './missing.ts';
import type { Project } from './project.ts';
import { knownNames, openSelection, type ListSelector, type OpenSelection } from './select.ts';

export interface GroupRequest extends Omit<ListSelector, 'sort' | 'limit'> {
  /** Fields whose values make a group; each may hold several with commas between them. */
  readonly groupBy: readonly string[];
  /** Metrics to summarize. Default: all that are numbers. */
  readonly columns?: readonly string[];
  /** Keys as values; default: as texts in the form they were written in. */
  readonly values?: boolean;
}

/** Experiments that share the values of some fields, and their metrics over the rest. */
export interface MetricGroup {
  /** One for each field of `by`. */
  readonly keys: readonly Cell[];
  /** How many experiments, those without a value included. */
  readonly n: number;
  readonly metrics: readonly GroupMetric[];
  /** Experiments that are not in the mean of a metric, and why. */
  readonly missing: readonly (MissingValue & { readonly expId: ExpId })[];
}

export interface Grouped {
  readonly by: readonly Column[];
  readonly metrics: readonly Column[];
  readonly groups: readonly MetricGroup[];
  readonly experiments: number;
  /** Values that are in no mean, counted by cause. */
  readonly missing: { readonly [cause: string]: number };
  readonly warnings: readonly string[];
}

/**
 * Groups experiments and summarizes their metrics over the rest, which should be seeds.
 *
 * @throws SheafError as `openSelection`; `field.*` and `columns.*` for wrong names; `group.column` for a column that is no metric
 */
export function groupExperiments(project: Project, request: GroupRequest): Grouped {
  const selection = openSelection(project, request);
  const known = knownNames(project.store);
  const by = selectColumns(request.groupBy, known);
  const wanted = request.columns && metricColumns(selectColumns(request.columns, known), by);
  const names = wanted?.map(({ name }) => name) ?? varietyOf(selection.rows()).metrics;
  const watch = openWatch();
  const mixture = openMixture(by);
  const rows = readRows(project, selection, { by, names, asWritten: request.values !== true, watch, mixture });
  const metrics =
    wanted ??
    names
      .filter((name) => isNumeric(rows, name))
      .map((name): Column => ({ source: 'results', name, header: fieldLabel({ source: 'results', name }, known) }));
  const groups = groupsOf(rows, by, metrics);
  return {
    by,
    metrics,
    groups,
    experiments: rows.length,
    missing: countCauses(groups.flatMap(({ missing }) => missing)),
    warnings: [...selection.warnings, ...watch.warnings(), ...mixture.warnings()],
  };
}

/** Keys may be named among the columns; anything else there must be a metric. */
function metricColumns(columns: readonly Column[], by: readonly Column[]): Column[] {
  const others = columns.filter(
    (column) => !by.some((key) => key.source === column.source && key.name === column.name),
  );
  const stranger = others.find(({ source }) => source !== 'results');
  if (stranger !== undefined) throw noMetric(stranger);
  return others;
}

function noMetric({ header }: Column): SheafError {
  return inputError('group.column', `${header} is neither a metric nor one of the fields of --group-by`, {
    why: 'a group has one row: keys, and the mean and deviation of metrics',
    fix: `add ${header} to --group-by, or leave it out of --columns`,
  });
}

/** What is kept of one experiment. */
interface GroupRow {
  readonly expId: ExpId;
  readonly keys: readonly Cell[];
  readonly shownKeys: readonly Cell[];
  readonly metrics: ReadonlyMap<string, Cell>;
  readonly missing: readonly MissingValue[];
}

interface Reading {
  readonly by: readonly Column[];
  readonly names: readonly string[];
  readonly asWritten: boolean;
  readonly watch: Watch;
  readonly mixture: Mixture;
}

function readRows(project: Project, selection: OpenSelection, reading: Reading): GroupRow[] {
  const { by, names, asWritten, watch, mixture } = reading;
  const rows: GroupRow[] = [];
  for (const experiment of selection.rows()) {
    const params = paramsOf(experiment);
    const keys = by.map(cellsOf(experiment, project.store, false, params));
    const missing = names.flatMap((metric) => missingNumber(experiment, metric));
    watch.see(experiment);
    mixture.see(experiment, params, keys);
    rows.push({
      expId: experiment.expId,
      keys,
      shownKeys: asWritten ? by.map(cellsOf(experiment, project.store, true, params)) : keys,
      metrics: new Map(names.map((name) => [name, metricOf(experiment, name)?.value ?? undefined])),
      missing,
    });
  }
  return rows;
}

/** Why a metric cannot be in a mean. */
function missingNumber(experiment: Experiment, metric: string): MissingValue[] {
  const found = metricOf(experiment, metric);
  const isNumber = typeof found?.value === 'number';
  const cause = missingCause(experiment, metric) ?? found?.nonfinite ?? (isNumber ? undefined : 'not_a_number');
  return cause === undefined ? [] : [{ metric, cause }];
}

/** Texts cannot be averaged: a metric that is one everywhere is left out unless it is asked for. */
function isNumeric(rows: readonly GroupRow[], name: string): boolean {
  const values = rows.map(({ metrics }) => metrics.get(name));
  return values.some((value) => typeof value === 'number') || values.every((value) => value === undefined);
}

function groupsOf(rows: readonly GroupRow[], by: readonly Column[], metrics: readonly Column[]): MetricGroup[] {
  const names = metrics.map(({ name }) => name);
  const keyNames = by.map((_, i) => `(key ${i})`);
  const groups = groupRows(rows, {
    by: keyNames,
    metrics: names,
    read: (row, field) => (keyNames.includes(field) ? row.keys[keyNames.indexOf(field)] : row.metrics.get(field)),
    nameOf: ({ expId }) => expId,
  });
  return groups.map((group) => ({
    keys: group.rows[0]?.shownKeys ?? group.keys,
    n: group.rows.length,
    metrics: group.metrics,
    missing: group.rows.flatMap(({ expId, missing }) =>
      missing.filter(({ metric }) => names.includes(metric)).map((value) => ({ ...value, expId })),
    ),
  }));
}

type Params = ReturnType<typeof paramsOf>;

/** Notices parameters that differ within a group although they are no seeds: the mean then mixes different things. */
export interface Mixture {
  see(experiment: Experiment, params: Params, keys: readonly Cell[]): void;
  warnings(): string[];
}

export function openMixture(by: readonly Column[]): Mixture {
  const keyNames = new Set(by.filter(({ source }) => source === 'params').map(({ name }) => name));
  const firsts = new Map<string, Params>();
  const mixed = new Set<string>();
  return {
    see: (experiment, params, keys) => {
      const id = JSON.stringify(keys);
      const first = firsts.get(id);
      if (first === undefined) firsts.set(id, params);
      for (const name of first === undefined ? [] : new Set([...first.keys(), ...params.keys()])) {
        const mayDiffer = keyNames.has(name) || experiment.config.seeds.includes(name);
        if (!mayDiffer && !sameValue(first?.get(name)?.value, params.get(name)?.value)) mixed.add(name);
      }
    },
    warnings: () =>
      mixed.size === 0
        ? []
        : [
            `experiments of one group also differ in ${listNames([...mixed])}, which is no seed: add it to --group-by, or choose with --where`,
          ],
  };
}
