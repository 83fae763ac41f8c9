import type { Figure, FigureAxis, FigureFile, Plotted } from '../../app/index.ts';

/** The numbers behind a figure, and the file that it was drawn into. A value that is not a number is null. */
export type PlotJson = PlotHead & FigureJson;

type PlotHead = {
  readonly file: { readonly path: string; readonly format: FigureFile['format']; readonly bytes: number } | null;
  /** How many are in it. */
  readonly experiments: number;
};

export type FigureJson = { readonly note: string | null } & (
  | CurvesJson
  | BarsJson
  | ScatterJson
  | HeatmapJson
  | ParallelJson
);

/** `symlog`: the constant of a symmetric logarithmic axis; null on others. */
type AxisJson = { readonly label: string; readonly log: boolean; readonly symlog: number | null };
type Numbers = readonly (number | null)[];

type CurvesJson = {
  readonly kind: 'curves';
  readonly x: AxisJson;
  readonly y: AxisJson;
  readonly groups: readonly {
    readonly name: string;
    readonly x: Numbers;
    readonly mean: Numbers;
    readonly low: Numbers;
    readonly high: Numbers;
    readonly n: Numbers;
  }[];
};
type BarsJson = {
  readonly kind: 'bar';
  readonly x: AxisJson;
  readonly y: AxisJson;
  readonly groups: readonly {
    readonly name: string;
    readonly n: number;
    readonly mean: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly values: readonly number[];
  }[];
};
type ScatterJson = {
  readonly kind: 'scatter';
  readonly x: AxisJson;
  readonly y: AxisJson;
  readonly groups: readonly {
    readonly name: string;
    readonly points: readonly { readonly exp_id: string; readonly x: string | number; readonly y: number }[];
  }[];
};
type HeatmapJson = {
  readonly kind: 'heatmap';
  readonly x: AxisJson;
  readonly y: AxisJson;
  readonly value: AxisJson;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly cells: readonly { readonly x: string; readonly y: string; readonly mean: number; readonly n: number }[];
};
type ParallelJson = {
  readonly kind: 'parallel';
  readonly axes: readonly AxisJson[];
  readonly lines: readonly { readonly exp_id: string; readonly values: readonly (string | number)[] }[];
};

/** @param file the file that the figure was drawn into, if any */
export function plotJson({ figure, experiments }: Plotted, file: FigureFile | undefined): PlotJson {
  return {
    file: file === undefined ? null : { path: file.path, format: file.format, bytes: file.bytes },
    experiments,
    ...figureJson(figure),
  };
}

export function figureJson(figure: Figure): FigureJson {
  const { note = null } = figure;
  switch (figure.kind) {
    case 'curves': {
      const { kind, x, y, curves } = figure;
      const groups = curves.map(({ name, xs, ys, low, high, n }) => ({
        name,
        x: numbersJson(xs),
        mean: numbersJson(ys),
        low: numbersJson(low),
        high: numbersJson(high),
        n: numbersJson(n),
      }));
      return { kind, note, x: axisJson(x), y: axisJson(y), groups };
    }
    case 'bar': {
      const { kind, x, y, bars } = figure;
      const groups = bars.map(({ name, n, mean, low, high, points }) => ({
        name,
        n,
        mean: mean ?? null,
        low: low ?? null,
        high: high ?? null,
        values: [...points],
      }));
      return { kind, note, x: axisJson(x), y: axisJson(y), groups };
    }
    case 'scatter': {
      const { kind, x, y } = figure;
      const groups = figure.groups.map(({ name, points }) => ({
        name,
        points: points.map((point) => ({ exp_id: point.name, x: point.x, y: point.y })),
      }));
      return { kind, note, x: axisJson(x), y: axisJson(y), groups };
    }
    case 'heatmap': {
      const { kind, x, y, value, columns, rows, cells } = figure;
      return {
        kind,
        note,
        x: axisJson(x),
        y: axisJson(y),
        value: axisJson(value),
        columns: [...columns],
        rows: [...rows],
        cells: cells.map((cell) => ({ ...cell })),
      };
    }
    case 'parallel': {
      const { kind, axes, lines } = figure;
      return {
        kind,
        note,
        axes: axes.map(axisJson),
        lines: lines.map(({ name, values }) => ({ exp_id: name, values: [...values] })),
      };
    }
  }
}

function axisJson({ label, log, symlog }: FigureAxis): AxisJson {
  return { label, log, symlog: symlog ?? null };
}

function numbersJson(values: readonly (number | undefined)[]): Numbers {
  return values.map((value) => value ?? null);
}
