import { inputError } from '../../core/errors.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { summarize, type Summary } from '../../core/stats/statistics.ts';
import { BAND_WORDS, computeBand, type BarFigure, type HeatmapFigure } from '../../report/index.ts';
import { getFinalValues, makeNoValuesError } from './plot-final.ts';
import { checkCount, groupPlotRows } from './plot-groups.ts';
import { makeValueAxis, type Drawn, type PlotOptions } from './plot-options.ts';

const MOST_BARS = 40;
const MOST_SIDE = 40;

/** Final values by group, each with its interval; without groups one bar for each experiment. */
export function buildBars(options: PlotOptions): Drawn {
  const { by, metric, logY, band = 'ci95' } = options;
  const { values, warnings } = getFinalValues(options, metric, false);
  const { groups, warnings: mixed } = groupPlotRows(options);
  const named =
    by.length > 0
      ? groups.map(({ values: name, rows }) => ({ name, rows }))
      : options.rows.map((row) => ({ name: row.expId as string, rows: [row] }));
  checkCount(named.length, MOST_BARS, 'bars');
  const bars = named.map(({ name, rows }) => {
    const points = rows.flatMap((row) => values.get(row) ?? []);
    const summary = summarize(points);
    const { n, mean } = summary;
    const ends = computeBand(summary, band);
    return { name, n, points, ...(mean !== undefined && { mean }), ...(ends && { low: ends[0], high: ends[1] }) };
  });
  const off = logY ? offAxis(metric, bars) : [];
  if (logY && bars.every(({ mean = 0 }) => mean <= 0)) throw makeNoValuesError(metric, [...warnings, ...off]);
  const note = bars.some(({ low }) => low !== undefined)
    ? { note: `interval: ${BAND_WORDS[band]}; dots: experiments` }
    : {};
  const figure: BarFigure = {
    kind: 'bar',
    x: { label: by.length === 0 ? 'experiment' : by.map(({ header }) => header).join(', '), log: false },
    y: makeValueAxis(
      options,
      bars.flatMap(({ points, mean }) => [...points, mean]),
    ),
    bars,
    ...note,
  };
  return { figure, warnings: [...warnings, ...off, ...mixed] };
}

/** What has no place on a log axis: it counts in means and is not drawn. */
function offAxis(
  metric: string,
  bars: readonly { readonly mean?: number; readonly points?: readonly number[] }[],
): string[] {
  const values = bars.flatMap(({ points = [] }) => points).filter((value) => value <= 0).length;
  const means = bars.filter(({ mean = 1 }) => mean <= 0).length;
  const words = (count: number, what: string): string[] =>
    count === 0
      ? []
      : [
          `${formatCount(count, what)} of ${metric} ${count === 1 ? 'is' : 'are'} not drawn: on a log axis it must be above 0`,
        ];
  return [...words(values, 'value'), ...words(means, 'mean')];
}

/** The mean of the metric for each pair of values of two fields. @throws SheafError `plot.heatmap` */
export function buildHeatmap(options: PlotOptions): Drawn {
  const { by, metric, logY } = options;
  const [x, y] = by;
  if (x === undefined || y === undefined || by.length > 2) throw needsTwo(metric);
  const { values, warnings } = getFinalValues(options, metric, false);
  const { groups, warnings: mixed } = groupPlotRows(options);
  const all = groups.flatMap(({ keys: [column = '', row = ''], rows }) => {
    const { n, mean }: Summary = summarize(rows.flatMap((each) => values.get(each) ?? []));
    return mean === undefined ? [] : [{ x: column, y: row, mean, n }];
  });
  const off = logY ? offAxis(metric, all) : [];
  const cells = all.filter(({ mean }) => !logY || mean > 0);
  if (cells.length === 0) throw makeNoValuesError(metric, [...warnings, ...off]);
  const namesOf = (field: typeof x, key: 0 | 1): string[] => {
    const sorted = groupPlotRows({ ...options, by: [field] }).groups.map(({ values: name }) => name);
    return sorted.filter((name) => cells.some((cell) => (key === 0 ? cell.x : cell.y) === name));
  };
  const [columns, rows] = [namesOf(x, 0), namesOf(y, 1)];
  checkCount(Math.max(columns.length, rows.length), MOST_SIDE, 'rows or columns');
  const figure: HeatmapFigure = {
    kind: 'heatmap',
    x: { label: x.header, log: false },
    y: { label: y.header, log: false },
    value: makeValueAxis(
      options,
      cells.map(({ mean }) => mean),
    ),
    columns,
    rows,
    cells,
    ...(cells.some(({ n }) => n > 1) ? { note: `mean of ${counts(cells.map(({ n }) => n))} experiments` } : {}),
  };
  return { figure, warnings: [...warnings, ...off, ...mixed] };
}

function counts(numbers: readonly number[]): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? String(least) : `${least} to ${most}`;
}

function needsTwo(metric: string): Error {
  return inputError('plot.heatmap', 'a heat map needs two parameters', {
    fix: `sheaf plot ${metric} --kind heatmap --group-by learning_rate batch_size: the first is the horizontal axis`,
  });
}
