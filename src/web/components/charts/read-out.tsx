import { getAxisMetric, type CurveAxis } from '../../../core/curves/axis.ts';
import { formatValue } from '../../format/numbers.ts';
import { findPoint, type ChartData } from './chart-data.ts';
import { describePoint, describeX } from './chart-words.ts';
import styles from './line-chart.module.css';
import { Swatch } from './swatch.tsx';

/**
 * The last value of a line that is alone but for what was computed again, as long as there is no cursor. Over the values of
 * another metric the point at the right is not the last one.
 */
function describeEnd(data: ChartData, x: CurveAxis): string {
  if (getAxisMetric(x) !== undefined) return '';
  const [line, ...others] = data.lines.filter(({ curve }) => !curve.superseded);
  const last = others.length > 0 ? undefined : line?.points.at(-1);
  return line === undefined || last === undefined
    ? ''
    : `last: ${describePoint(data, data.lines.indexOf(line), last, x)}`;
}

/** The values of this number of lines fit beside each other. */
const FEW = 8;

/** What is under the cursor: the values of a few lines, or that of the chosen one of many. */
export function ReadOut({
  data,
  at,
  chosen,
  x,
}: {
  readonly data: ChartData;
  /** Where the cursor is: an index into the x of the chart. */
  readonly at: number | undefined;
  readonly chosen: number;
  readonly x: CurveAxis;
}) {
  const { lines, xs } = data;
  return (
    <p className={styles['read']} aria-hidden="true">
      {at === undefined ? (
        describeEnd(data, x)
      ) : lines.length === 1 || lines.length > FEW ? (
        describePoint(data, chosen, at, x)
      ) : (
        <>
          {describeX(xs[at] ?? 0, x)}:
          {lines.map((line, i) => {
            const point = findPoint(data, line, at);
            return (
              <span key={i} title={line.name} data-chosen={i === chosen}>
                {' '}
                <Swatch slot={line.slot} /> {point ? formatValue(point.smoothed ?? point.last) : ''}
              </span>
            );
          })}
        </>
      )}
    </p>
  );
}
