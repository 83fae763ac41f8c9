import { useMemo } from 'react';
import type { Curve } from '../../../../core/curves/curves.ts';
import type { DecodedBuckets } from '../../../../core/curves/bucket-bytes.ts';
import { decodeCurves } from '../../../../core/curves/encoding.ts';
import { useCall } from '../../../api/use-call.ts';
import type { ChartSettings } from '../../../components/chart-panels/chart-settings.ts';
import { ABSENCE_WORDS } from '../../../components/charts/chart-words.ts';
import type { ChartLine } from '../../../components/charts/chart-data.ts';
import { LineChart } from '../../../components/charts/line-chart.tsx';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';

/** Of a curve: about one for each pixel of a panel. More would cover each other and hide the envelope. */
const BUCKETS = 512;

/** The values of a metric of an experiment: harvested, or by its files while it runs. */
export function MetricChart({
  id,
  metric,
  isLive,
  look,
  onZoom,
}: {
  readonly id: string;
  readonly metric: string;
  readonly isLive: boolean;
  readonly look: ChartSettings;
  readonly onZoom: (range: ChartSettings['range']) => void;
}) {
  const { x, range, scale, isRobust, smoothing, hasEnvelope } = look;
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
      scale={scale}
      isRobust={isRobust}
      smoothing={smoothing}
      hasEnvelope={hasEnvelope}
      range={range}
      onZoom={onZoom}
    />
  );
}

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
