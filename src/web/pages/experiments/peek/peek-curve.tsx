import type { ShowJson } from '../../../../json/index.ts';
import { useCall } from '../../../api/use-call.ts';
import { EncodedSparkline } from '../../../components/sparkline/encoded-sparkline.tsx';
import { listFirst } from '../../../state/pinned-metrics.ts';
import { useStoredSetting } from '../../../state/stored-setting.ts';

/** As many points as there is room for. */
const BUCKETS = 120;

/** The way of the first metric that was harvested, a pinned one before others; nothing if there is none. */
export function PeekCurve({ shown }: { readonly shown: ShowJson }) {
  const [kept] = useStoredSetting(`pinned.${shown.template}`, '');
  const [metric] = listFirst(kept, Object.keys(shown.results));
  const { data } = useCall(
    'curves',
    metric === undefined ? undefined : { ids: [shown.exp_id], metrics: [metric], buckets: BUCKETS },
  );
  return data === undefined || metric === undefined ? null : (
    <EncodedSparkline bytes={data} expId={shown.exp_id} metric={metric} />
  );
}
