import { makeExcerpt } from '../../base/words.ts';
import type { TrackedValue } from './tracker.ts';

/** Adds a value. If another one has its key already, the new one counts, and a note has both. */
export function putValue(values: Map<string, TrackedValue>, key: string, value: TrackedValue, notes: string[]): void {
  const earlier = values.get(key);
  if (earlier !== undefined && !isSameValue(earlier, value)) {
    notes.push(`${key} is ${shown(earlier)} in ${earlier.file}, but ${shown(value)} in ${value.file}, which counts`);
  }
  values.set(key, value);
}

/** Whether two files tell the same. */
export function isSameValue(a: TrackedValue, b: TrackedValue): boolean {
  return a.value === b.value && a.nonfinite === b.nonfinite;
}

function shown({ value, nonfinite }: TrackedValue): string {
  return nonfinite ?? makeExcerpt(JSON.stringify(value));
}
