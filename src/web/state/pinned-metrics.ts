/** As many are pinned before one chose any. */
const USUAL = 4;

/**
 * The metrics that are shown first.
 *
 * @param kept what the browser keeps: names, a line each; empty: none was chosen yet
 * @param names of all metrics
 */
export function listPinned(kept: string, names: readonly string[]): string[] {
  if (kept === '') return names.slice(0, USUAL);
  const known = new Set(names);
  return kept.split('\n').filter((name) => known.has(name));
}

/** What the browser is to keep after a metric was pinned, or is no longer. The others stay, also those of other experiments. */
export function togglePinned(kept: string, names: readonly string[], name: string): string {
  const before = kept === '' ? names.slice(0, USUAL) : kept.split('\n');
  const after = before.includes(name) ? before.filter((each) => each !== name) : [...before, name];
  // An empty text would bring the usual ones back.
  return after.length === 0 ? '\n' : after.join('\n');
}
