import { formatClockTime } from '../../../core/text/clock-time.ts';
import { Toolbar } from '../../components/toolbar.tsx';
import { formatAge } from '../../format/times.ts';
import { useNow } from '../../state/use-now.ts';
import styles from './home.module.css';
import { PERIODS, type Period } from './since.ts';
import type { useSince } from './use-since.ts';

const TO_THE_MINUTE = '2026-01-01 12:00'.length;

/** Chooses since when to say what happened. */
export function PeriodChoice({
  since: { period, sinceMs, lookMs, choose },
}: {
  readonly since: ReturnType<typeof useSince>;
}) {
  const now = useNow();
  const looked = lookMs === undefined ? '' : `, ${formatAge(lookMs, now)}`;
  return (
    <Toolbar>
      <label>
        What happened{' '}
        <select value={period} onChange={(event) => choose(event.target.value as Period)}>
          {PERIODS.map(({ id, name }) => (
            <option key={id} value={id}>
              {id === 'look' ? name + looked : name}
            </option>
          ))}
        </select>
      </label>
      <span className={styles['quiet']}>
        {period === 'look' && lookMs === undefined
          ? 'the last 24 hours, as this is your first visit'
          : `from ${formatClockTime(sinceMs).slice(0, TO_THE_MINUTE)}`}
      </span>
    </Toolbar>
  );
}
