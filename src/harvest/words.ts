import type { MissingMetric, MissingReason } from '../core/metric.ts';
import { grouped } from '../core/number-text.ts';
import type { Finding } from './source.ts';

/** Names shown before "and more". */
const MOST_NAMES = 20;
const LONGEST_EXCERPT = 120;

export function missing(
  reason: MissingReason,
  said: string,
  hints: Pick<MissingMetric, 'near' | 'fix'> = {},
): { readonly missing: MissingMetric } & Finding {
  return { missing: { reason, said, ...hints } };
}

/** Text of a run's file, on one line, without control characters, at most 120 characters long. */
export function excerpt(text: string): string {
  const start = text
    .slice(0, LONGEST_EXCERPT)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();
  return text.length > LONGEST_EXCERPT ? `${start} ...` : start;
}

/** `a, b, c`, or the first 20 `and 5 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(excerpt).join(', ');
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${shown} and ${grouped(more)} more` : shown;
}
