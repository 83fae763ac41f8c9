import { formatAge, formatTime, toMs } from '../format/times.ts';
import { useNow } from '../state/use-now.ts';

/** A time of a document: how long ago it is, and on hover and for copying the time itself. Nothing for nothing. */
export function Moment({ at }: { readonly at: string | null | undefined }) {
  const now = useNow();
  const ms = toMs(at);
  if (ms === undefined || !at) return null;
  return (
    <time dateTime={at} title={formatTime(at)}>
      {formatAge(ms, now)}
    </time>
  );
}
