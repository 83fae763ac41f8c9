import { stripTerminal } from './terminal.ts';

/**
 * How a line of a log ends: with a newline; with a carriage return, after which a progress bar writes over it; or not yet,
 * where the file ends.
 */
export type LineEnd = 'newline' | 'return' | 'open';

/**
 * Leaves of what was written over each other, as by a progress bar, the last state that is not blank. May be called again
 * when more lines follow: the result is the same as for all lines at once.
 */
export function collapseProgress<L extends { readonly text: string; readonly ends: LineEnd }>(
  lines: readonly L[],
): L[] {
  const kept: L[] = [];
  let shown: L | undefined;
  for (const line of lines) {
    if (shown === undefined || stripTerminal(line.text).trim() !== '') shown = line;
    if (line.ends === 'return') continue;
    // What follows a blank beginning of a line may still write over what is shown.
    kept.push(line.ends === 'open' ? shown : { ...shown, ends: line.ends });
    shown = undefined;
  }
  return shown === undefined ? kept : [...kept, shown];
}
