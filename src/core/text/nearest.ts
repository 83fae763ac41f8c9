const MOST_EDITS = 2;
const MOST_SUGGESTIONS = 3;

/**
 * The candidates that `name` was probably meant to be: those with the fewest edits, at most 3 of them, at most 2 edits
 * away and not more than half the name. Of these, those that it begins, if there are any. Case does not count.
 */
export function findNearest(name: string, candidates: Iterable<string>): string[] {
  const wanted = name.toLowerCase();
  let fewest = Math.min(MOST_EDITS, Math.floor(wanted.length / 2));
  let found: string[] = [];
  for (const candidate of new Set(candidates)) {
    const edits = computeEditDistance(wanted, candidate.toLowerCase(), fewest);
    if (edits > fewest) continue;
    if (edits < fewest) found = [];
    fewest = edits;
    found.push(candidate);
  }
  const begun = found.filter((candidate) => candidate.toLowerCase().startsWith(wanted));
  return (begun.length > 0 ? begun : found).slice(0, MOST_SUGGESTIONS);
}

/** `did you mean learning_rate?`, or `fallback` when nothing is near. */
export function suggestName(name: string, candidates: Iterable<string>, fallback: string): string {
  const near = findNearest(name, candidates);
  return near.length === 0 ? fallback : `did you mean ${near.join(' or ')}?`;
}

/**
 * How many letters must be put in, taken out, replaced or swapped with their neighbour to make `b` of `a`.
 * Beyond `limit` the answer is only known to be above it.
 */
export function computeEditDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : Infinity;
      row.push(Math.min(replaced, at(last, j) + 1, at(row, j - 1) + 1, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
