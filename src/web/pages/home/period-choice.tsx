import { formatClockTime } from '../../../core/text/clock-time.ts';
import { Toolbar } from '../../components/toolbar.tsx';
import styles from './home.module.css';
import { PERIODS, type Period } from './since.ts';
import type { useSince } from './use-since.ts';

const TO_THE_MINUTE = '2026-01-01 12:00'.length;

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
      <span className={styles['quiet']}>from {formatClockTime(sinceMs).slice(0, TO_THE_MINUTE)}</span>
    </Toolbar>
  );
}
