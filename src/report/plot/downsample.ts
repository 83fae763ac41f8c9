/**
 * Which points to draw so that a line of many looks the same: the first, the last, the lowest and the highest of each of
 * `most / 4` equal ranges of x (M4: Jugel et al., VLDB 2014), and a point that is no number where a gap must show. All
 * points when there are no more than `most`.
 *
 * @param xs never falling
 * @returns rising indices
 */
export function choosePointsToDraw(xs: readonly number[], ys: readonly (number | undefined)[], most: number): number[] {
  if (xs.length <= most) return xs.map((_, i) => i);
  const [first = 0, last = 0] = [xs[0], xs.at(-1)];
  const parts = Math.max(1, Math.floor(most / 4));
  const partOf = (i: number): number =>
    last > first ? Math.min(parts - 1, Math.floor((((xs[i] ?? 0) - first) / (last - first)) * parts)) : 0;
  const chosen: number[] = [];
  for (let start = 0, end = 0; start < xs.length; start = end) {
    const part = partOf(start);
    while (end < xs.length && partOf(end) === part) end += 1;
    chosen.push(...extremes(ys, start, end));
  }
  return chosen;
}

function extremes(ys: readonly (number | undefined)[], start: number, end: number): number[] {
  let [low, high, gap] = [-1, -1, -1];
  for (let i = start; i < end; i += 1) {
    const y = ys[i];
    if (y === undefined || !Number.isFinite(y)) {
      if (gap < 0) gap = i;
      continue;
    }
    if (low < 0 || y < (ys[low] ?? y)) low = i;
    if (high < 0 || y > (ys[high] ?? y)) high = i;
  }
  const all = [start, low, high, gap, end - 1].filter((i) => i >= 0);
  return [...new Set(all)].toSorted((a, b) => a - b);
}
