import { useMemo, useState } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { decodeCurves } from '../../../core/curves/encoding.ts';
import { formatCount, groupDigits } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import type { ChartRange } from '../../components/charts/chart-options.ts';
import { LineChart } from '../../components/charts/line-chart.tsx';
import { Swatch } from '../../components/charts/swatch.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { makeBandLines, type BandGroup, type BandLine } from './band-lines.ts';
import { listSettings } from './members.ts';
import { Part } from './part.tsx';
import type { MetricPartProps } from './part-props.ts';
import { listRankedKeys, rankRequest } from './rank-request.ts';
import { CURVE_COUNTS } from './sweep-address.ts';
import styles from './sweep-page.module.css';

/** Colours that can be told apart. */
const COLOURS = 8;

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
  const ranked = useCall('rankGroups', rankRequest(sweep, members, { where, metric, mode }), {
    keepsFormer: true,
  }).data;
  const drawn = useMemo(() => {
    const keys = ranked === undefined ? [] : listRankedKeys(ranked);
    const byKey = new Map(groups.map((group) => [group.key, group]));
    return keys.slice(0, most).flatMap((key, i): BandGroup[] => {
      const group = byKey.get(key);
      if (group === undefined) return [];
      const expIds = group.places.flatMap((place) => (isChosen[place] ? (members.expIds[place] ?? []) : []));
      return [{ name: group.name || 'all members', slot: i < COLOURS ? i + 1 : 0, expIds }];
    });
  }, [ranked, groups, most, members, isChosen]);
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
  const span = lines?.[0] && 2 ** lines[0].curve.buckets.level;
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
      {answer.error !== null && <ProblemView error={answer.error} retry={() => void answer.refetch()} />}
      {ids.length > 0 && lines === undefined && answer.error === null && (
        <Loading what={`${groupDigits(ids.length)} curves`} lines={8} />
      )}
      {lines?.length === 0 && <Empty why={`No member has values of ${metric.name} over steps.`} />}
      {lines && lines.length > 0 && (
        <div aria-busy={answer.isPlaceholderData}>
          <Legend lines={lines} />
          <div className={styles['chart']}>
            <LineChart
              label={`${metric.name}, mean by group`}
              lines={lines}
              x="step"
              scale="linear"
              isRobust={false}
              smoothing={0}
              hasEnvelope
              range={range}
              onZoom={setRange}
            />
          </div>
          {range && (
            <button type="button" onClick={() => setRange(undefined)}>
              Whole run
            </button>
          )}
          <p>
            {span !== undefined && span > 1 && `Means of ${groupDigits(span)} steps. `}
            {lines.some(({ n, fewest }) => fewest < n) &&
              'Where only some runs of a group have values, the mean is of those.'}
          </p>
        </div>
      )}
    </Part>
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
