import { useEffect, useState } from 'react';

/** What was on screen at each step of the browser's history, as long as the page is open. */
const memories = new Map<string, Map<string, unknown>>();
let made = 0;

/** What the state of a step that the page makes must have, so that the step is known again. */
export function newEntry(): { readonly entry: string } {
  made += 1;
  return { entry: `${performance.timeOrigin}-${made}` };
}

/** What is remembered of the step of the history that is shown now; a link gives it no name yet. */
function getMemory(): Map<string, unknown> {
  const state = history.state as { readonly entry?: string } | null;
  const entry = state?.entry ?? newEntry().entry;
  if (state?.entry === undefined) history.replaceState({ ...state, entry }, '');
  const memory = memories.get(entry) ?? new Map<string, unknown>();
  memories.set(entry, memory);
  return memory;
}

export function remember(name: string, value: unknown): void {
  getMemory().set(name, value);
}

export function recall(name: string): unknown {
  return getMemory().get(name);
}

/** State of a page that is there again after a step back to it, and that no link needs: which row is active. */
export function useEntryState<T>(name: string, usual: T): readonly [T, (next: T | ((now: T) => T)) => void] {
  const [value, setValue] = useState<T>(() => (recall(name) as T | undefined) ?? usual);
  useEffect(() => remember(name, value));
  return [value, setValue];
}
