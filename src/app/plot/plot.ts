import { inputError } from '../../core/errors.ts';
import type { KnownNames } from '../../core/fields/fields.ts';
import type { Metric } from '../../core/experiment/metric.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { selectColumns, type Band, type Figure } from '../../report/index.ts';
import { metricOf } from '../tables/cells.ts';
import { warnOfOldRules } from '../harvest/old-rules.ts';
import { findUnreadable } from '../harvest/unread.ts';
import { buildCurves } from './plot-curves.ts';
import type { XAxis } from './plot-runs.ts';
import { readSeries } from '../harvest/series.ts';
import { describeLostSeries, findLostSeries } from './lost-series.ts';
import { buildParallel } from './plot-parallel.ts';
import { buildScatter } from './plot-scatter.ts';
import { buildBars, buildHeatmap } from './plot-values.ts';
import { resolveMetric, type Drawn, type PlotOptions } from './plot-options.ts';
import type { Project } from '../project/project.ts';
import { getKnownNames, openComparable, openSelection, type ListSelector } from '../experiments/select.ts';

/** What to plot, of which experiments. */
export interface PlotRequest extends Omit<ListSelector, 'sort' | 'limit'> {
  /** Its course over training, or its final value. */
  readonly metric: string;
  /** Default: curves if there is a series, otherwise bars, or dots with `x`. */
  readonly kind?: Figure['kind'];
  /** Fields whose values make a group; each may hold several with commas between them. */
  readonly groupBy?: readonly string[];
  /**
   * `step` (default), `time` since the first point, `active` (time since the first start, without those in which no attempt
   * ran), or the name of a metric or parameter. Over a metric, points are joined in the order of its values.
   */
  readonly x?: string;
  /** What is drawn around means. Default: `std` for curves, `ci95` for bars. */
  readonly band?: Band;
  /** Weight of an exponential moving average, from 0 to below 1. */
  readonly smooth?: number;
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** Symmetric logarithmic: nearly linear around zero and logarithmic on both sides of it. Not together with `logX`. */
  readonly symlogX?: boolean;
  /** The same for the metric. Not together with `logY`. */
  readonly symlogY?: boolean;
}

/** A figure as numbers: `writeFigure` draws it. */
export interface Plotted {
  readonly figure: Figure;
  /** Experiments that were read. */
  readonly experiments: number;
  /** What is not in the figure, and what one must know to read it. */
  readonly warnings: readonly string[];
}

/**
 * The data of a figure of experiments: nothing is drawn yet.
 *
 * @throws SheafError as `openSelection`; `field.*`, `columns.*` for wrong names; `plot.*` for what cannot be drawn
 */
export async function plotFigure(project: Project, request: PlotRequest): Promise<Plotted> {
  const { metric: name, groupBy, x, smooth, band, kind, logX = false, logY = false, ...others } = request;
  const { symlogX = false, symlogY = false, ...selector } = others;
  if (logX && symlogX) throw twoScales('x');
  if (logY && symlogY) throw twoScales('y');
  if (smooth !== undefined && !(smooth >= 0 && smooth < 1)) throw badWeight(smooth);
  // Curves of single runs may end early; what stands for several runs, or for a whole run, may not.
  const isOverTraining = x === undefined || isTrainingAxis(x);
  const areCurves = kind === 'curves' || (kind === undefined && isOverTraining);
  const open = areCurves && groupBy === undefined ? openSelection : openComparable;
  const selection = open(project, selector);
  const rows = [...selection.rows()].toReversed();
  if (rows.length === 0)
    throw inputError('plot.empty', 'there are no such experiments', { fix: 'sheaf list shows those that there are' });
  const known = getKnownNames(project.store);
  const metric = resolveMetric(name, known);
  const options: PlotOptions = {
    project,
    known,
    rows,
    unreadable: await findUnreadable(project, selector),
    metric,
    label: (each) => labelOf(each, rows),
    by: groupBy === undefined ? [] : selectColumns(groupBy, known),
    logX,
    logY,
    symlogX,
    symlogY,
    ...(band && { band }),
    ...(smooth && { smooth }),
  };
  const drawn = await figureOf(options, kind, x);
  const warnings = [...selection.warnings, ...drawn.warnings, ...(await warnOfOldRules(project, selector))];
  return { figure: noteScales(drawn.figure), experiments: rows.length, warnings };
}

