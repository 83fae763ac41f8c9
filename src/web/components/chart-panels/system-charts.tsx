import { useMemo } from 'react';
import { decodeCurves, type DecodedCurves } from '../../../core/curves/encoding.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import type { SystemCurves } from '../../../server/index.ts';
import { useCall } from '../../api/use-call.ts';
import { nameUsage } from '../../format/gpu-words.ts';
import type { ChartLine } from '../charts/chart-data.ts';
import { LineChart } from '../charts/line-chart.tsx';
import { Empty } from '../empty.tsx';
import { Loading } from '../loading.tsx';
import { ProblemView } from '../problem-view.tsx';
import { ChartPanel } from './chart-panel.tsx';
import styles from './chart-panels.module.css';
import type { ChartSettings } from './chart-settings.ts';

/** About one for each pixel of a panel. */
const BUCKETS = 512;

/** What experiments used of cores, memory and GPUs, on the x of their curves. */
export function SystemCharts({
  ids,
  lineOf,
  look,
  onZoom,
}: {
  readonly ids: readonly string[];
  /** How the curves of an experiment look. The same function as long as nothing changed. */
  readonly lineOf: (expId: string) => Pick<ChartLine, 'name' | 'slot'>;
  readonly look: ChartSettings;
  readonly onZoom: (range: ChartSettings['range']) => void;
}) {
  const { x, range } = look;
  const answer = useCall('systemCurves', { ids, x, ...range, buckets: BUCKETS }, { keepsFormer: true });
  const decoded = useMemo(() => answer.data && decodeCurves<SystemCurves>(answer.data), [answer.data]);
  const charts = useMemo(() => (decoded === undefined ? [] : makeCharts(decoded, lineOf)), [decoded, lineOf]);
  return (
    <section aria-label="System use">
      <h2>System use</h2>
      {answer.error !== null ? (
        <ProblemView error={answer.error} retry={() => void answer.refetch()} />
      ) : decoded === undefined || decoded.x !== x ? (
        <Loading what="what they used" lines={6} />
      ) : (
        <>
          {charts.length === 0 && <Empty why={explainNothing(decoded)} />}
          {charts.length > 0 && decoded.absent.length > 0 && (
            <p>
              {formatCount(new Set(decoded.absent.map(({ key }) => key)).size, 'experiment')} without a curve: when it
              wrote its values is not known.
            </p>
          )}
          <ul className={styles['panels']}>
            {charts.map(({ metric, unit, lines }) => (
              <ChartPanel key={metric} metric={nameUsage(metric)} note={unit}>
                {() => <LineChart label={nameUsage(metric)} lines={lines} {...look} onZoom={onZoom} />}
              </ChartPanel>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

type Decoded = DecodedCurves<SystemCurves>;

interface SystemChart {
  readonly metric: string;
  readonly unit: string;
  readonly lines: readonly ChartLine[];
}

/** Those without a colour of their own are drawn first. */
function makeCharts(
  { curves, units }: Decoded,
  lineOf: (expId: string) => Pick<ChartLine, 'name' | 'slot'>,
): SystemChart[] {
  const drawn = curves.filter(({ buckets }) => buckets.places.length > 0);
  return [...Map.groupBy(drawn, ({ metric }) => metric)].map(([metric, own]) => ({
    metric,
    unit: units[metric] ?? '',
    lines: own
      .map((curve): ChartLine => ({ ...lineOf(curve.expId), curve }))
      .toSorted((a, b) => Number(a.slot !== 0) - Number(b.slot !== 0)),
  }));
}

function explainNothing({ absent, curves }: Decoded): string {
  if (curves.length > 0) return 'Nothing was measured in this part.';
  return absent.length > 0
    ? 'When the run wrote its values is not known, so these measurements have no place on this axis. Choose time above.'
    : 'Nothing was measured. The monitor of a job samples at its start and every 30 seconds, or as the key monitor of its template says.';
}
