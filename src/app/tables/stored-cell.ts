import { recordField } from '../../core/fields/record-fields.ts';
import type { Value } from '../../core/value.ts';
import type { Cell, Column } from '../../report/index.ts';
import type { StoredColumn, StoredValue, Tabulation } from '../../store/index.ts';
import { isoTime } from '../../system/index.ts';

/** The cells of one field for many experiments, by their place: the same as those of `cellsOf`. */
export interface CellColumn {
  /** As a value. */
  value(place: number): Cell;
  /** As it was written; `unknown` for a list or map, which only its experiment tells. */
  shown(place: number): Cell | typeof UNKNOWN;
}

/** The view does not have it: see {@link CellColumn.shown}. */
export const UNKNOWN: unique symbol = Symbol('only the experiment tells');

/** The cells of a field, of all experiments of the table. */
export function readCellColumn(table: Pick<Tabulation, 'values' | 'record'>, { source, name }: Column): CellColumn {
  if (source === 'record') return recordColumn(name, table.record(name));
  const stored = table.values(source, name);
  const value = (place: number): Cell => storedCell(stored[place]);
  if (source === 'results') return { value, shown: value };
  return { value, shown: (place) => writtenCell(stored[place]) };
}

function recordColumn(name: string, stored: StoredColumn<number | string>): CellColumn {
  const value = (place: number): Cell => {
    const found = stored[place];
    if (found === undefined) return undefined;
    switch (recordField(name)?.kind) {
      case 'time':
        return isoTime(Number(found));
      case 'flag':
        return found !== 0;
      case 'list':
        return JSON.parse(String(found)) as Value;
      default:
        return found;
    }
  };
  return { value, shown: value };
}

/** A value as a cell. Numbers that JSON cannot hold are `nan`, `inf` and `-inf`. */
export function storedCell(stored: StoredValue | undefined): Cell {
  if (stored === undefined) return undefined;
  const number = typeof stored === 'number' ? stored : stored.number;
  if (number !== null) return Number.isFinite(number) ? number : number > 0 ? 'inf' : '-inf';
  const { type, text } = stored as Exclude<StoredValue, number>;
  if (type === 'boolean') return text === 'true';
  if (type === 'json') return JSON.parse(text ?? 'null') as Value;
  return text ?? undefined;
}

function writtenCell(stored: StoredValue | undefined): Cell | typeof UNKNOWN {
  if (typeof stored !== 'object') return stored === undefined ? undefined : String(stored);
  if (stored.type === 'json') return UNKNOWN;
  return stored.text ?? undefined;
}
