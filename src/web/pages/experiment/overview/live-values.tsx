import { getBucketX } from '../../../../core/curves/buckets.ts';
import type { DecodedBuckets } from '../../../../core/curves/bucket-bytes.ts';
import { decodeCurves } from '../../../../core/curves/encoding.ts';
import { groupDigits } from '../../../../core/text/phrases.ts';
import { useCall } from '../../../api/use-call.ts';
import { formatValue } from '../../../format/numbers.ts';
import { listFirst } from '../../../state/pinned-metrics.ts';
import { useLiveFiles } from '../shared/live-files.ts';
import styles from './results.module.css';

/** Only the newest one is shown. */
const BUCKETS = 8;

/** The newest values of a running experiment, by its files. Nothing while it has written none. @param kept as `listFirst` */
export function LiveValues({ id, kept }: { readonly id: string; readonly kept: string }) {
  const names = useCall('seriesNames', { id, live: true });
  useLiveFiles(id, true);
  const metrics = listFirst(kept, names.data ?? []);
  const { data: bytes } = useCall(
    'liveCurves',
    metrics.length === 0 ? undefined : { id, metrics, x: 'step', buckets: BUCKETS, whole: true },
    { keepsFormer: true },
  );
  const curves = bytes === undefined ? [] : decodeCurves(bytes).curves.filter(({ superseded }) => !superseded);
  const newest = curves.flatMap(({ metric, buckets, extent: [, lastX] }) => {
    const found = findNewest(buckets, lastX);
    return found === undefined ? [] : [{ metric, ...found }];
  });
  if (newest.length === 0) return null;
  return (
    <ul className={styles['first']} aria-label="Newest values so far">
      {newest.map(({ metric, value, step }) => (
        <li key={metric}>
          <span className={styles['name']}>{metric}, so far</span>
          <span className={styles['value']}>{formatValue(value)}</span>
          <span className={styles['name']}>newest value, step {groupDigits(step)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The last finite value, and where it is. */
function findNewest(
  buckets: DecodedBuckets,
  lastX: number,
): { readonly value: number; readonly step: number } | undefined {
  const at = buckets.last.findLastIndex(Number.isFinite);
  const value = buckets.last[at];
  return value === undefined ? undefined : { value, step: getBucketX(buckets, at, lastX) };
}
