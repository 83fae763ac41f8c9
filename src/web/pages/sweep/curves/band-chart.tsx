import { formatCount, groupDigits } from '../../../../core/text/phrases.ts';
import type { ChartRange } from '../../../components/charts/chart-options.ts';
import { LineChart } from '../../../components/charts/line-chart.tsx';
import { Swatch } from '../../../components/charts/swatch.tsx';
import type { BandLine } from './band-lines.ts';
import styles from '../shared/sweep-page.module.css';

/** The means of groups over steps with their bands, their names, and what a point stands for. */
export function BandChart({
  metric,
  lines,
  range,
  onZoom,
}: {
  readonly metric: string;
  /** At least one. */
  readonly lines: readonly BandLine[];
  /** The part that is shown; undefined: all. */
  readonly range: ChartRange | undefined;
  readonly onZoom: (range: ChartRange | undefined) => void;
}) {
  const span = lines[0] && 2 ** lines[0].curve.buckets.level;
  return (
    <>
      <Legend lines={lines} />
      <div className={styles['chart']}>
        <LineChart
          label={`${metric}, mean by group`}
          lines={lines}
          x="step"
          scale="linear"
          isRobust={false}
          smoothing={0}
          hasEnvelope
          range={range}
          onZoom={onZoom}
        />
      </div>
      {range && (
        <button type="button" onClick={() => onZoom(undefined)}>
          Whole run
        </button>
      )}
      <p>
        {span !== undefined && span > 1 && `Means of ${groupDigits(span)} steps. `}
        {lines.some(({ n, fewest }) => fewest < n) &&
          'Where only some runs of a group have values, the mean is of those.'}
      </p>
    </>
  );
}

function Legend({ lines }: { readonly lines: readonly BandLine[] }) {
  const named = lines.filter(({ slot }) => slot > 0);
  return (
    <ul className={styles['legend']} aria-label="Groups">
      {named.map(({ name, slot, n, fewest }) => (
        <li key={name}>
          <Swatch slot={slot} />
          {name} (n {n}
          {fewest < n && `, at some steps ${fewest}`})
        </li>
      ))}
      {lines.length > named.length && <li>{formatCount(lines.length - named.length, 'other group')} in grey</li>}
    </ul>
  );
}
