/** As many are shown first while one has pinned none of them. */
const USUAL = 4;

/**
 * The metrics that one has pinned: the same for all experiments of a template, on every page.
 *
 * @param kept what the browser keeps: names, a line each
 * @param names of the metrics that there are
 */
export function listPinned(kept: string, names: readonly string[]): string[] {
  const known = new Set(names);
  return kept.split('\n').filter((name) => known.has(name));
}

/** The metrics to show first: those that are pinned, or the first ones if none of them is. */
export function listFirst(kept: string, names: readonly string[]): string[] {
  const pinned = listPinned(kept, names);
  return pinned.length === 0 ? names.slice(0, USUAL) : pinned;
}

/** What the browser is to keep after a metric was pinned, or is no longer. The others stay, also those of other experiments. */
export function togglePinned(kept: string, name: string): string {
  const before = kept.split('\n').filter((each) => each !== '');
  return (before.includes(name) ? before.filter((each) => each !== name) : [...before, name]).join('\n');
}
