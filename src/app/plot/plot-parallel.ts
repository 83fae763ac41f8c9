import { formatList } from '../../core/text/phrases.ts';
import { inputError } from '../../core/errors.ts';
import type { WrittenLeaf } from '../../core/number-source.ts';
import { formatPlain, type ParallelAxis, type ParallelFigure } from '../../report/index.ts';
import { paramsOf, varietyOf, varietyOfExperiment } from '../tables/cells.ts';
import { makeValueAxis, type Drawn, type PlotOptions } from './plot-options.ts';
import { getFinalValues } from './plot-final.ts';

const MOST_AXES = 8;
/** Numbers above 0 that span as much are spread evenly by their logarithm. */
const LOG_SPAN = 50;

/** Parallel coordinates: the parameters that differ, but for seeds, and the metric. @throws SheafError `plot.parallel` */
export function buildParallel(options: PlotOptions): Drawn {
  const { rows, metric, logY } = options;
  const { values, warnings } = getFinalValues(options, metric, logY);
  const seeds = new Set(rows.flatMap(({ config }) => config.seeds));
  const differing = varietyOf(rows.map(varietyOfExperiment)).params.filter((name) => !seeds.has(name));
  if (rows.length < 2 || differing.length === 0) throw nothingDiffers();
  const names = differing.slice(0, MOST_AXES);
  const read = [...values].map(([row, value]) => {
    const params = paramsOf(row);
    return { row, value, cells: names.map((name) => params.get(name)) };
  });
  const whole = read.filter(({ cells }) => cells.every((cell) => cell !== undefined && cell.value !== null));
  const columns = names.map((_, i) => whole.map(({ cells }) => valueOf(cells[i])));
  const axes = names.map((name, i) => axisOf(name, columns[i] ?? []));
  const lines = whole.map(({ row, value }, line) => ({
    name: row.expId,
    values: [...columns.map((column, i) => (axes[i]?.categories ? String(column[line]) : (column[line] ?? ''))), value],
  }));
  if (lines.length === 0) throw nothingDiffers();
  const partial = read.filter((each) => !whole.includes(each)).map(({ row }) => row.expId);
  const value = makeValueAxis(
    options,
    whole.map((each) => each.value),
  );
  const figure: ParallelFigure = { kind: 'parallel', axes: [...axes, value], lines };
  return {
    figure,
    warnings: [
      ...warnings,
      ...(differing.length > MOST_AXES
        ? [`${differing.length} parameters differ; the first ${MOST_AXES} are drawn`]
        : []),
      ...(partial.length === 0
        ? []
        : [
            `${partial.length} of ${rows.length} are left out because they lack some of these parameters: ${formatList(partial)}`,
          ]),
    ],
  };
}

function valueOf(leaf: WrittenLeaf | undefined): number | string {
  return typeof leaf?.value === 'number' ? leaf.value : formatPlain(leaf?.value);
}

function axisOf(label: string, values: readonly (number | string)[]): ParallelAxis {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length)
    return { label, log: false, categories: [...new Set(values.map(String))].toSorted() };
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return { label, log: low > 0 && high / low >= LOG_SPAN };
}

function nothingDiffers(): Error {
  return inputError(
    'plot.parallel',
    'parallel coordinates need experiments that differ in parameters other than seeds',
    {
      fix: 'choose more experiments',
    },
  );
}
