import { useMemo } from 'react';
import type { AbsentCurve, Curve } from '../../../core/curves/curves.ts';
import type { DecodedBuckets } from '../../../core/curves/bucket-bytes.ts';
import { decodeCurves } from '../../../core/curves/encoding.ts';
import { formatCount, formatList } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import type { ChartSettings } from '../../components/chart-panels/chart-settings.ts';
import type { ChartLine } from '../../components/charts/chart-data.ts';
import { ABSENCE_WORDS } from '../../components/charts/chart-words.ts';
import { LineChart } from '../../components/charts/line-chart.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { toHref, useRoute } from '../../state/use-route.ts';
import type { ComparedRun } from './compare-address.ts';
import { askForCurves } from './first-curves.tsx';

/** A metric of several experiments: of many, first their shape, then all that a screen can show. */
export function ComparedChart({
  metric,
  runs,
  look,
  onZoom,
  onHide,
}: {
  readonly metric: string;
  readonly runs: readonly ComparedRun[];
  readonly look: ChartSettings;
  readonly onZoom: (range: ChartSettings['range']) => void;
  readonly onHide: (expId: string) => void;
}) {
  const { go } = useRoute();
  const { x, range, scale, isRobust, smoothing, hasEnvelope } = look;
  const asked = useMemo(() => askForCurves(metric, runs, { x, range }), [metric, runs, x, range]);
  const { isMany } = asked;
  const shape = useCall('curves', isMany ? asked.first : undefined, { keepsFormer: true });
  const fine = useCall('curves', isMany && shape.data === undefined ? undefined : asked.fine);
  const bytes = fine.data ?? shape.data;
  const decoded = useMemo(() => bytes && decodeCurves(bytes), [bytes]);
  const lines = useMemo(() => makeLines(runs, decoded?.curves ?? []), [runs, decoded]);
  const error = fine.error ?? shape.error;
  if (error !== null) return <ProblemView error={error} retry={() => void fine.refetch()} />;
  if (decoded === undefined || decoded.x !== x) return <Loading what={metric} lines={6} />;
  return (
    <>
      {lines.length === 0 ? (
        <p>There are no values in this part, or all are hidden.</p>
      ) : (
        <LineChart
          label={metric}
          lines={lines}
          x={x}
          scale={scale}
          isRobust={isRobust}
          smoothing={smoothing}
          hasEnvelope={hasEnvelope && !isMany}
          range={range}
          onZoom={onZoom}
          onOpen={({ curve }) => go(toHref(['x', curve.expId, 'charts']))}
          onHide={({ curve }) => onHide(curve.expId)}
        />
      )}
      {describeAbsent(decoded.absent).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </>
  );
}

/** Those without a colour of their own first, so that the others are drawn over them. */
function makeLines(runs: readonly ComparedRun[], curves: readonly Curve<DecodedBuckets>[]): ChartLine[] {
  const shown = new Map(runs.filter(({ isHidden }) => !isHidden).map((run) => [run.expId, run]));
  return curves
    .filter(({ buckets, expId }) => buckets.places.length > 0 && shown.has(expId))
    .map((curve) => ({
      name: curve.superseded ? `${curve.expId}, superseded` : curve.expId,
      slot: shown.get(curve.expId)?.slot ?? 0,
      curve,
    }))
    .toSorted((a, b) => Number(a.slot !== 0) - Number(b.slot !== 0));
}

/** Which experiments have no curve, and why. */
function describeAbsent(absent: readonly AbsentCurve[]): string[] {
  return [...Map.groupBy(absent, ({ why }) => why)].map(
    ([why, own]) =>
      `${formatCount(own.length, 'experiment')} without a curve (${formatList(own.map(({ expId }) => expId ?? 'removed'))}): ${ABSENCE_WORDS[why]}`,
  );
}
