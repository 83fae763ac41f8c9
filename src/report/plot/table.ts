import type { Figure } from './figure.ts';
import { choosePointsToDraw } from './downsample.ts';

export interface FigureTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number | undefined)[])[];
  /** Rows that were left out. */
  readonly left: number;
}

/** Of all curves together. */
const MOST_ROWS = 4_000;

/** The numbers of a figure as a table; of long curves those that would be drawn. */
export function buildFigureTable(figure: Figure): FigureTable {
  switch (figure.kind) {
    case 'curves': {
      const most = Math.ceil(MOST_ROWS / figure.curves.length);
      const rows = figure.curves.flatMap(({ name, xs, ys, low, high, n }) =>
        choosePointsToDraw(xs, ys, most).map((i) => [name, xs[i], ys[i], low[i], high[i], n[i]]),
      );
      const all = figure.curves.reduce((sum, { xs }) => sum + xs.length, 0);
      return { header: ['curve', figure.x.label, figure.y.label, 'low', 'high', 'n'], rows, left: all - rows.length };
    }
    case 'bar': {
      const rows = figure.bars.map(({ name, mean, low, high, n }) => [name, mean, low, high, n]);
      return whole([figure.x.label, figure.y.label, 'low', 'high', 'n'], rows);
    }
    case 'scatter': {
      const rows = figure.groups.flatMap(({ name, points }) =>
        points.map((point) => [point.name, name, point.x, point.y]),
      );
      return whole(['experiment', 'group', figure.x.label, figure.y.label], rows);
    }
    case 'heatmap': {
      const rows = figure.cells.map(({ x, y, mean, n }) => [x, y, mean, n]);
      return whole([figure.x.label, figure.y.label, figure.value.label, 'n'], rows);
    }
    case 'parallel':
      return whole(
        ['experiment', ...figure.axes.map(({ label }) => label)],
        figure.lines.map(({ name, values }) => [name, ...values]),
      );
  }
}

function whole(header: readonly string[], rows: FigureTable['rows']): FigureTable {
  return { header, rows, left: 0 };
}
