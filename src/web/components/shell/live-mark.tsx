import { useRef } from 'react';
import { useFreshAnswers } from '../../api/use-fresh-answers.ts';
import { useLive } from '../../api/live.ts';
import { useNow } from '../../state/use-now.ts';
import { describeLive } from './live-words.ts';
import styles from './live-mark.module.css';
import { Popover } from '../popover.tsx';

/** Whether the page follows the project, and how old what the scheduler said is. Keeps all answers on the page fresh. */
export function LiveMark() {
  useFreshAnswers();
  const live = useLive();
  const now = useNow(5_000);
  const { state, word, detail } = describeLive(live, useSince(live.connection, now), now);
  return (
    <>
      <Popover
        className={styles['mark']}
        title={`${word}. ${detail}`}
        label={
          <span className={styles['state']} data-state={state}>
            <span aria-hidden="true" className={styles['dot']} />
            {word}
          </span>
        }
      >
        {detail}
      </Popover>
      <span role="status" className={styles['spoken']}>
        {word}
      </span>
    </>
  );
}

/** When a value became what it is. */
function useSince(value: string, now: number): number {
  const kept = useRef({ value, since: now });
  if (kept.current.value !== value) kept.current = { value, since: now };
  return kept.current.since;
}
