import { inputError } from '../core/errors.ts';
import { counted, grouped } from '../core/number-text.ts';
import type { Series } from '../core/series.ts';
import type { Experiment } from '../core/stored.ts';
import { BAND_WORDS, meanCurve, smooth, type Curve, type CurvesFigure, type Run } from '../report/index.ts';
import { listNames } from './missing.ts';
import type { Plotted, PlotWish } from './plot.ts';
import { checkCount, groupsOf, type PlotGroup } from './plot-groups.ts';
import { readAllSeries } from './series.ts';

export interface CurvesWish {
  readonly x: { readonly kind: 'step' | 'time' } | { readonly kind: 'metric'; readonly name: string };
}

/** More than these are drawn thin when they are single experiments, and refused when they are groups. */
const MOST_CURVES = 12;

/** Whether any experiment has a series of the metric. */
export async function hasSeries({ project, rows, metric }: PlotWish): Promise<boolean> {
  for (const { expId } of rows) if ((await readAllSeries(project, expId, [metric])).has(metric)) return true;
  return false;
}

/** The metric over training: one curve for each group, or for each experiment when nothing is grouped. */
export async function curvesOf(wish: PlotWish, { x }: { readonly x: CurvesWish['x'] } | CurvesWish): Promise<Pick<Plotted, 'figure' | 'warnings'>> {
  throw new Error(`${String(wish)} ${x.kind}`);
}
