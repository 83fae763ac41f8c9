import type { ExpId } from '../core/ids.ts';
import { fieldLabel, type KnownNames } from '../core/fields.ts';
import type { Column } from '../report/index.ts';
import type { Outline, StoredValue, Tabulation } from '../store/index.ts';
import { gapOf, type MissingCause, type MissingValue } from './missing.ts';
import { cellColumn, type CellColumn } from './stored-cell.ts';

/** Experiments by their place among those that were chosen, newest first. */
export interface GroupTable {
  readonly outlines: readonly Outline[];
  /** One for each field of `by`. */
  readonly keys: readonly CellColumn[];
  readonly metrics: readonly MetricColumn[];
  /** The values of the parameters `names`, as they were written, by name. */
  readonly seeds: SeedReader;
}

/** A metric of all experiments. */
export interface MetricColumn extends Column {
  /** Undefined where there is no finite number. */
  number(place: number): number | undefined;
  /** Why there is no finite number; undefined where there is one. */
  cause(place: number): MissingValue['cause'] | undefined;
  /** Neither a metric that is text everywhere nor one that no experiment has or should have. */
  readonly isWorthShowing: boolean;
}

/** `seed 3`, or `seed 3, fold 1`; undefined where an experiment has none. */
export type SeedReader = (place: number, names?: readonly string[]) => string | undefined;

/** @param wanted metrics by name; undefined: those of which any experiment has or should have a number */
export function readGroupTable(
  table: Tabulation,
  by: readonly Column[],
  wanted: readonly Column[] | undefined,
  known: KnownNames,
): GroupTable {
  const metrics = (wanted ?? allMetrics(table, known)).map((column) => metricColumn(table, column));
  return {
    outlines: table.outlines,
    keys: by.map((column) => cellColumn(table, column)),
    metrics: wanted ? metrics : metrics.filter(({ isWorthShowing }) => isWorthShowing),
    seeds: seedReader(table, by),
  };
}

function allMetrics(table: Tabulation, known: KnownNames): Column[] {
  const names = new Set([...table.names('results'), ...table.names('missing')]);
  return [...names].map((name) => ({
    source: 'results',
    name,
    header: fieldLabel({ source: 'results', name }, known),
  }));
}

function metricColumn(table: Tabulation, column: Column): MetricColumn {
  const values = table.values('results', column.name);
  const reasons = table.values('missing', column.name);
  const number = (place: number): number | undefined => finite(values[place]);
  const isNumber = values.some((value) => finite(value) !== undefined);
  const isText = values.some((value) => typeof value === 'object' && value.type !== 'null');
  const isThere =
    isNumber || values.some((value) => value !== undefined) || reasons.some((reason) => reason !== undefined);
  return {
    ...column,
    number,
    cause: (place) =>
      number(place) === undefined ? causeOf(values[place], reasons[place], table.outlines[place]) : undefined,
    isWorthShowing: isThere && (isNumber || !isText),
  };
}

function finite(value: StoredValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function causeOf(
  value: StoredValue | undefined,
  reason: StoredValue | undefined,
  outline: Outline | undefined,
): MissingValue['cause'] {
  if (typeof value === 'number') return value > 0 ? 'inf' : '-inf';
  if (value !== undefined) return value.type !== 'null' ? 'not_a_number' : value.text === 'nan' ? 'nan' : 'null';
  if (typeof reason === 'object') return reason.text as MissingCause;
  return outline?.results === 'none' ? gapOf(outline.status) : 'no_rule';
}

/** The parameters that each experiment calls its seeds, without those that are keys. */
function seedReader(table: Tabulation, by: readonly Column[]): SeedReader {
  const keys = new Set(by.filter(({ source }) => source === 'params').map(({ name }) => name));
  const lists = new Map<string, readonly string[]>();
  const columns = new Map<string, CellColumn>();
  const namesOf = (place: number): readonly string[] => {
    const text = table.outlines[place]?.seeds ?? '[]';
    const names = lists.get(text) ?? (JSON.parse(text) as string[]).filter((name) => !keys.has(name));
    lists.set(text, names);
    return names;
  };
  const column = (name: string): CellColumn => {
    const found = columns.get(name) ?? cellColumn(table, { source: 'params', name, header: name });
    columns.set(name, found);
    return found;
  };
  return (place, names = namesOf(place)) => {
    const texts = names.flatMap((name) => {
      const value = column(name).value(place);
      return value === undefined ? [] : [`${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`];
    });
    return texts.length === 0 ? undefined : texts.join(', ');
  };
}

export function expIdAt({ outlines }: Pick<GroupTable, 'outlines'>, place: number): ExpId {
  const outline = outlines[place];
  if (outline === undefined) throw new RangeError(`there is no experiment ${place}`);
  return outline.expId;
}
