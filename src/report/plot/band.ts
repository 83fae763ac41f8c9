import type { Summary } from '../../core/stats/statistics.ts';

/** Names for `--band`. */
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

/** The ends of the band around a mean; undefined when there is none, as for one value alone. */
export function computeBand(
  { mean, std, sem, ci95, min, max }: Summary,
  band: Band,
): readonly [low: number, high: number] | undefined {
  if (mean === undefined || std === undefined || sem === undefined || min === undefined || max === undefined)
    return undefined;
  switch (band) {
    case 'std':
      return [mean - std, mean + std];
    case 'sem':
      return [mean - sem, mean + sem];
    case 'ci95':
      return ci95;
    case 'minmax':
      return [min, max];
    case 'none':
      return undefined;
  }
}
