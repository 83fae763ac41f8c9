import type { Figure } from '../../app/index.ts';
import type { Json } from '../shell/json.ts';

/** The numbers behind a figure; what is no number is null. */
export function figureJson(figure: Figure): { readonly [key: string]: Json } {
  const { kind, note = null } = figure;
  switch (figure.kind) {
    case 'curves': {
      const { x, y, curves } = figure;
      const groups = curves.map(({ name, xs, ys, low, high, n }) => ({
        name,
        x: numbers(xs),
        mean: numbers(ys),
        low: numbers(low),
        high: numbers(high),
        n: numbers(n),
      }));
      return { kind, note, x: { ...x }, y: { ...y }, groups };
    }
    case 'bar': {
      const { x, y, bars } = figure;
      const groups = bars.map(({ name, n, mean, low, high, points }) => ({
        name,
        n,
        mean: mean ?? null,
        low: low ?? null,
        high: high ?? null,
        values: [...points],
      }));
      return { kind, note, x: { ...x }, y: { ...y }, groups };
    }
    case 'scatter': {
      const { x, y, groups } = figure;
      const points = ({ points }: (typeof groups)[number]): Json =>
        points.map(({ name, x, y }) => ({ exp_id: name, x, y }));
      return {
        kind,
        note,
        x: { ...x },
        y: { ...y },
        groups: groups.map((each) => ({ name: each.name, points: points(each) })),
      };
    }
    case 'heatmap': {
      const { x, y, value, columns, rows, cells } = figure;
      return {
        kind,
        note,
        x: { ...x },
        y: { ...y },
        value: { ...value },
        columns: [...columns],
        rows: [...rows],
        cells: cells.map((cell) => ({ ...cell })),
      };
    }
    case 'parallel': {
      const { axes, lines } = figure;
      return {
        kind,
        note,
        axes: axes.map(({ label, log }) => ({ label, log })),
        lines: lines.map(({ name, values }) => ({ exp_id: name, values: [...values] })),
      };
    }
  }
}

function numbers(values: readonly (number | undefined)[]): Json {
  return values.map((value) => value ?? null);
}
