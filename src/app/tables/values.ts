import { resolveField } from '../../core/fields/fields.ts';
import { recordField } from '../../core/fields/record-fields.ts';
import type { Cell } from '../../report/index.ts';
import { COUNTED_FIELDS, type FacetTable, type PartOfValues, type ValueCounts } from '../../store/index.ts';
import { getKnownNames, openSelection, type ListSelector } from '../experiments/select.ts';
import type { Project } from '../project/project.ts';
import { storedCell } from './stored-cell.ts';

/** Of which field, and among which experiments. */
export interface ValuesRequest extends Omit<ListSelector, 'limit' | 'sort'> {
  /** As in queries. */
  readonly field: string;
  /** Only values whose text begins like this; upper and lower case are the same for ASCII. */
  readonly prefix?: string;
  /** Default: 20. */
  readonly limit?: number;
}

/** Values that a field has, with how many experiments have each. */
export interface FieldValues {
  /** The version that was counted, see `changes`. */
  readonly version: number;
  /** The most frequent first; then, of a field with a fixed set of values, those that no experiment has. */
  readonly counts: readonly { readonly value: Cell; readonly count: number }[];
  /** How many more values there are. */
  readonly more: number;
}

const USUAL_VALUES = 20;

/**
 * What may be written behind a field in a query: its values among the experiments that fit. None for a time, which is
 * compared with an age or a date. Never asks the scheduler.
 *
 * @throws SheafError as `selectExperiments`; `field.unknown`, `field.ambiguous`
 */
export function readValues(project: Project, request: ValuesRequest): FieldValues {
  const { field, prefix = '', limit = USUAL_VALUES, ...selector } = request;
  const ref = resolveField(field, getKnownNames(project.store));
  const part = { limit, prefix };
  return openSelection(project, { ...selector, ...(ref.name === 'archived' && { archived: true }) }).facets((table) => {
    const { version } = table;
    if (ref.source === 'record') return { version, ...countRecord(table, ref.name, part) };
    const { counts, more } = table.values(ref.source, ref.name, part);
    return { version, counts: counts.map(({ value, count }) => ({ value: storedCell(value), count })), more };
  });
}

type Counted = Omit<FieldValues, 'version'>;

function countRecord(table: FacetTable, name: string, part: Required<PartOfValues>): Counted {
  const { kind, choices } = recordField(name) ?? {};
  if (kind === 'time') return { counts: [], more: 0 };
  const counted = COUNTED_FIELDS.find((each) => each === name);
  if (counted === undefined && choices === undefined) return table.column(name, part);
  const { counts } = counted === undefined ? countFlag(table, name) : table.records([counted])(counted, Infinity);
  const found = new Set(counts.map(({ value }) => value));
  const others = (choices ?? []).filter((choice) => !found.has(choice)).map((value) => ({ value, count: 0 }));
  const prefix = part.prefix.toLowerCase();
  const fitting = [...counts, ...others].filter(({ value }) => value.toLowerCase().startsWith(prefix));
  return { counts: fitting.slice(0, part.limit), more: Math.max(0, fitting.length - part.limit) };
}

/** Flags are stored as 0 and 1. */
function countFlag(table: FacetTable, name: string): Pick<ValueCounts<string>, 'counts'> {
  const { counts } = table.column(name, { limit: 2 });
  return { counts: counts.map(({ value, count }) => ({ value: value === 1 ? 'true' : 'false', count })) };
}
