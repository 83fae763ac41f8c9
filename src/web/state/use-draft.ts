import { useEffect, useRef, useState } from 'react';

/** Milliseconds without a key after which what is typed counts. */
const PAUSE_MS = 400;

/** What is being typed, how to change it, and how to let it count at once. */
export type DraftState = readonly [draft: string, change: (text: string) => void, send: () => void];

/** A text that is typed, or moved by a slider, and counts after a pause. If the given one changes elsewhere, it takes its place. */
export function useDraft(given: string, onSend: (text: string) => void): DraftState {
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
    onSend(text);
  };
  const latest = useRef(send);
  latest.current = send;
  useEffect(() => {
    const timer = setTimeout(() => latest.current(draft), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return [draft, setDraft, () => send(draft)];
}
