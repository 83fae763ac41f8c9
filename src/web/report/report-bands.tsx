import { useMemo, useState } from 'react';
import { decodeCurves } from '../../core/curves/encoding.ts';
import { groupDigits } from '../../core/text/phrases.ts';
import type { ReportData } from '../../server/index.ts';
import type { ChartRange } from '../components/charts/chart-options.ts';
import { Empty } from '../components/empty.tsx';
import { Toolbar } from '../components/toolbar.tsx';
import { BandChart } from '../pages/sweep/curves/band-chart.tsx';
import { chooseBandGroups, makeBandLines } from '../pages/sweep/curves/band-lines.ts';
import type { MemberGroup } from '../pages/sweep/shared/members.ts';
import { Part } from '../pages/sweep/shared/part.tsx';
import { listRankedKeys } from '../pages/sweep/shared/rank-request.ts';
import { CURVE_COUNTS, type BandKind } from '../pages/sweep/shared/sweep-address.ts';

/** The metric over steps: the mean of each of the best groups, with a band, from the curves in the file. */
export function ReportBands({
  data: { metric = '', ranked, curves, members },
  groups,
}: {
  readonly data: ReportData;
  readonly groups: readonly MemberGroup[];
}) {
  const [most, setMost] = useState<number>(CURVE_COUNTS[0]);
  const [band, setBand] = useState<BandKind>('minmax');
  const [range, setRange] = useState<ChartRange>();
  const decoded = useMemo(() => (curves === undefined ? [] : decodeCurves(readBase64(curves.base64)).curves), [curves]);
  const kept = curves?.groups ?? 0;
  const lines = useMemo(() => {
    const keys = ranked === undefined ? [] : listRankedKeys(ranked).slice(0, Math.min(most, kept));
    const drawn = chooseBandGroups(
      keys,
      groups,
      members,
      members.expIds.map(() => true),
    );
    return makeBandLines(drawn, decoded, band);
  }, [ranked, kept, most, groups, members, decoded, band]);
  const counts = CURVE_COUNTS.filter((_, i) => i === 0 || (CURVE_COUNTS[i - 1] ?? 0) < kept);
  return (
    <Part title={`${metric} over steps, mean by group`} command={undefined}>
      {lines.length === 0 ? (
        <Empty why={`No run of these groups has values of ${metric} over steps on record.`} />
      ) : (
        <>
          <Toolbar>
            <label>
              Groups{' '}
              <select value={most} onChange={({ target }) => setMost(Number(target.value))}>
                {counts.map((count) => (
                  <option key={count} value={count}>
                    the best {Math.min(count, kept)}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Band{' '}
              <select value={band} onChange={({ target }) => setBand(target.value === 'std' ? 'std' : 'minmax')}>
                <option value="minmax">lowest to highest run</option>
                <option value="std">mean ± standard deviation</option>
              </select>
            </label>
          </Toolbar>
          <BandChart metric={metric} lines={lines} range={range} onZoom={setRange} />
          <p>
            {kept < (ranked?.total ?? 0) &&
              `Only the best ${groupDigits(kept)} of ${groupDigits(ranked?.total ?? 0)} groups have their curves in this file. `}
            {curves?.points !== undefined &&
              `Curves have at most ${groupDigits(curves.points)} points each, so that the file stays small.`}
          </p>
        </>
      )}
    </Part>
  );
}

function readBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
