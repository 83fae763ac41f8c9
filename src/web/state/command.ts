import { useEffect, useSyncExternalStore } from 'react';

let current: string | undefined;
const listeners = new Set<() => void>();

/**
 * Makes known which command gives the same as the page does, as long as the component is there.
 *
 * @param line undefined if the component has none: what a part of it made known stays
 */
export function useCommand(line: string | undefined): void {
  useEffect(() => {
    if (line === undefined) return undefined;
    publish(line);
    return () => publish(undefined);
  }, [line]);
}

/** The command that gives the same as the page of now. */
export function useCommandLine(): string | undefined {
  return useSyncExternalStore(subscribe, () => current);
}

function publish(line: string | undefined): void {
  current = line;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
