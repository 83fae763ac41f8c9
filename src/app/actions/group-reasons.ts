import { formatCount, formatList } from '../../core/text/phrases.ts';

/** Reasons that are listed. */
const MOST_REASONS = 10;

/** Why experiments stayed as they were, a line for each reason: `lr1, lr2, lr3 and 9 more: completed already`. */
export function groupReasons(items: readonly { readonly expId: string; readonly why: string }[]): string[] {
  const groups = [...Map.groupBy(items, ({ why }) => why)];
  const shown = groups
    .slice(0, MOST_REASONS)
    .map(([why, same]) => `${formatList(same.map(({ expId }) => expId))}: ${why}`);
  const left = groups.slice(MOST_REASONS).reduce((sum, [, same]) => sum + same.length, 0);
  return left === 0 ? shown : [...shown, `and ${formatCount(left, 'more', 'more')} left as before`];
}
