import { getAxisMetric, isTimeAxis, type CurveAxis } from '../../../core/curves/axis.ts';
import type { AbsenceCause, Curve } from '../../../core/curves/curves.ts';
import type { LineBuckets } from '../../../core/curves/buckets.ts';
import { formatCount, groupDigits } from '../../../core/text/phrases.ts';
import { formatValue } from '../../format/numbers.ts';
import { findPoint, type ChartData, type ChartMark, type ChartPoint } from './chart-data.ts';

/** A place on the axis: `1,200`, or a time since the start: `12.5s`, `41:30`, `3:12:05`, `2d 04:00:00`. @param x steps, milliseconds, or values of the series that is x */
export function formatX(x: number, axis: CurveAxis): string {
  if (axis === 'step') return groupDigits(x);
  if (!isTimeAxis(axis)) return formatValue(x);
  if (x < 0) return `−${formatX(-x, axis)}`;
  const seconds = Math.floor(x / 1_000);
  if (seconds < 60) return `${Math.floor(x / 100) / 10}s`;
  const two = (number: number): string => String(number).padStart(2, '0');
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days}d ${two(hours)}:${two(minutes)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `step 1,200`, `after 41:30` or `epoch 3`. */
export function describeX(x: number, axis: CurveAxis): string {
  return `${isTimeAxis(axis) ? 'after' : (getAxisMetric(axis) ?? 'step')} ${formatX(x, axis)}`;
}

/** What x is: `step`, `time since the start`, or the name of a metric. */
export function nameAxis(axis: CurveAxis): string {
  if (isTimeAxis(axis)) return axis === 'time' ? 'time since the start' : 'time that it ran';
  return getAxisMetric(axis) ?? 'step';
}

/** `0.9312, between 0.92 and 0.94`. */
export function describeValue({ last, smoothed, min, max }: ChartPoint): string {
  if (last === null) return 'no value that can be drawn';
  if (typeof smoothed === 'number') return `${formatValue(last)}, smoothed ${formatValue(smoothed)}`;
  const isRange = typeof min === 'number' && typeof max === 'number' && min < max;
  return isRange ? `${formatValue(last)}, between ${formatValue(min)} and ${formatValue(max)}` : formatValue(last);
}

/** `step 20: 0.9312`, with the name of the line if there are several. @param at index of the line @param place of the cursor */
export function describePoint(data: ChartData, at: number, place: number | undefined, x: CurveAxis): string {
  const line = data.lines[at];
  if (line === undefined) return '';
  const name = data.lines.length > 1 ? `${line.name}, ` : '';
  const point = place === undefined ? undefined : findPoint(data, line, place);
  return point === undefined ? line.name : `${name}${describeX(point.x, x)}: ${describeValue(point)}`;
}

/** In which order points are joined if that need not be the order of training; otherwise nothing. */
export function listOrder(x: CurveAxis): string[] {
  const metric = getAxisMetric(x);
  return metric === undefined ? [] : [`Points are joined in the order of ${metric}, not of training.`];
}

/** What a chart of these curves cannot draw, in sentences. @param unplaced points that a logarithmic axis has no place for */
export function listUndrawn(curves: readonly Curve<LineBuckets>[], unplaced: number, x: CurveAxis): string[] {
  const sum = (of: 'nan' | 'infinite' | 'leftOut'): number => curves.reduce((total, curve) => total + curve[of], 0);
  const [nan, infinite, leftOut] = [sum('nan'), sum('infinite'), sum('leftOut')];
  const metric = getAxisMetric(x);
  const lacks =
    metric === undefined ? `no ${x === 'step' ? 'step' : 'time'}` : `no value of ${metric} at the same step`;
  return [
    ...(nan > 0 ? [`× ${formatCount(nan, 'value is', 'values are')} NaN.`] : []),
    ...(infinite > 0 ? [`× ${formatCount(infinite, 'value is', 'values are')} infinite.`] : []),
    ...(leftOut > 0 ? [`${formatCount(leftOut, 'value has', 'values have')} ${lacks}.`] : []),
    ...(unplaced > 0 ? [`${formatCount(unplaced, 'point is', 'points are')} zero or below.`] : []),
  ];
}

/** What lies outside the range of values that a chart shows, in sentences. */
export function listClipped(marks: readonly ChartMark[]): string[] {
  const [above, below] = (['above', 'below'] as const).map((kind) => marks.filter((mark) => mark.kind === kind).length);
  return [
    ...(above ? [`▲ ${formatCount(above, 'point reaches', 'points reach')} above the range.`] : []),
    ...(below ? [`▼ ${formatCount(below, 'point reaches', 'points reach')} below the range.`] : []),
  ];
}

/** How lines are smoothed, as a part of a title: `smoothed: EMA 0.6, debiased`. */
export function describeSmoothing(smoothing: number): string {
  return `smoothed: EMA ${smoothing}, debiased`;
}

/** What a smoothed line is the average of. */
export function describeSmoothed(data: ChartData, x: CurveAxis): string {
  const metric = getAxisMetric(x);
  const span = Math.max(...data.lines.map(({ curve: { buckets, unit = 1 } }) => 2 ** buckets.level * unit));
  const long =
    x === 'step' ? formatCount(span, 'step') : `${formatX(span, x)}${metric === undefined ? '' : ` ${metric}`}`;
  const isOfAll = data.lines.every(({ envelope }) => envelope === undefined) || (metric === undefined && span === 1);
  return `The average is over ${isOfAll ? 'all values' : `points of ${long}`}; the faint line has the raw values.`;
}

/** Why an experiment has no curve of a metric. */
export const ABSENCE_WORDS: { readonly [why in AbsenceCause]: string } = {
  removed: 'The experiment has been removed.',
  no_series: 'Its values were not harvested.',
  no_metric: 'It has no values of this metric.',
  no_times: 'The run did not record when it wrote these values: show them over steps.',
  no_x: 'The metric that is x has no value at the steps of these values: show them over steps.',
};
