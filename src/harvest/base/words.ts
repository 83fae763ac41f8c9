import type { MissingMetric, MissingReason } from '../../core/experiment/metric.ts';
import { findNearest } from '../../core/text/nearest.ts';
import { groupDigits } from '../../core/text/phrases.ts';
import type { FoundValue, Missing } from './source.ts';

/** Names shown before "and more". */
const MOST_NAMES = 20;
const LONGEST_EXCERPT = 120;

/**
 * A metric that is missing.
 *
 * @param said in words, with the file and the place that was read
 */
export function makeMissing(
  reason: MissingReason,
  said: string,
  hints: Pick<MissingMetric, 'near' | 'fix'> = {},
): Missing {
  return { missing: { reason, said, ...hints } };
}

/** Text of a run's file, on one line, without control characters, at most 120 characters long. */
export function makeExcerpt(text: string): string {
  const start = text
    .slice(0, LONGEST_EXCERPT)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();
  return text.length > LONGEST_EXCERPT ? `${start} ...` : start;
}

/** Notes as one; undefined when there is none. */
export function joinHarvestNotes(...notes: readonly (string | undefined)[]): string | undefined {
  const known = notes.filter((note) => note !== undefined);
  return known.length === 0 ? undefined : known.join('; ');
}

/** A value with further notes behind its own. */
export function withNotes(found: FoundValue, ...notes: readonly (string | undefined)[]): FoundValue {
  const note = joinHarvestNotes(found.note, ...notes);
  return note === undefined ? found : { ...found, note };
}

/**
 * What a name was probably meant to be, as a fix; nothing when no name is similar.
 *
 * @param shown how a name is to be written
 */
export function suggestNear(
  name: string,
  known: readonly string[],
  shown: (name: string) => string = (each) => each,
): Pick<MissingMetric, 'fix'> {
  const near = findNearest(name, known).map((each) => shown(each));
  return near.length === 0 ? {} : { fix: `did you mean ${near.join(' or ')}?` };
}

/** `a, b, c`, or the first 20 `and 5 more`. */
export function formatNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(makeExcerpt).join(', ');
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${shown} and ${groupDigits(more)} more` : shown;
}
