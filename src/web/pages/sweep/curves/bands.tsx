import { useMemo, useState } from 'react';
import { commandOf } from '../../../../core/command/command-of.ts';
import { decodeCurves } from '../../../../core/curves/encoding.ts';
import { groupDigits } from '../../../../core/text/phrases.ts';
import { useCall } from '../../../api/use-call.ts';
import type { ChartRange } from '../../../components/charts/chart-options.ts';
import { Empty } from '../../../components/empty.tsx';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { Toolbar } from '../../../components/toolbar.tsx';
import { BandChart } from './band-chart.tsx';
import { LinesChoice } from './lines-choice.tsx';
import { chooseBandGroups, makeBandLines } from './band-lines.ts';
import { listSettings } from '../shared/members.ts';
import { Part } from '../shared/part.tsx';
import type { MetricPartProps } from '../shared/part-props.ts';
import { listRankedKeys, rankRequest } from '../shared/rank-request.ts';
import { CURVE_COUNTS } from '../shared/sweep-address.ts';

/** The metric over steps: the mean of each of the best groups, with a band. */
export function Bands({
  sweep,
  members,
  groups,
  chosen: { where, isChosen },
  address,
  change,
  metric,
  mode,
}: MetricPartProps) {
  const { curves: most, band } = address;
  const ranking = useCall('rankGroups', rankRequest(sweep, members, { where, metric, mode }), { keepsFormer: true });
  const ranked = ranking.data;
  const drawn = useMemo(
    () =>
      ranked === undefined ? [] : chooseBandGroups(listRankedKeys(ranked).slice(0, most), groups, members, isChosen),
    [ranked, groups, most, members, isChosen],
  );
  const ids = useMemo(() => drawn.flatMap(({ expIds }) => expIds), [drawn]);
  const [range, setRange] = useState<ChartRange>();
  const answer = useCall(
    'curves',
    ids.length === 0 ? undefined : { ids, metrics: [metric.name], ...range, buckets: 256, whole: true },
    { keepsFormer: true },
  );
  const bytes = answer.data;
  const lines = useMemo(
    () => (bytes === undefined ? undefined : makeBandLines(drawn, decodeCurves(bytes).curves, band)),
    [bytes, drawn, band],
  );
  return (
    <Part
      title={`${metric.name} over steps, mean by group`}
      command={commandOf({
        command: 'plot',
        metric: metric.label,
        sweep: sweep.summary.name,
        ...(where !== '' && { where }),
        groupBy: listSettings(members).map(({ label }) => label),
        band,
        output: 'curves.svg',
      })}
    >
      <Toolbar>
        <LinesChoice lines="groups" change={change} />
        <label>
          Groups{' '}
          <select value={most} onChange={({ target }) => change({ n: target.value })}>
            {CURVE_COUNTS.map((count) => (
              <option key={count} value={count}>
                the best {count}
              </option>
            ))}
          </select>
        </label>
        <label>
          Band{' '}
          <select value={band} onChange={({ target }) => change({ band: target.value })}>
            <option value="minmax">lowest to highest run</option>
            <option value="std">mean ± standard deviation</option>
          </select>
        </label>
      </Toolbar>
      {mode === undefined && <Empty why={`Nothing says which values of ${metric.name} are better. Choose it above.`} />}
      {[ranking, answer].map(
        ({ error, refetch }, i) => error !== null && <ProblemView key={i} error={error} retry={() => void refetch()} />,
      )}
      {ranked === undefined && ranking.error === null && mode !== undefined && <Loading what="the groups" lines={8} />}
      {ids.length > 0 && lines === undefined && answer.error === null && (
        <Loading what={`${groupDigits(ids.length)} curves`} lines={8} />
      )}
      {lines?.length === 0 && <Empty why={`No member has values of ${metric.name} over steps.`} />}
      {lines && lines.length > 0 && (
        <div aria-busy={answer.isPlaceholderData}>
          <BandChart metric={metric.name} lines={lines} range={range} onZoom={setRange} />
        </div>
      )}
    </Part>
  );
}
