/**
 * Spearman's rank correlation of two rows of numbers, from −1 to 1; equal numbers have the mean of their ranks. Undefined for fewer
 * than two, and if all numbers of a row are equal.
 */
export function correlateRanks(first: readonly number[], second: readonly number[]): number | undefined {
  const [a, b] = [rankNumbers(first), rankNumbers(second)];
  const middle = (a.length + 1) / 2;
  let [product, squareA, squareB] = [0, 0, 0];
  for (const [i, rank] of a.entries()) {
    const [x, y] = [rank - middle, (b[i] ?? middle) - middle];
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return squareA === 0 || squareB === 0 ? undefined : product / Math.sqrt(squareA * squareB);
}

/** The rank of each number, from 1. */
export function rankNumbers(values: readonly number[]): Float64Array {
  const order = [...values.keys()].toSorted((x, y) => (values[x] ?? 0) - (values[y] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end += 1;
    for (let i = start; i < end; i += 1) ranks[order[i] ?? 0] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}
