import type { Summary } from './statistics.ts';

const MEAN_DIGITS = 4;
const STD_DIGITS = 2;

/** `0.7741 ± 0.0021`: the deviation with 2 significant digits and the mean as precise; a mean alone with 4, or all of an integer. */
export function formatMean({ mean, std }: Summary): string {
  if (mean === undefined) return '';
  if (std === undefined || std === 0)
    return String(Number.isSafeInteger(mean) ? mean : Number(mean.toPrecision(MEAN_DIGITS)));
  const decimals = countDecimals(std);
  return isPlain(decimals, mean, std)
    ? `${mean.toFixed(decimals)} ± ${std.toFixed(decimals)}`
    : `${mean.toPrecision(MEAN_DIGITS)} ± ${std.toPrecision(STD_DIGITS)}`;
}

/** `0.7741 (0.7720 to 0.7762)`: a number between two bounds, as precise as 2 significant digits of the distance of these. */
export function formatBetween(value: number, [low, high]: readonly [low: number, high: number]): string {
  const decimals = countDecimals(high - low);
  const write = (number: number): string =>
    isPlain(decimals, low, high) ? number.toFixed(decimals) : number.toPrecision(MEAN_DIGITS);
  return low === high ? formatMean({ n: 1, mean: value }) : `${write(value)} (${write(low)} to ${write(high)})`;
}

/** The highest p that counts as significant. */
const LEVEL = 0.05;

/**
 * Whether the means of two groups differ by more than chance: `not significant (p = 0.21, n = 5 and 5)`. With fewer than two
 * values in a group it says that there are too few seeds.
 *
 * @param p of a test of the difference, corrected if several were made; undefined if no test was possible
 * @param counts how many values each group has; for a paired test how many pairs there are
 */
export function describeSignificance(p: number | undefined, counts: readonly [number, number] | number): string {
  const [a, b] = typeof counts === 'number' ? [counts, counts] : counts;
  const isFew = Math.min(a, b) < 2;
  const n = typeof counts === 'number' ? `${a} ${a === 1 ? 'pair' : 'pairs'}` : `${a} and ${b}`;
  if (isFew) return `too few seeds to tell (n = ${typeof counts !== 'number' && a === b ? a : n})`;
  if (p === undefined) return `no test: the values do not vary (n = ${n})`;
  return `${p <= LEVEL ? 'significant' : 'not significant'} (p ${formatP(p)}, n = ${n})`;
}

/** `= 0.031` with 2 significant digits, or as many as show on which side of the level it is; `< 0.001`. */
function formatP(p: number): string {
  if (p < 0.001) return '< 0.001';
  const short = Number(p.toPrecision(STD_DIGITS));
  return `= ${short === LEVEL && p !== LEVEL ? p.toPrecision(4) : short}`;
}

function countDecimals(spread: number): number {
  return Math.max(0, STD_DIGITS - 1 - Math.floor(Math.log10(spread)));
}

/** Not too many digits for a table. */
function isPlain(decimals: number, ...numbers: readonly number[]): boolean {
  return decimals <= 8 && numbers.every((number) => Math.abs(number) < 1e9);
}
