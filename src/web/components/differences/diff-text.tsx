import { useState } from 'react';
import { formatCount } from '../../../core/text/phrases.ts';
import styles from './diff-text.module.css';

/** A line of a text, or of what differs between two. */
export interface ShownLine {
  readonly kind: 'same' | 'added' | 'removed' | 'place' | 'about';
  readonly text: string;
}

/** So many lines are drawn at first. */
const USUAL_LINES = 1_000;

/** Lines in colours that the signs before them say, too. @param label names the block for screen readers */
export function DiffText({ lines, label }: { readonly lines: readonly ShownLine[]; readonly label: string }) {
  const [most, setMost] = useState(USUAL_LINES);
  const rest = lines.length - most;
  return (
    <>
      <pre className={styles['text']} tabIndex={0} aria-label={label} role="region">
        {lines.slice(0, most).map(({ kind, text }, i) => (
          <span key={i} data-kind={kind}>
            {text}
            {'\n'}
          </span>
        ))}
      </pre>
      {rest > 0 && (
        <p>
          {formatCount(rest, 'line')} more{' '}
          <button type="button" onClick={() => setMost(lines.length)}>
            Show all
          </button>
        </p>
      )}
    </>
  );
}
