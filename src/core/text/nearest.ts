const MOST_EDITS = 2;
const MOST_SUGGESTIONS = 3;

/** The candidates that `name` begins and that are at most `more` letters longer. Case does not count. */
export function findBegun(name: string, candidates: readonly string[], more: number): string[] {
  const begin = name.toLowerCase();
  return candidates.filter((each) => each.length <= name.length + more && each.toLowerCase().startsWith(begin));
}

/**
 * The candidates that `name` was probably meant to be, at most 3: those that it begins and that are at most 2 letters
 * longer; otherwise those with the fewest edits, at most 2, or 1 if the name has 2 to 4 letters: `loss` is not taken for
 * `host`. Case and leading dashes do not count.
 */
export function findNearest(name: string, candidates: Iterable<string>): string[] {
  const wanted = name.toLowerCase();
  const letters = wanted.replace(/^-+/, '').length;
  const all = [...new Set(candidates)];
  const begun = findBegun(name, all, Math.min(MOST_EDITS, Math.floor(letters / 2)));
  if (begun.length > 0) return begun.slice(0, MOST_SUGGESTIONS);
  let fewest = Math.min(MOST_EDITS, Math.floor((letters + 1) / 3));
  let found: string[] = [];
  for (const candidate of all) {
    const edits = computeEditDistance(wanted, candidate.toLowerCase(), fewest);
    if (edits > fewest) continue;
    if (edits < fewest) found = [];
    fewest = edits;
    found.push(candidate);
  }
  return found.slice(0, MOST_SUGGESTIONS);
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