/** Says what a symmetric logarithmic axis is like: its constant cannot be seen. */
function noteScales(figure: Figure): Figure {
  const axes =
    figure.kind === 'parallel'
      ? [figure.axes.at(-1)]
      : figure.kind === 'heatmap'
        ? [figure.value]
        : [figure.x, figure.y];
  const notes = axes.flatMap((axis) =>
    axis?.symlog === undefined ? [] : [`${axis.label}: symlog, constant ${axis.symlog}`],
  );
  if (notes.length === 0) return figure;
  return { ...figure, note: [...(figure.note === undefined ? [] : [figure.note]), ...notes].join('; ') };
}

function twoScales(side: 'x' | 'y'): Error {
  return inputError('plot.scale', `an axis cannot be both --log-${side} and --symlog-${side}`, {
    fix: `leave one of them out: --log-${side} needs values above 0, --symlog-${side} has both sides of 0`,
  });
}

async function figureOf(options: PlotOptions, kind: Figure['kind'] | undefined, x: string | undefined): Promise<Drawn> {
  switch (kind ?? (await usualKind(options, x))) {
    case 'curves':
      return buildCurves(options, axisOf(x, options.known));
    case 'bar':
      return kind === undefined ? addSeriesNotice(options, buildBars(options)) : buildBars(options);
    case 'scatter':
      return buildScatter(options, x);
    case 'heatmap':
      return buildHeatmap(options);
    case 'parallel':
      return buildParallel(options);
  }
}

/** Over steps or time only curves can be drawn: they say why there are none. */
async function usualKind(options: PlotOptions, x: string | undefined): Promise<Figure['kind']> {
  const isOverTraining = x === undefined || isTrainingAxis(x);
  if ((isOverTraining || options.known.results.includes(x)) && (await hasSeries(options))) return 'curves';
  if (!isOverTraining) return 'scatter';
  return x === undefined ? 'bar' : 'curves';
}

/** Who asks for the metric alone expects curves. */
function addSeriesNotice(options: PlotOptions, { figure, warnings }: Drawn): Drawn {
  const { metric, rows } = options;
  const lost = findLostSeries(options, rows);
  const said =
    lost.length > 0
      ? `${describeLostSeries(metric, lost)}; these are the final values that were read before`
      : `${metric} has no series, so these are its final values: curves need (?<step>…) in the pattern, or series: true in the rule`;
  return { figure, warnings: [said, ...warnings] };
}

async function hasSeries({ project, rows, metric }: PlotOptions): Promise<boolean> {
  for (const { expId } of rows) if ((await readSeries(project, expId, metric)) !== undefined) return true;
  return false;
}

function isTrainingAxis(x: string): x is 'step' | 'time' | 'active' {
  return x === 'step' || x === 'time' || x === 'active';
}

/** `step`, `time` and `active` may also be names of metrics: then `results.step` is the metric. */
function axisOf(x: string = 'step', known: KnownNames): XAxis {
  return isTrainingAxis(x) ? { kind: x } : { kind: 'metric', name: resolveMetric(x, known) };
}

function badWeight(weight: number): Error {
  return inputError('plot.smooth', `the smoothing is ${weight}`, {
    fix: 'give a weight from 0 (as it is) to below 1, such as 0.6',
  });
}

function labelOf(metric: string, rows: readonly Experiment[]): string {
  const unit = rows.map((row): Metric | undefined => metricOf(row, metric)).find((each) => each?.unit)?.unit;
  return unit === undefined ? metric : `${metric} (${unit})`;
}
