import { getBucketX } from '../../../core/curves/buckets.ts';
import type { DecodedCurves } from '../../../core/curves/encoding.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import { formatValue } from '../../format/numbers.ts';
import styles from './sparkline.module.css';

type Drawn = Pick<DecodedCurves['curves'][number], 'metric' | 'extent' | 'points' | 'buckets'>;

/** In units of the drawing, which is stretched to its place. */
const [WIDTH, HEIGHT] = [100, 20];

/** The way of a metric in the space of a word: its line from the first to the last step, without axes. */
export function Sparkline({ curve }: { readonly curve: Drawn }) {
  const runs = listRuns(curve);
  const values = [...curve.buckets.last].filter(Number.isFinite);
  return (
    <svg
      role="img"
      aria-label={describe(curve, values)}
      className={styles['line']}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {runs.map((points) => (
        <polyline key={points} points={points} vectorEffect="non-scaling-stroke" />
      ))}
    </svg>
  );
}

function describe({ metric, points }: Drawn, values: readonly number[]): string {
  const [first, last] = [values[0], values.at(-1)];
  const count = formatCount(points, 'value');
  return first === undefined
    ? `${metric}: no finite value of ${count}`
    : `${metric}: from ${formatValue(first)} to ${formatValue(last)}, ${count}`;
}

/** The line as texts of points, in pieces where values are not finite. */
function listRuns({ buckets, extent: [from, to] }: Drawn): string[] {
  const finite = buckets.last.filter(Number.isFinite);
  const [low, high] = [
    finite.reduce((a, b) => Math.min(a, b), Infinity),
    finite.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const place = (i: number): string => {
    const x = to === from ? WIDTH / 2 : ((getBucketX(buckets, i, to) - from) / (to - from)) * WIDTH;
    const y = high === low ? HEIGHT / 2 : 1 + ((high - (buckets.last[i] ?? 0)) / (high - low)) * (HEIGHT - 2);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  const runs: string[][] = [[]];
  buckets.last.forEach((value, i) => {
    if (Number.isFinite(value)) runs.at(-1)?.push(place(i));
    else runs.push([]);
  });
  // A line of one point has no length: it is drawn to itself as a dot.
  return runs.flatMap((run) => (run.length === 0 ? [] : [(run.length === 1 ? [...run, ...run] : run).join(' ')]));
}
