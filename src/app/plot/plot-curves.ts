import { smooth } from '../../core/curves/smooth.ts';
import { inputError } from '../../core/errors.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import {
  BAND_WORDS,
  computeMeanCurve,
  type Band,
  type Curve,
  type CurvesFigure,
  type PlotRun,
  type ShortLegend,
} from '../../report/index.ts';
import { openRuleBook } from '../harvest/harvest-rules.ts';
import { explainMissing, type MissingCause } from '../tables/missing.ts';
import { makeAxis, makeValueAxis, type Drawn, type PlotOptions } from './plot-options.ts';
import { describeLostSeries, findLostSeries } from './lost-series.ts';
import { checkCount, groupPlotRows, makeShortLegend, type PlotGroup } from './plot-groups.ts';
import {
  getElapsed,
  openLosses,
  orderPoints,
  readRaw,
  chooseTimeUnit,
  type Losses,
  type RawRun,
  type XAxis,
} from './plot-runs.ts';

/** More than these are drawn thin when they are single experiments, and refused when they are groups. */
const MOST_CURVES = 12;

/** The metric over training: one curve for each group, or for each experiment when nothing is grouped. */
export async function buildCurves(options: PlotOptions, x: XAxis): Promise<Drawn> {
  const { rows, by, metric, logX, symlogX } = options;
  const raw = await readRaw(options, x);
  if (raw.size === 0) throw noSeries(options);
  const isTime = x.kind === 'time' || x.kind === 'active';
  if (isTime && [...raw.values()].every(isTimeless)) throw noTimes(metric);
  const unit = isTime ? chooseTimeUnit([...raw.values()].map(getElapsed)) : undefined;
  const losses = openLosses(options, x);
  const runs = new Map([...raw].map(([id, run]) => [id, runOf(options, run, x, unit?.seconds, losses)]));
  const drawn = by.length === 0 ? single(options, runs) : grouped(options, runs, losses);
  if (drawn.curves.every(({ ys }) => ys.every((y) => y === undefined))) throw nothingLeft(metric);
  const figure: CurvesFigure = {
    kind: 'curves',
    x: makeAxis(
      nameAxis(options, x, unit?.name),
      { log: logX, symlog: symlogX },
      drawn.curves.flatMap(({ xs }) => xs),
    ),
    y: makeValueAxis(
      options,
      drawn.curves.flatMap(({ ys }) => ys),
    ),
    curves: drawn.curves,
    thin: drawn.curves.length > MOST_CURVES,
    ...(drawn.short && { short: drawn.short }),
    ...noteOf(options, drawn),
  };
  const without = rows.filter(({ expId }) => !raw.has(expId));
  return { figure, warnings: [...(await seriesWarning(options, without)), ...losses.warnings(), ...drawn.warnings] };
}

function nameAxis({ label }: PlotOptions, x: XAxis, unit: string | undefined): string {
  if (x.kind === 'metric') return label(x.name);
  if (unit === undefined) return 'step';
  return x.kind === 'active' ? `time that it ran (${unit})` : `time (${unit})`;
}

/** What a harvest did not find it will not find by reading again, and without rules it reads nothing. */
async function seriesWarning(options: PlotOptions, without: readonly Experiment[]): Promise<string[]> {
  const { project, rows, metric, unreadable } = options;
  if (without.length === 0) return [];
  const causes = without.map((row) => explainMissing(row, metric, unreadable));
  const names = without.map(({ expId }, i) => (causes[i] === undefined ? expId : `${expId} (${causes[i]})`));
  const isLost = (cause: MissingCause | undefined): boolean => cause === undefined || cause === 'not_harvested';
  const gone = new Set(findLostSeries(options, without));
  const lost = without.filter((row, i) => isLost(causes[i]) && !gone.has(row));
  const rules = await openRuleBook(project);
  const remedy = lost.some(({ config }) => rules.askedOf(config.template) !== undefined)
    ? '; sheaf harvest --all reads it'
    : '';
  return [
    `${without.length} of ${rows.length} have no series of ${metric}: ${formatList(names)}${remedy}`,
    ...(gone.size === 0 ? [] : [describeLostSeries(metric, [...gone])]),
  ];
}

function isTimeless({ seconds }: RawRun): boolean {
  return seconds.every((time) => Number.isNaN(time));
}

function noTimes(metric: string): Error {
  return inputError('plot.no_times', `it is not known when the values of ${metric} were written`, {
    why: 'logs and tables tell steps and no times; the folders of trackers tell both',
    fix: 'draw over step, or over a metric that has the time at the same steps',
  });
}

