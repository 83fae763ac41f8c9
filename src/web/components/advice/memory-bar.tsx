import type { CSSProperties } from 'react';
import { formatGib, PART_WORDS } from '../../../core/experiment/advice-words.ts';
import type { ChoiceJson } from '../../../json/index.ts';
import styles from './advice.module.css';

/** Less than this cannot be seen and is no figure, GiB. */
const LEAST_GIB = 0.05;

const PARTS = Object.keys(PART_WORDS) as (keyof typeof PART_WORDS)[];

/** What one GPU holds at the peak of a training step, part by part, of what a program can use there. */
export function MemoryBar({
  choice: { memory, parts_gib: parts },
}: {
  readonly choice: Pick<ChoiceJson, 'memory' | 'parts_gib'>;
}) {
  const { gib_per_gpu: gib, usable_gib: usable } = memory;
  if (gib === null) return <>unknown: {memory.basis}</>;
  const shown = parts === null ? [] : PARTS.filter((part) => parts[part] >= LEAST_GIB);
  const whole = Math.max(gib, usable ?? 0);
  return (
    <div className={styles['memory']}>
      <p>
        {formatGib(gib)} GiB on each GPU{usable === null ? '' : ` of ${formatGib(usable)} GiB that programs can use`}:{' '}
        {VERDICT_WORDS[memory.verdict]}
      </p>
      {parts !== null && (
        <>
          <div aria-hidden="true" className={styles['bar']}>
            {shown.map((part) => (
              <span key={part} data-part={part} style={{ '--share': parts[part] / whole } as CSSProperties} />
            ))}
          </div>
          <ul aria-label="Parts of the memory" className={styles['parts']}>
            {shown.map((part) => (
              <li key={part} data-part={part}>
                {PART_WORDS[part]} {formatGib(parts[part])} GiB
              </li>
            ))}
          </ul>
        </>
      )}
      <small>From {memory.basis}.</small>
    </div>
  );
}

const VERDICT_WORDS: { readonly [verdict in ChoiceJson['memory']['verdict']]: string } = {
  fits: 'fits',
  tight: 'tight, it may run out of memory',
  does_not_fit: 'does not fit',
  unknown: 'not known whether it fits',
};
