import { formatClockTime } from '../../../core/text/clock-time.ts';
import { Toolbar } from '../../components/toolbar.tsx';
import { PERIODS, type Period } from './since.ts';
import type { useSince } from './use-since.ts';

/** Chooses since when to say what happened. */
export function PeriodChoice({ since: { period, sinceMs, choose } }: { readonly since: ReturnType<typeof useSince> }) {
  return (
    <Toolbar>
      <label>
        What happened{' '}
        <select value={period} onChange={(event) => choose(event.target.value as Period)}>
          {PERIODS.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <span>from {formatClockTime(sinceMs)}</span>
    </Toolbar>
  );
}
