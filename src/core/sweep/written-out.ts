/** More values are not written out: a sweep of them is a mistake. */
const MOST_VALUES = 1_000;

/**
 * Writes ranges of whole numbers out, for people who type `1..5` where values have commas between them: `1,2,3,4,5`. Both
 * ends count. Anything else stays as it is.
 */
export function writeRangesOut(text: string): string {
  // Commas inside these do not separate.
  return /[[{'"]/.test(text) ? text : text.split(',').map(writeOut).join(',');
}

function writeOut(part: string): string {
  const [, from, to] = /^\s*(-?\d+)\.\.(-?\d+)\s*$/.exec(part) ?? [];
  if (from === undefined || to === undefined) return part;
  const [low, high] = [Number(from), Number(to)];
  if (!Number.isSafeInteger(low) || high < low || high - low >= MOST_VALUES) return part;
  return Array.from({ length: high - low + 1 }, (_, i) => low + i).join(',');
}
