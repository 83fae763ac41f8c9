import type { Difference } from '../../../../core/stats/rank-groups.ts';
import { describeSignificance, formatBetween, formatMean } from '../../../../core/stats/format-summary.ts';
import type { Summary } from '../../../../core/stats/statistics.ts';
import { formatCount, formatList } from '../../../../core/text/phrases.ts';
import type { Api } from '../../../../server/index.ts';
import { signDifference } from '../../../format/numbers.ts';
import type { Spread } from './group-settings.ts';

export type GroupLine = Api['groups']['answer']['groups'][number];

/** The mean of a group with its spread, without n. */
export function writeSpread(summary: Summary, spread: Spread): string {
  const { mean, std, sem, ci95, min, max } = summary;
  if (mean === undefined) return '';
  if (spread === 'range' && min !== undefined && max !== undefined) return formatBetween(mean, [min, max]);
  if (std === undefined) return formatMean(summary);
  if (spread === 'ci' && ci95 !== undefined) return formatBetween(mean, ci95);
  return formatMean(spread === 'sem' ? { ...summary, std: sem ?? std } : summary);
}

/** A difference to the baseline, with its interval if there is one. */
export function writeDifference({ difference, ci95 }: Difference): string {
  if (difference === undefined) return '';
  const text = ci95 === undefined ? String(Number(difference.toPrecision(4))) : formatBetween(difference, ci95);
  return signDifference(difference, text);
}

/** How many values a group and the baseline have, and whether runs of them have not ended. */
interface Compared {
  readonly n: number;
  readonly reference: number;
  readonly isInterim: boolean;
}

/** Whether a difference to the baseline is more than chance. */
export function writeSignificance({ pHolm }: Difference, { n, reference, isInterim }: Compared): string {
  return `${describeSignificance(pHolm, [n, reference])}${isInterim ? ', interim' : ''}`;
}

/** The same in words. @param tests how many groups were tested */
export function explainDifference(
  { difference, ci95, p, pHolm }: Difference,
  { n, reference, tests, isInterim }: Compared & { readonly tests: number },
): string {
  if (difference === undefined) return 'not compared with the baseline: one of them has no value';
  const counts = `${n} and ${formatCount(reference, 'value')}`;
  if (ci95 === undefined || p === undefined || pHolm === undefined)
    return `difference to the baseline ${difference}; ${counts} are too few for a test, or do not vary`;
  return (
    `difference to the baseline ${difference}, 95 % interval ${ci95[0]} to ${ci95[1]}; ${counts}; ` +
    `Welch's test: p ${pHolm} after Holm's correction for ${formatCount(tests, 'test')} (${p} before)` +
    (isInterim ? '; interim: runs have not ended' : '')
  );
}

/** Runs of a group that have not ended. */
export function countUnfinished({ statuses }: Pick<GroupLine, 'statuses'>): number {
  return (statuses.created ?? 0) + (statuses.queued ?? 0) + (statuses.running ?? 0);
}

/** `3 runs`; `2 runs, seed 3 is missing`. */
export function writeRuns({ n, missingSeeds }: Pick<GroupLine, 'n' | 'missingSeeds'>): string {
  const runs = formatCount(n, 'run');
  if (missingSeeds.length === 0) return runs;
  return `${runs}, ${formatList(missingSeeds)} ${missingSeeds.length === 1 ? 'is' : 'are'} missing`;
}
