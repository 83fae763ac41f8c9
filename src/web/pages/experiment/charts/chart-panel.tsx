import { useEffect, useMemo, useRef, useState } from 'react';
import type { AbsenceCause, Curve } from '../../../../core/curves/curves.ts';
import type { DecodedBuckets } from '../../../../core/curves/bucket-bytes.ts';
import { decodeCurves } from '../../../../core/curves/encoding.ts';
import { useCall } from '../../../api/use-call.ts';
import type { ChartLine } from '../../../components/charts/chart-data.ts';
import { LineChart } from '../../../components/charts/line-chart.tsx';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import type { ChartSettings } from './chart-settings.ts';
import styles from './charts-tab.module.css';

interface Props {
  readonly id: string;
  readonly metric: string;
  readonly isLive: boolean;
  readonly look: ChartSettings;
  readonly isPinned: boolean;
  readonly onPin: () => void;
  readonly onZoom: (range: ChartSettings['range']) => void;
}

/**
 * The chart of a metric, which is there only while it is on screen. Its place keeps its size: three of a third of the
 * window in each direction fit, so that with those that are partly visible at most twelve are there.
 */
export function ChartPanel({ metric, isPinned, onPin, ...chart }: Props) {
  const place = useRef<HTMLLIElement>(null);
  // Undefined until the browser has said so.
  const [isOnScreen, setOnScreen] = useState<boolean>();
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => setOnScreen(entries.at(-1)?.isIntersecting === true));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <li ref={place} className={styles['panel']} aria-busy={isOnScreen === undefined}>
      <div className={styles['title']}>
        <h3>{metric}</h3>
        <button type="button" aria-pressed={isPinned} aria-label={`Pin ${metric}`} onClick={onPin}>
          {isPinned ? '★' : '☆'}
        </button>
      </div>
      {isOnScreen === true && <MetricChart metric={metric} {...chart} />}
    </li>
  );
}

/** Of a curve: about one for each pixel of a panel. More would cover each other and hide the envelope. */
const BUCKETS = 512;

function MetricChart({ id, metric, isLive, look, onZoom }: Omit<Props, 'isPinned' | 'onPin'>) {
  const { x, range, isLog, hasEnvelope } = look;
  const part = { metrics: [metric], x, ...range, buckets: BUCKETS, whole: true };
  // A coarser line is true, too, until the finer one is there.
  const harvested = useCall('curves', isLive ? undefined : { ids: [id], ...part }, { keepsFormer: true });
  const live = useCall('liveCurves', isLive ? { id, ...part } : undefined, { keepsFormer: true });
  const answer = isLive ? live : harvested;
  const bytes = answer.data;
  const decoded = useMemo(() => bytes && decodeCurves(bytes), [bytes]);
  const lines = useMemo(() => makeLines(metric, decoded?.curves ?? []), [metric, decoded]);
  if (answer.error !== null) return <ProblemView error={answer.error} retry={() => void answer.refetch()} />;
  if (decoded === undefined || decoded.x !== x) return <Loading what={metric} lines={6} />;
  const why = decoded.absent[0]?.why;
  if (lines.length === 0) return <p>{why === undefined ? 'It has no values in this part.' : ABSENCE_WORDS[why]}</p>;
  return (
    <LineChart
      label={metric}
      lines={lines}
      x={x}
      isLog={isLog}
      hasEnvelope={hasEnvelope}
      range={range}
      onZoom={onZoom}
    />
  );
}

const ABSENCE_WORDS: { readonly [why in AbsenceCause]: string } = {
  removed: 'The experiment has been removed.',
  no_series: 'Its values were not harvested.',
  no_metric: 'It has no values of this metric.',
  no_times: 'The run did not record when it wrote these values: show them over steps.',
};

/** One colour for all: pieces that a later attempt computed again differ by their dashes. */
function makeLines(metric: string, curves: readonly Curve<DecodedBuckets>[]): ChartLine[] {
  return curves
    .filter(({ buckets }) => buckets.places.length > 0)
    .map((curve) => ({
      name: curve.superseded ? `superseded, ${curve.attempts.map(({ attempt }) => attempt).join(', ')}` : metric,
      slot: 1,
      curve,
    }));
}
