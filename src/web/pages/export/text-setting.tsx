import { useEffect, useRef, useState } from 'react';
import { useSetting } from '../../state/use-setting.ts';

/** The list of all columns, parameters and metrics, which fields propose. */
export const KNOWN_NAMES = 'known-names';

/** Milliseconds without a key after which the preview follows what is typed. */
const PAUSE_MS = 400;

/** A text of the address. */
export function TextSetting({
  name,
  label,
  placeholder,
  isName = false,
  size = 20,
}: {
  /** In the address. */
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  /** Names of columns are proposed. */
  readonly isName?: boolean;
  /** Characters. */
  readonly size?: number;
}) {
  const [given = '', change] = useSetting(name, undefined);
  const [draft, setDraft] = useState(given);
  const sent = useRef(given);
  useEffect(() => {
    if (given === sent.current) return;
    sent.current = given;
    setDraft(given);
  }, [given]);
  const send = (text: string): void => {
    if (text === sent.current) return;
    sent.current = text;
    change(text === '' ? undefined : text);
  };
  const latest = useRef(send);
  latest.current = send;
  useEffect(() => {
    const timer = setTimeout(() => latest.current(draft), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return (
    <label>
      {label}
      <input
        value={draft}
        size={size}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        {...(isName ? { list: KNOWN_NAMES } : {})}
        onChange={({ target }) => setDraft(target.value)}
        onBlur={() => send(draft)}
        onKeyDown={({ key }) => {
          if (key === 'Enter') send(draft);
        }}
      />
    </label>
  );
}
