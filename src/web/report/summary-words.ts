import { STATUSES } from '../../core/experiment/status.ts';
import { formatMean } from '../../core/stats/format-summary.ts';
import { formatCount, formatList, groupDigits } from '../../core/text/phrases.ts';
import type { ReportData } from '../../server/index.ts';
import { nameGroup } from '../pages/sweep/rank-table.tsx';

/** The report in a few sentences: how many runs, the best of the groups, what failed. */
export function summarizeReport(data: ReportData): string {
  return [describeRuns(data), describeBest(data), describeFailures(data)].filter((each) => each !== '').join(' ');
}

function describeRuns({ progress: { total, counts } }: ReportData): string {
  const parts = STATUSES.toReversed().flatMap((status) => {
    const n = counts[status] ?? 0;
    return n === 0 ? [] : [`${groupDigits(n)} ${status}`];
  });
  return `${formatCount(total, 'run')}: ${parts.join(', ')}.`;
}

function describeBest({ ranked, metric = '', mode }: ReportData): string {
  const summary = ranked?.columns[0]?.summaries?.[0];
  if (ranked === undefined || summary?.mean === undefined) return '';
  const tied = ranked.ranks.filter((rank) => rank === 1).length;
  const better = mode === 'min' ? 'lowest' : 'highest';
  const names = Array.from({ length: tied }, (_, i) => nameGroup(ranked, i) ?? '').filter((name) => name !== '');
  const value = formatMean(summary);
  if (tied > 1) {
    const each = formatList(names.map((name) => `(${name})`));
    return `${formatCount(tied, 'group')} tie for the ${better} mean ${metric}, ${formatMean({ n: 1, mean: summary.mean })}: ${each}.`;
  }
  const where = names.map((name) => ` with ${name}`).join('');
  return summary.n === 1
    ? `The ${better} ${metric} is ${value}, of one run${where}.`
    : `The ${better} mean ${metric} is ${value} (mean ± std, n = ${summary.n} runs)${where}.`;
}

function describeFailures({ failures, progress: { counts } }: ReportData): string {
  const total = counts.failed ?? 0;
  if (total === 0) return '';
  const reasons = Map.groupBy(
    failures,
    ({ diagnosis, note, cause }) => diagnosis?.says ?? note ?? cause ?? 'unknown cause',
  );
  const [most] = [...reasons].toSorted(([, a], [, b]) => b.length - a.length);
  if (most === undefined) return '';
  const [reason, same] = most;
  const failed = formatCount(total, 'run');
  return reasons.size === 1 && same.length === total
    ? `${failed} failed: ${reason}.`
    : `${failed} failed; the most frequent reason (${groupDigits(same.length)}): ${reason}.`;
}

/** `3 runs tie for the best value.`; empty if only one run has it. @param values the best one first */
export function describeTies(values: readonly number[]): string {
  const tied = values.filter((value) => value === values[0]).length;
  return tied < 2 ? '' : `${formatCount(tied, 'run')} tie for the best value.`;
}
