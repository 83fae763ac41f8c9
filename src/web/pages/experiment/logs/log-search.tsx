import { useRef, useState } from 'react';
import { formatCount } from '../../../../core/text/phrases.ts';
import { stripTerminal } from '../../../../core/text/terminal.ts';
import { formatBytes } from '../../../../core/units.ts';
import type { Api } from '../../../../server/index.ts';
import { useCall } from '../../../api/use-call.ts';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { SearchField } from '../../../components/search-field.tsx';
import { Toolbar } from '../../../components/toolbar.tsx';
import { useActions } from '../../../state/actions.ts';
import styles from './log-lines.module.css';
import { markHits } from './mark-hits.ts';
import { Marked } from './marked.tsx';
import type { LogPlace } from './log-place.ts';

/** Finds the lines of the log that hold a text, in both cases of letters. */
export function LogSearch({
  log,
  text,
  onSearch,
  onOpen,
}: {
  readonly log: LogPlace['log'];
  /** What is looked for; empty for nothing. */
  readonly text: string;
  readonly onSearch: (text: string) => void;
  readonly onOpen: (at: number) => void;
}) {
  const [typed, setTyped] = useState(text);
  const field = useRef<HTMLInputElement>(null);
  const focusField = (): void => field.current?.focus();
  useActions([{ name: 'Search the log', keys: ['/'], act: focusField }]);
  const found = useCall('logSearch', text === '' ? undefined : { ...log, text });
  return (
    <section aria-label="Search in the log">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(typed);
        }}
      >
        <Toolbar>
          <SearchField label="Search the log" text={typed} onChange={setTyped} inputRef={field} />
          <button type="submit">Search</button>
          {text !== '' && (
            <button
              type="button"
              onClick={() => {
                setTyped('');
                onSearch('');
                focusField();
              }}
            >
              Close
            </button>
          )}
          <span role="status">{text !== '' && found.data && !found.isPlaceholderData && describe(found.data)}</span>
        </Toolbar>
      </form>
      {text === '' ? null : found.error !== null ? (
        <ProblemView error={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Loading what="the log" />
      ) : (
        <Hits hits={found.data.hits} text={text} onOpen={onOpen} />
      )}
    </section>
  );
}

type Found = Api['logSearch']['answer'];

function describe({ hits, hasMore }: Found): string {
  return hasMore ? `The first ${formatCount(hits.length, 'line')}; there are more.` : formatCount(hits.length, 'line');
}

function Hits({
  hits,
  text,
  onOpen,
}: {
  readonly hits: Found['hits'];
  readonly text: string;
  readonly onOpen: (at: number) => void;
}) {
  if (hits.length === 0) return null;
  return (
    <ul className={styles['hits']} aria-label="Lines that were found">
      {hits.map((hit) => (
        <li key={hit.at}>
          <button type="button" onClick={() => onOpen(hit.at)}>
            {hit.line === undefined ? `at ${formatBytes(hit.at)}` : `line ${hit.line}`}
          </button>{' '}
          <code>
            <Marked spans={markHits([{ text: stripTerminal(hit.text), classes: '' }], text)} />
          </code>
        </li>
      ))}
    </ul>
  );
}