interface DrawnCurves {
  readonly curves: readonly Curve[];
  readonly warnings: readonly string[];
  /** Absent when no curve has one. */
  readonly band?: Band;
  readonly interpolated: boolean;
  readonly short?: ShortLegend;
}

function runOf(options: PlotOptions, raw: RawRun, x: XAxis, second: number | undefined, losses: Losses): PlotRun {
  const { xs, ys } = orderPoints(raw, x, second ?? 1, losses);
  const smoothed = options.smooth === undefined ? ys : smooth(ys, options.smooth);
  return losses.kept({ name: raw.expId, xs, ys: smoothed });
}

function single(options: PlotOptions, runs: ReadonlyMap<string, PlotRun>): DrawnCurves {
  const curves = [...runs.values()].map((run) => ({ ...computeMeanCurve([run], 'none'), name: run.name }));
  const crowd = `${formatCount(curves.length, 'experiment')}: drawn thin and without names; group them to draw means, or choose fewer`;
  const noBand = 'a band lies around a mean, so it needs groups';
  const isBanded = options.band !== undefined && options.band !== 'none';
  const warnings = [...(curves.length > MOST_CURVES ? [crowd] : []), ...(isBanded ? [noBand] : [])];
  return { curves, warnings, interpolated: false };
}

function grouped(options: PlotOptions, runs: ReadonlyMap<string, PlotRun>, losses: Losses): DrawnCurves {
  const { groups, warnings } = groupPlotRows(options);
  const members = groups
    .map((group) => ({ group, runs: group.rows.flatMap(({ expId }) => runs.get(expId) ?? []) }))
    .filter((each) => each.runs.length > 0);
  checkCount(members.length, MOST_CURVES, 'groups');
  const band = options.band ?? 'std';
  const means = members.map((each) => losses.drawable(computeMeanCurve(each.runs, band), each.group.name));
  return {
    curves: means.map((mean, i) => ({ ...mean, name: `${members[i]?.group.name} (n=${members[i]?.runs.length})` })),
    warnings: [...warnings, ...members.flatMap((each) => early(each.group, each.runs))],
    short: makeShortLegend(
      options.by,
      members.map(({ group, runs: own }) => ({ values: group.values, n: own.length })),
    ),
    interpolated: means.some(({ interpolated }) => interpolated),
    ...(means.some(({ low }) => low.some((value) => value !== undefined)) ? { band } : {}),
  };
}

/** Where a member ends before the others the mean may jump: that must be known. */
function early({ name }: PlotGroup, runs: readonly PlotRun[]): string[] {
  const ends = runs.map(({ xs }) => xs.at(-1) ?? -Infinity);
  const last = Math.max(...ends);
  const short = runs.flatMap((run, i) => (ends[i] === last ? [] : [`${run.name} at ${shown(ends[i])}`]));
  if (short.length === 0) return [];
  return [
    `${name} ends at ${shown(last)}, but of its ${runs.length} experiments ${formatList(short)}: from there the mean is over fewer`,
  ];
}

function shown(x: number = Number.NaN): string {
  return Number.isFinite(x) ? String(Number(x.toPrecision(6))) : 'no point';
}

function noteOf({ smooth: weight }: PlotOptions, { band, interpolated }: DrawnCurves): { note?: string } {
  const parts = [
    ...(band === undefined ? [] : [`band: ${BAND_WORDS[band]}`]),
    ...(weight === undefined ? [] : [`smoothed: EMA ${weight}, debiased`]),
    ...(interpolated ? ['runs interpolated linearly'] : []),
  ];
  return parts.length === 0 ? {} : { note: parts.join('; ') };
}

function noSeries(options: PlotOptions): Error {
  const { rows, metric } = options;
  const lost = findLostSeries(options, rows);
  if (lost.length > 0)
    return inputError('plot.no_series', describeLostSeries(metric, lost), {
      why: 'curves are read from series.parquet in the folder of an experiment, and harvest writes that from the files of its run',
      fix: 'run them again: sheaf rerun ID; or draw the final values, which are kept: bars by group, or dots over a parameter',
    });
  return inputError(
    'plot.no_series',
    `none of ${formatCount(rows.length, 'experiment')} has a series of ${metric}, so there are no curves`,
    {
      why: 'harvest keeps a series where the values have steps, or where the rule says series: true',
      fix: 'write (?<step>…) into the pattern, or series: true into the rule, and run sheaf harvest --all; or draw final values: bars by group, or dots over a parameter',
    },
  );
}

function nothingLeft(metric: string): Error {
  return inputError('plot.no_data', `no point of ${metric} can be drawn`, {
    why: 'all values are NaN or infinite, have no place on the x axis, or are 0 or less on a log axis',
    fix: 'use linear axes, or symmetric logarithmic ones; or draw over something else',
  });
}
