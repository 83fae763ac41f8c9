import { formatCount } from '../../core/text/phrases.ts';
import { useCall } from '../api/use-call.ts';
import { toHref } from '../state/use-route.ts';

/** Why something waits. A job of this project that it waits for leads to its experiments. */
export function WaitWords({ text }: { readonly text: string }) {
  const [all = text, before = '', job] = /^(.*?\bjob (\d+(?:_\d+)?))(?![\w.])/su.exec(text) ?? [];
  // Ids of jobs are used again: only one that has not ended can be waited for.
  const where = `(job = "${job}" or job ~ "${job}_*") and status in (queued, running)`;
  const { data } = useCall('page', job === undefined ? undefined : { where, columns: ['exp_id'], limit: 1 });
  const id = data?.expIds[0];
  if (data === undefined || !id) return text;
  return (
    <>
      {before} (
      {data.total === 1 ? (
        <a href={toHref(['x', id])}>{id}</a>
      ) : (
        <a href={toHref(['x'], { q: where })}>{formatCount(data.total, 'experiment')}</a>
      )}
      ){text.slice(all.length)}
    </>
  );
}
