import { spansDecades } from '../../../core/importance/decades.ts';
import { summarize, type Summary } from '../../../core/stats/statistics.ts';
import { formatValue } from '../../format/numbers.ts';
import { numberAt, placeOf } from './axes.ts';
import type { Members, Parameter } from './shared/members.ts';

/** The metric for each pair of values of two parameters. */
export interface HeatCells {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** By row, then by column; n is 0 without a run that has a value. */
  readonly cells: readonly (readonly Summary[])[];
}

/** Numbers of more different values are put into as many spans. */
const MOST_VALUES = 12;
const SPANS = 8;

/** The mean over everything else, of the chosen members. */
export function makeHeatCells(
  { values }: Members,
  x: Parameter,
  y: Parameter,
  isChosen: readonly boolean[],
): HeatCells {
  const [across, down] = [sortIntoSpans(x), sortIntoSpans(y)];
  const found = Map.groupBy(
    [...values.keys()].filter((place) => isChosen[place] === true && values[place] !== null),
    (place) => `${down.of(place)} ${across.of(place)}`,
  );
  return {
    columns: across.names,
    rows: down.names,
    cells: down.names.map((_, row) =>
      across.names.map((__, column) =>
        summarize((found.get(`${row} ${column}`) ?? []).flatMap((place) => values[place] ?? [])),
      ),
    ),
  };
}

interface Spans {
  readonly names: readonly string[];
  /** The index of the span that a member is in. */
  readonly of: (place: number) => number;
}

function sortIntoSpans({ values, texts }: Parameter): Spans {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length || new Set(numbers).size <= MOST_VALUES) {
    const order = [...new Map(texts.map((text, i) => [text, values[i]]))].toSorted(([a, x], [b, y]) =>
      typeof x === 'number' && typeof y === 'number' ? x - y : a < b ? -1 : 1,
    );
    const names = order.map(([text]) => text || 'none');
    const places = new Map(order.map(([text], i) => [text, i]));
    return { names, of: (place) => places.get(texts[place] ?? '') ?? 0 };
  }
  const scale = spansDecades(numbers) ? 'log' : 'linear';
  const axis = { scale, low: Math.min(...numbers), high: Math.max(...numbers) } as const;
  const end = (i: number): string => formatValue(Number(numberAt(axis, i / SPANS).toPrecision(2)));
  return {
    names: Array.from({ length: SPANS }, (_, i) => `${end(i)} – ${end(i + 1)}`),
    of: (place) => Math.min(SPANS - 1, Math.floor(placeOf(axis, numbers[place] ?? axis.low) * SPANS)),
  };
}
