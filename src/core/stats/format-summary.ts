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

/** `0.031` with 2 significant digits; `< 0.001`. */
export function formatP(p: number): string {
  return p < 0.001 ? '< 0.001' : String(Number(p.toPrecision(STD_DIGITS)));
}

function countDecimals(spread: number): number {
  return Math.max(0, STD_DIGITS - 1 - Math.floor(Math.log10(spread)));
}

/** Not too many digits for a table. */
function isPlain(decimals: number, ...numbers: readonly number[]): boolean {
  return decimals <= 8 && numbers.every((number) => Math.abs(number) < 1e9);
}
