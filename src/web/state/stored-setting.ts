import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
/** What was set while the browser keeps nothing, as in a private window. */
const unkept = new Map<string, string>();

/**
 * A setting of this browser, kept beyond the visit, and how to change it. Every part of the page that shows it follows.
 *
 * @param name without the prefix under which the browser keeps it
 */
export function useStoredSetting(name: string, usual: string): readonly [string, (value: string) => void] {
  const value = useSyncExternalStore(subscribe, () => readSetting(name) ?? usual);
  return [value, (next) => writeSetting(name, next)];
}

/** A setting of this browser outside of what is drawn. */
export function readSetting(name: string): string | undefined {
  const given = unkept.get(name);
  if (given !== undefined) return given;
  try {
    return localStorage.getItem(`sheaf.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function writeSetting(name: string, value: string): void {
  try {
    localStorage.setItem(`sheaf.${name}`, value);
  } catch {
    unkept.set(name, value);
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}
