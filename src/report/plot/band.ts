import type { Summary } from '../../core/statistics.ts';

export const BANDS = ['std', 'sem', 'ci95', 'minmax', 'none'] as const;

/** What is drawn around a mean. */
export type Band = (typeof BANDS)[number];

/** As the figure says it. */
export const BAND_WORDS: Readonly<Record<Band, string>> = {
  std: '± 1 standard deviation',
  sem: '± 1 standard error',
  ci95: '95 % interval of the mean (t)',
  minmax: 'lowest to highest',
  none: 'none',
};

/** The ends of the band around the mean of these values; undefined where there is none, as for one value alone. */
export function spread(
  { n, mean, std, ...more }: Summary & { readonly ci95?: readonly [number, number] },
  values: readonly number[],
  band: Band,
): readonly [number, number] | undefined {
  if (band === 'none' || mean === undefined || std === undefined) return undefined;
  if (band === 'minmax') return [Math.min(...values), Math.max(...values)];
  if (band === 'ci95') return more.ci95;
  const half = band === 'sem' ? std / Math.sqrt(n) : std;
  return [mean - half, mean + half];
}
