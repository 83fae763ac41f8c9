import type { ExpId } from '../../core/ids.ts';
import { formatFieldLabel, type KnownNames } from '../../core/fields/fields.ts';
import { formatExact, type Cell, type Column } from '../../report/index.ts';
import { parseLeadingNumber } from '../../harvest/index.ts';
import type { Outline, StoredColumn, StoredValue, Tabulation } from '../../store/index.ts';
import { explainGap, type MissingCause, type MissingValue } from './missing.ts';
import type { Unreadable } from '../harvest/unread.ts';
import { readCellColumn, type CellColumn } from './stored-cell.ts';

/** Experiments by their place among those that were chosen, newest first. */
export interface GroupTable {
  readonly outlines: readonly Outline[];
  /** One for each field of `by`. */
  readonly keys: readonly CellColumn[];
  readonly metrics: readonly MetricColumn[];
  /** Metrics that are text, in all experiments or in some. */
  readonly texts: readonly TextMetric[];
  /** `seed 3`, or `seed 3, fold 1`: the parameters that the experiment calls its seeds, without those that are keys. */
  readonly seeds: (place: number) => string | undefined;
  /** The cells of any field. */
  readonly cells: (column: Column) => CellColumn;
}

/** A metric with texts that begin with a number, which is no part of any mean. */
export interface TextMetric {
  readonly name: string;
  /** The places of the experiments that have such a text. */
  readonly places: readonly number[];
  /** One of the texts. */
  readonly example: string;
}

/** A metric of all experiments. */
export interface MetricColumn extends Column {
  /** Undefined without a finite number. */
  readonly number: (place: number) => number | undefined;
  /** Why there is no finite number; undefined when there is one. */
  readonly cause: (place: number) => MissingValue['cause'] | undefined;
  /** Neither a metric that is text everywhere nor one that no experiment has or should have. */
  readonly isWorthShowing: boolean;
  readonly text: TextMetric | undefined;
}

/** @param wanted metrics by name; undefined: those of which any experiment has or should have a number */
export function readGroupTable(
  table: Tabulation,
  by: readonly Column[],
  wanted: readonly Column[] | undefined,
  { known, unreadable }: { readonly known: KnownNames; readonly unreadable: Unreadable },
): GroupTable {
  const metrics = (wanted ?? allMetrics(table, known)).map((column) => metricColumn(table, column, unreadable));
  return {
    outlines: table.outlines,
    keys: by.map((column) => readCellColumn(table, column)),
    metrics: wanted ? metrics : metrics.filter(({ isWorthShowing }) => isWorthShowing),
    texts: metrics.flatMap(({ text }) => text ?? []),
    seeds: seedReader(table, by),
    cells: (column) => readCellColumn(table, column),
  };
}

function allMetrics(table: Tabulation, known: KnownNames): Column[] {
  const names = new Set([...table.names('results'), ...table.names('missing')]);
  return [...names].map((name) => ({
    source: 'results',
    name,
    header: formatFieldLabel({ source: 'results', name }, known),
  }));
}

function metricColumn(table: Tabulation, column: Column, unreadable: Unreadable): MetricColumn {
  const values = table.values('results', column.name);
  const reasons = table.values('missing', column.name);
  const number = (place: number): number | undefined => finite(values[place]);
  const isNumber = values.some((value) => finite(value) !== undefined);
  const isText = values.some((value) => typeof value === 'object' && value.type !== 'null');
  const isThere =
    isNumber || values.some((value) => value !== undefined) || reasons.some((reason) => reason !== undefined);
  const cause = (place: number): MissingValue['cause'] => {
    const outline = table.outlines[place];
    return causeOf(values[place], reasons[place], outline, () => !unreadable.has(outline?.expId ?? ''));
  };
  return {
    ...column,
    number,
    cause: (place) => (number(place) === undefined ? cause(place) : undefined),
    isWorthShowing: isThere && (isNumber || !isText),
    text: textMetric(column.name, values),
  };
}

/** Undefined when no value is a text that begins with a number. */
function textMetric(name: string, values: StoredColumn): TextMetric | undefined {
  const places: number[] = [];
  let example: string | undefined;
  for (const [place, value] of values.entries()) {
    if (typeof value !== 'object' || value.type !== 'text' || value.text === null) continue;
    if (!isAlmostNumber(value.text)) continue;
    places.push(place);
    example ??= value.text;
  }
  return example === undefined ? undefined : { name, places, example };
}

/** It begins with a number, and a rule could read that. */
function isAlmostNumber(text: string): boolean {
  return parseLeadingNumber(text) !== text;
}

function finite(value: StoredValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Why a metric has no finite number. @param hasRules see {@link explainGap} */
export function causeOf(
  value: StoredValue | undefined,
  reason: StoredValue | undefined,
  outline: Pick<Outline, 'results' | 'status'> | undefined,
  hasRules: () => boolean,
): MissingValue['cause'] {
  if (typeof value === 'number') return value > 0 ? 'inf' : '-inf';
  if (value !== undefined) return value.type !== 'null' ? 'not_a_number' : value.text === 'nan' ? 'nan' : 'null';
  if (typeof reason === 'object') return reason.text as MissingCause;
  return outline?.results === 'none' ? explainGap(outline.status, hasRules) : 'no_rule';
}

function seedReader(table: Tabulation, by: readonly Column[]): GroupTable['seeds'] {
  const keys = new Set(by.filter(({ source }) => source === 'params').map(({ name }) => name));
  const readers = new Map<string, GroupTable['seeds']>();
  return (place) => {
    const list = table.outlines[place]?.seeds ?? '[]';
    let reader = readers.get(list);
    if (reader === undefined) {
      const names = (JSON.parse(list) as string[]).filter((name) => !keys.has(name));
      const columns = names.map((name): Column => ({ source: 'params', name, header: name }));
      reader = makeLabelReader(
        columns,
        columns.map((column) => readCellColumn(table, column)),
      );
      readers.set(list, reader);
    }
    return reader(place);
  };
}

/** `seed 3, fold 1`; undefined when all of these are missing. */
export function makeLabelReader(columns: readonly Column[], cells: readonly CellColumn[]): GroupTable['seeds'] {
  const labels = columns.map(({ header }) => onceForValue((value) => `${header} ${formatExact(value)}`));
  return (place) => {
    let all: string | undefined;
    for (const [i, column] of cells.entries()) {
      const value = column.value(place);
      if (value === undefined) continue;
      const label = labels[i]?.(value) ?? '';
      all = all === undefined ? label : `${all}, ${label}`;
    }
    return all;
  };
}

/** The same function for cells: of many experiments, most have one of a few values. */
function onceForValue(make: (value: Cell) => string): (value: Cell) => string {
  const known = new Map<Cell, string>();
  return (value) => {
    let made = known.get(value);
    if (made === undefined) {
      made = make(value);
      known.set(value, made);
    }
    return made;
  };
}

/** @throws RangeError for a place beyond the table */
export function expIdAt({ outlines }: Pick<GroupTable, 'outlines'>, place: number): ExpId {
  const outline = outlines[place];
  if (outline === undefined) throw new RangeError(`there is no experiment ${place}`);
  return outline.expId;
}
