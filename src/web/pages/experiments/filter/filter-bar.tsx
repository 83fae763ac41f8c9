import { useEffect, useRef, useState } from 'react';
import { checkQuery, findLoneName, negateTerm, removeTerm, type QueryTerm } from '../../../../core/query/query.ts';
import { useCall } from '../../../api/use-call.ts';
import { useActions } from '../../../state/actions.ts';
import type { KnownColumn } from '../columns/column-choice.ts';
import { QueryInput } from './query-input.tsx';
import styles from './filter.module.css';

/** Milliseconds without a key after which the list follows what is typed. */
const PAUSE_MS = 300;

/** Which experiments are listed: as text, which is the truth, and as chips that edit the text. */
export function FilterBar({
  text,
  known,
  onChange,
  onLeave,
}: {
  /** As the address has it. */
  readonly text: string;
  readonly known: ReadonlyMap<string, KnownColumn>;
  /** @param isTyping another change may follow at once */
  readonly onChange: (text: string, isTyping: boolean) => void;
  /** Gives the focus back to the list. */
  readonly onLeave: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useDraft(text, onChange);
  const checked = checkQuery(draft);
  // The server knows what in the project has the name.
  const isName = draft === text && findLoneName(text) !== undefined;
  const refused = useCall('page', isName ? { where: text, columns: ['exp_id'], limit: 0 } : undefined).error;
  useActions([{ name: 'Filter the list', keys: ['/'], act: () => input.current?.focus() }]);
  const commit = (next: string): void => {
    setDraft(next);
    onChange(next, false);
  };
  return (
    <div className={styles['bar']} role="search">
      <QueryInput
        inputRef={input}
        text={draft}
        checked={checked}
        known={known}
        onType={setDraft}
        onSubmit={() => commit(draft)}
        onLeave={onLeave}
      />
      <div id="filter-problem" className={styles['problem']} aria-live="polite">
        {!checked.ok && [checked.problem.message, (refused?.problem ?? checked.problem).fix].filter(Boolean).join(': ')}
      </div>
      {checked.ok && checked.terms.length > 0 && (
        <ul className={styles['chips']} aria-label="Conditions">
          {checked.terms.map((term) => (
            <Chip
              key={`${term.at} ${term.text}`}
              term={term}
              remove={() => commit(removeTerm(draft, term.at).trim())}
              negate={() => commit(negateTerm(draft, term.at))}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function Chip({
  term,
  remove,
  negate,
}: {
  readonly term: QueryTerm;
  readonly remove: () => void;
  readonly negate: () => void;
}) {
  return (
    <li className={styles['chip']}>
      <code>{term.text}</code>
      <button type="button" title="Keep all others instead" aria-label={`not ${term.text}`} onClick={negate}>
        not
      </button>
      <button type="button" title="Remove" aria-label={`Remove ${term.text}`} onClick={remove}>
        ✕
      </button>
    </li>
  );
}

/** The text while one types: the address follows after a pause, and a change of the address from elsewhere is shown. */
function useDraft(
  text: string,
  onChange: (text: string, isTyping: boolean) => void,
): readonly [string, (text: string) => void] {
  const [draft, setDraft] = useState(text);
  const sent = useRef(text);
  const send = useRef(onChange);
  send.current = onChange;
  useEffect(() => {
    if (text === sent.current) return;
    sent.current = text;
    setDraft(text);
  }, [text]);
  useEffect(() => {
    if (draft === sent.current) return undefined;
    const timer = setTimeout(() => {
      // Enter may have sent it already.
      if (draft === sent.current) return;
      sent.current = draft;
      send.current(draft, true);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return [draft, setDraft];
}
