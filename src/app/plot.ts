import { inputError, type SheafError } from '../core/errors.ts';
import { fieldLabel, resolveField, type KnownNames } from '../core/fields.ts';
import type { Metric } from '../core/metric.ts';
import type { Experiment } from '../core/stored.ts';
import { selectColumns, type Band, type Column, type Figure } from '../report/index.ts';
import { metricOf } from './cells.ts';
import { curvesOf, hasSeries, type CurvesWish } from './plot-curves.ts';
import { barsOf, heatmapOf, parallelOf, scatterOf } from './plot-values.ts';
import type { Project } from './project.ts';
import { knownNames, openSelection, type ListSelector } from './select.ts';

export interface PlotRequest extends Omit<ListSelector, 'sort' | 'limit'> {
  /** Its course over training, or its final value. */
  readonly metric: string;
  /** Default: curves where there is a series, else bars with `groupBy`, dots with `x`. */
  readonly kind?: Figure['kind'];
  /** Fields whose values make a group; each may hold several with commas between them. */
  readonly groupBy?: readonly string[];
  /** `step` (default), `time`, or the name of a metric or parameter. */
  readonly x?: string;
  /** What is drawn around means. Default: `std` for curves, `ci95` for bars. */
  readonly band?: Band;
  /** Weight of an exponential moving average, from 0 to below 1. */
  readonly smooth?: number;
  readonly logX?: boolean;
  readonly logY?: boolean;
}

export interface Plotted {
  readonly figure: Figure;
  /** Experiments that were looked at. */
  readonly experiments: number;
  /** What is not in the figure, and what one must know to read it. */
  readonly warnings: readonly string[];
}

/** A request with all names looked up and all experiments read. */
export interface PlotWish extends Pick<PlotRequest, 'band' | 'smooth'> {
  readonly project: Project;
  readonly known: KnownNames;
  readonly rows: readonly Experiment[];
  readonly metric: string;
  /** With its unit. */
  readonly label: (metric: string) => string;
  readonly by: readonly Column[];
  readonly logX: boolean;
  readonly logY: boolean;
}

/**
 * The data of a figure of experiments: nothing is drawn yet.
 *
 * @throws SheafError as `openSelection`; `field.*`, `columns.*` for wrong names; `plot.*` for what cannot be drawn
 */
export async function plotFigure(project: Project, request: PlotRequest): Promise<Plotted> {
  const { metric: name, groupBy, x, smooth, band, logX = false, logY = false, kind, ...selector } = request;
  if (smooth !== undefined && !(smooth >= 0 && smooth < 1)) throw badWeight(smooth);
  const selection = openSelection(project, selector);
  const rows = [...selection.rows()].toReversed();
  if (rows.length === 0) throw inputError('plot.empty', 'there are no such experiments', { fix: 'sheaf list shows those that there are' });
  const known = knownNames(project.store);
  const metric = metricNamed(name, known);
  const wish: PlotWish = {
    project,
    known,
    rows,
    metric,
    label: (each) => labelOf(each, rows),
    by: groupBy === undefined ? [] : selectColumns(groupBy, known),
    logX,
    logY,
    ...(band && { band }),
    ...(smooth && { smooth }),
  };
  const drawn = await figureOf(wish, kind, x);
  return { ...drawn, experiments: rows.length, warnings: [...selection.warnings, ...drawn.warnings] };
}

type Drawn = Pick<Plotted, 'figure' | 'warnings'>;

async function figureOf(wish: PlotWish, kind: Figure['kind'] | undefined, x: string | undefined): Promise<Drawn> {
  switch (kind ?? (await usualKind(wish, x))) {
    case 'curves':
      return curvesOf(wish, axisOf(x, wish.known));
    case 'bar':
      return barsOf(wish);
    case 'scatter':
      return scatterOf(wish, x);
    case 'heatmap':
      return heatmapOf(wish);
    case 'parallel':
      return parallelOf(wish);
  }
}

async function usualKind(wish: PlotWish, x: string | undefined): Promise<Figure['kind']> {
  const { by, metric, rows } = wish;
  const overTraining = x === undefined || x === 'step' || x === 'time' || wish.known.results.includes(x);
  if (overTraining && (await hasSeries(wish))) return 'curves';
  if (x !== undefined && x !== 'step' && x !== 'time') return 'scatter';
  if (by.length > 0) return 'bar';
  throw inputError('plot.no_series', `none of ${rows.length} experiments has a series of ${metric}, so there are no curves`, {
    why: 'a series is read by harvest, from a rule that tells of more than one value',
    fix: 'run sheaf harvest --all; or draw final values: --group-by NAME for bars, --x NAME for dots',
  });
}

/** `step` and `time` may also be names of metrics: then `results.step` is the metric. */
function axisOf(x: string = 'step', known: KnownNames): CurvesWish['x'] {
  return x === 'step' || x === 'time' ? { kind: x } : { kind: 'metric', name: metricNamed(x, known) };
}

/** The name of a metric, which counts as one here even where a parameter has the same name. */
export function metricNamed(name: string, known: KnownNames): string {
  if (known.results.includes(name)) return name;
  const { source, name: bare } = resolveField(name, known);
  if (source === 'results') return bare;
  throw noMetric(name);
}

function noMetric(name: string): SheafError {
  return inputError('plot.metric', `${name} is no metric`, {
    why: 'what is drawn upwards is a metric, what the experiments are told apart by goes sidewards',
    fix: `sheaf plot METRIC --x ${name}, or --group-by ${name}`,
  });
}

function badWeight(weight: number): SheafError {
  return inputError('plot.smooth', `--smooth is ${weight}`, { fix: 'give a weight from 0 (as it is) to below 1, such as 0.6' });
}

function labelOf(metric: string, rows: readonly Experiment[]): string {
  const unit = rows.map((row): Metric & { readonly unit?: string } | undefined => metricOf(row, metric)).find((each) => each?.unit)?.unit;
  return unit === undefined ? metric : `${metric} (${unit})`;
}

/** The name of a field that stands on an axis. */
export function fieldName(column: Column, known: KnownNames): string {
  return column.source === 'params' ? column.name : fieldLabel(column, known);
}
