import { Autocomplete } from '@base-ui/react/autocomplete';
import { useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { completeQuery, type CheckedQuery } from '../../../../core/query/query.ts';
import { useCall } from '../../../api/use-call.ts';
import type { KnownColumn } from '../columns/column-choice.ts';
import { applySuggestion, findValueField, listSuggestions, type Suggestion } from './suggestions.ts';
import styles from './filter.module.css';

/** The text of the filter, with what may come next, and a line under what is wrong. */
export function QueryInput({
  inputRef,
  text,
  checked,
  known,
  onType,
  onSubmit,
  onLeave,
}: {
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly text: string;
  readonly checked: CheckedQuery;
  readonly known: ReadonlyMap<string, KnownColumn>;
  readonly onType: (text: string) => void;
  /** Enter was pressed. */
  readonly onSubmit: () => void;
  /** Escape was pressed while nothing is open. */
  readonly onLeave: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [scrolled, setScrolled] = useState(0);
  const [caret, setCaret] = useState(text.length);
  const wanted = useRef<number>(undefined);
  const suggestions = useSuggestions(isOpen, text, caret, known);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    inputRef.current?.setSelectionRange(wanted.current, wanted.current);
    setCaret(wanted.current);
    wanted.current = undefined;
  }, [text, inputRef]);

  const isShown = isOpen && suggestions.length > 0;
  const choose = (suggestion: Suggestion): void => {
    const applied = applySuggestion(text, completeQuery(text, caret), suggestion);
    wanted.current = applied.caret;
    onType(applied.text);
    // What comes next is asked at once: an operator behind a field.
    setOpen(true);
  };
  return (
    <Autocomplete.Root
      // The popup of the library would hide the rest of the page from screen readers while one types.
      inline
      mode="none"
      items={suggestions}
      value={text}
      open={isShown}
      onOpenChange={(open, { reason }) => setOpen(open || reason === 'item-press')}
      onValueChange={(value, { reason }) => {
        if (reason === 'item-press') return;
        setCaret(inputRef.current?.selectionStart ?? value.length);
        setOpen(true);
        onType(value);
      }}
      itemToStringValue={(suggestion: Suggestion) => suggestion.text}
    >
      <Autocomplete.InputGroup className={styles['field']}>
        <Underline text={text} checked={checked} scrolled={scrolled} />
        <Autocomplete.Input
          ref={inputRef}
          className={styles['input']}
          aria-label="Filter"
          aria-expanded={isShown}
          aria-invalid={!checked.ok}
          aria-describedby="filter-problem"
          placeholder="status = failed and lr < 0.01"
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? text.length)}
          onScroll={({ currentTarget }) => setScrolled(currentTarget.scrollLeft)}
          onFocus={(event) => {
            // The library would choose again what was chosen when the focus left: Enter would take it.
            event.preventBaseUIHandler();
            setOpen(true);
          }}
          onBlur={() => setOpen(false)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              // The library would empty the field.
              event.preventBaseUIHandler();
              if (isShown) setOpen(false);
              else onLeave();
            }
            if (event.key !== 'Enter' || event.currentTarget.getAttribute('aria-activedescendant')) return;
            setOpen(false);
            onSubmit();
          }}
        />
        {isShown && (
          // The field keeps the focus when a choice is pressed.
          <div className={styles['popup']} onMouseDown={(event) => event.preventDefault()}>
            <Autocomplete.List aria-label="What may come next">
              {(suggestion: Suggestion) => (
                <Autocomplete.Item
                  key={suggestion.text}
                  value={suggestion}
                  className={styles['suggestion']}
                  onClick={() => choose(suggestion)}
                >
                  <code>{suggestion.text}</code>
                  <span className={styles['note']}>{suggestion.note}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </div>
        )}
      </Autocomplete.InputGroup>
    </Autocomplete.Root>
  );
}

function useSuggestions(
  isOpen: boolean,
  text: string,
  caret: number,
  known: ReadonlyMap<string, KnownColumn>,
): Suggestion[] {
  const completion = useMemo(() => completeQuery(text, caret), [text, caret]);
  const field = isOpen ? findValueField(completion) : undefined;
  const { data } = useCall(
    'values',
    field === undefined || !known.has(field)
      ? undefined
      : { field, prefix: completion.typed, ...(completion.where === '' ? {} : { where: completion.where }) },
    { keepsFormer: true },
  );
  return useMemo(
    () => listSuggestions(completion, { fields: [...known.values()], values: field === undefined ? undefined : data }),
    [completion, known, field, data],
  );
}

/** The same text behind the field, which shows only the line under what is wrong. */
function Underline({
  text,
  checked,
  scrolled,
}: {
  readonly text: string;
  readonly checked: CheckedQuery;
  readonly scrolled: number;
}) {
  if (checked.ok) return null;
  const { at, end } = checked;
  return (
    <div aria-hidden="true" className={styles['behind']}>
      <span style={{ marginLeft: -scrolled }}>
        {text.slice(0, at)}
        <span className={styles['wrong']}>{text.slice(at, end) || ' '}</span>
      </span>
    </div>
  );
}
