import { formatList } from '../../core/text/phrases.ts';
import { inputError } from '../../core/errors.ts';
import { resolveField, type FieldRef } from '../../core/fields/fields.ts';
import { getMetricValue } from '../../core/fields/field-value.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { formatPlain, type ScatterFigure } from '../../report/index.ts';
import { cellsOf, metricOf } from '../tables/cells.ts';
import { getFinalValues, makeNoValuesError } from './plot-final.ts';
import { checkCount, groupPlotRows, makeShortLegend } from './plot-groups.ts';
import { makeAxis, makeValueAxis, resolveMetric, type Drawn, type PlotOptions } from './plot-options.ts';
import type { Project } from '../project/project.ts';

const MOST_GROUPS = 12;

/** A parameter or a metric against the metric, one dot for each experiment. @throws SheafError `plot.scatter`, `field.*` */
export function buildScatter(options: PlotOptions, x: string | undefined): Drawn {
  const { metric, label, logX, logY, symlogX, by, known, project } = options;
  if (x === undefined) throw needsX(metric);
  const { values, warnings } = getFinalValues(options, metric, logY);
  const field: FieldRef = known.params.includes(x) ? { source: 'params', name: x } : resolveField(x, known);
  const isMetric = field.source === 'results';
  const placeOf = isMetric ? metricPlace(resolveMetric(x, known)) : fieldPlace(field, project);
  const places = new Map(
    [...values.keys()].flatMap((row) => {
      const place = placeOf(row);
      return place === undefined ? [] : [[row, place] as const];
    }),
  );
  const isNumeric = [...places.values()].every((place) => typeof place === 'number');
  const isLost = (row: Experiment): boolean => !places.has(row) || (logX && isNumeric && Number(places.get(row)) <= 0);
  const lost = [...values.keys()].filter(isLost);
  const all = groupPlotRows(options).groups.map(({ name, values: keys, rows }) => {
    const points = rows.flatMap((row) => {
      const [place, y] = [places.get(row), values.get(row)];
      return place === undefined || y === undefined || isLost(row)
        ? []
        : [{ name: row.expId, x: isNumeric ? place : String(place), y }];
    });
    return { name: by.length === 0 ? '' : `${name} (n=${points.length})`, points, values: keys, n: points.length };
  });
  const groups = all.filter(({ n }) => n > 0);
  if (groups.length === 0) throw makeNoValuesError(x, []);
  checkCount(groups.length, MOST_GROUPS, 'groups');
  const figure: ScatterFigure = {
    kind: 'scatter',
    x: makeAxis(
      isMetric ? label(field.name) : x,
      { log: logX && isNumeric, symlog: symlogX && isNumeric },
      groups.flatMap(({ points }) => points.map((point) => Number(point.x))),
    ),
    y: makeValueAxis(
      options,
      groups.flatMap(({ points }) => points.map((point) => point.y)),
    ),
    groups: groups.map(({ name, points }) => ({ name, points })),
    short: makeShortLegend(by, groups),
  };
  const why = logX && isNumeric ? `no ${x} above 0` : `no ${x}`;
  const told =
    lost.length === 0
      ? []
      : [
          `${lost.length} of ${options.rows.length} are left out, they have ${why}: ${formatList(lost.map(({ expId }) => expId))}`,
        ];
  const texts =
    (logX || symlogX) && !isNumeric ? [`${x} has values that are no numbers: the axis is not logarithmic`] : [];
  return { figure, warnings: [...warnings, ...told, ...texts] };
}

/** The place of an experiment on the x axis; undefined when it has none. */
type PlaceOf = (row: Experiment) => number | string | undefined;

function metricPlace(metric: string): PlaceOf {
  return (row) => {
    const found = metricOf(row, metric);
    const value = found && getMetricValue(found);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
}

function fieldPlace(field: FieldRef, { store }: Project): PlaceOf {
  return (row) => {
    const cell = cellsOf(row, store, false)(field);
    if (typeof cell === 'number') return cell;
    return cell === undefined || cell === null ? undefined : formatPlain(cell);
  };
}

function needsX(metric: string): Error {
  return inputError('plot.scatter', 'a scatter plot needs a horizontal axis', {
    fix: `sheaf plot ${metric} --kind scatter --x NAME, a parameter or another metric`,
  });
}
