import { formatClockTime } from '../../../../core/text/clock-time.ts';
import type { AttemptJson } from '../../../../json/index.ts';
import { useNow } from '../../../state/use-now.ts';
import { layOutAttempts } from './time-line.ts';
import styles from './time-line.module.css';

/** More are in the tab of attempts. */
const MOST_ROWS = 30;

const DATE_CHARS = '2026-01-01 '.length;
const TIME_CHARS = '2026-01-01 12:00:00'.length;

/** `2026-11-23 14:02:07 – 15:40:00`; the second date only if it is another one. */
function formatRange([from, to]: readonly [fromMs: number, toMs: number]): string {
  const [start, end] = [from, to].map((ms) => formatClockTime(ms).slice(0, TIME_CHARS)) as [string, string];
  const isOneDay = start.slice(0, DATE_CHARS) === end.slice(0, DATE_CHARS);
  return `${start} – ${isOneDay ? end.slice(DATE_CHARS) : end}`;
}

/** What the attempts did over time: hatched while they were queued, filled while they ran; each also in words. */
export function TimeLineView({ attempts }: { readonly attempts: readonly AttemptJson[] }) {
  const now = useNow(5_000);
  const { range, rows } = layOutAttempts(attempts.slice(-MOST_ROWS), now);
  const left = attempts.length - rows.length;
  return (
    <section aria-labelledby="attempts">
      <h2 id="attempts">Attempts</h2>
      {left > 0 && (
        <p>
          The last {rows.length} of {attempts.length}; the tab Attempts has all.
        </p>
      )}
      <ol className={styles['rows']}>
        {rows.map(({ name, status, pieces, words }) => (
          <li key={name}>
            <span className={styles['name']}>{name}</span>
            <span className={styles['bar']} aria-hidden="true">
              {pieces.map(({ kind, from, to }) => (
                <span
                  key={kind}
                  data-kind={kind}
                  data-status={status}
                  style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
                />
              ))}
            </span>
            <span className={styles['words']}>{words}</span>
          </li>
        ))}
      </ol>
      {range && <p className={styles['range']}>{formatRange(range)}</p>}
    </section>
  );
}
