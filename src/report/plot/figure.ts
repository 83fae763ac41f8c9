/** One axis of a figure. */
export interface FigureAxis {
  /** With the unit, if known: `gpu_mem (GiB)`. */
  readonly label: string;
  readonly log: boolean;
  /**
   * On a symmetric logarithmic axis, the constant c of sign(v) · log(1 + |v| / c): nearly linear up to it on both sides of zero,
   * logarithmic beyond. Not together with `log`.
   */
  readonly symlog?: number;
}

/** A curve: what it is called, its points, and the band around them where it has one. All arrays have one length. */
export interface Curve {
  /** As in the legend: `learning_rate = 0.1 (n=3)`. */
  readonly name: string;
  readonly xs: readonly number[];
  /** Undefined at a gap. */
  readonly ys: readonly (number | undefined)[];
  readonly low: readonly (number | undefined)[];
  readonly high: readonly (number | undefined)[];
  /** How many runs each point is the mean of. */
  readonly n: readonly number[];
}

/** The names of a legend if space is short: what they share is above them. */
export interface ShortLegend {
  /** `learning_rate (n=3 each)`. */
  readonly title: string;
  /** One for each name: `0.1`. */
  readonly labels: readonly string[];
}

export interface CurvesFigure {
  readonly kind: 'curves';
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  readonly curves: readonly Curve[];
  /** Too many to be told apart: thin lines and no legend. */
  readonly thin: boolean;
  readonly short?: ShortLegend;
  readonly note?: string;
}

/** The values of a group, their mean and the interval around it. */
export interface Bar {
  readonly name: string;
  readonly n: number;
  readonly mean?: number;
  readonly low?: number;
  readonly high?: number;
  readonly points: readonly number[];
}

export interface BarFigure {
  readonly kind: 'bar';
  /** What the names of the bars are values of. */
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  readonly bars: readonly Bar[];
  readonly note?: string;
}

export interface ScatterPoint {
  /** The experiment. */
  readonly name: string;
  /** A text where the axis has no numbers. */
  readonly x: number | string;
  readonly y: number;
}

export interface ScatterFigure {
  readonly kind: 'scatter';
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  /** One unnamed group when nothing is grouped. */
  readonly groups: readonly { readonly name: string; readonly points: readonly ScatterPoint[] }[];
  readonly short?: ShortLegend;
  readonly note?: string;
}

export interface HeatmapFigure {
  readonly kind: 'heatmap';
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  /** What the colour means. */
  readonly value: FigureAxis;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** Those that have a mean. */
  readonly cells: readonly { readonly x: string; readonly y: string; readonly mean: number; readonly n: number }[];
  readonly note?: string;
}

export interface ParallelFigure {
  readonly kind: 'parallel';
  /** The metric is the last one, and the colour. */
  readonly axes: readonly ParallelAxis[];
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | string)[] }[];
  readonly note?: string;
}

export interface ParallelAxis extends FigureAxis {
  /** The values of an axis of texts, in order; absent for numbers. */
  readonly categories?: readonly string[];
}

/** What is drawn, with the numbers behind it. */
export type Figure = CurvesFigure | BarFigure | ScatterFigure | HeatmapFigure | ParallelFigure;

/** The kinds of figures. */
export const KINDS = ['curves', 'bar', 'scatter', 'heatmap', 'parallel'] as const;

/** Size of the paper that a figure takes, in inches, and its title. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly title?: string;
}
