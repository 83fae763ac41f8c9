import type { Acted } from '../../app/index.ts';
import { actedJson } from '../../json/index.ts';
import { type Answer, exitCodeOf } from '../shell/answer.ts';
import { count, some } from '../shell/words.ts';

/** The report of a command that acts on several experiments. */
export interface ActedWords {
  /** `Cancelled` */
  readonly done: string;
  readonly next?: readonly string[];
}

export function actedAnswer(acted: Acted, { done, next = [] }: ActedWords): Answer {
  return {
    data: actedJson(acted),
    text: () =>
      [acted.done.length > 0 ? `${done} ${named(acted.done)}\n` : '', ...skippedLines(acted.skipped)].join('') ||
      (acted.failed.length === 0 ? NONE_FITS : ''),
    problems: acted.failed.map(({ problem }) => problem),
    warnings: acted.warnings,
    next: acted.done.length > 0 ? next : [],
    exitCode: exitCodeOf(acted.failed.length, acted.failed.length + acted.done.length),
  };
}

/** A query without matches is not an error, but worth a message. */
export const NONE_FITS = 'Nothing to do: no experiments match\n';

function named(ids: readonly string[]): string {
  return ids.length <= 3 ? ids.join(', ') : `${count(ids.length, 'experiment')}: ${some(ids)}`;
}

/** `Nothing to do for a, b: is archived already`, grouped by reason. */
export function skippedLines(skipped: readonly { readonly expId: string; readonly why: string }[]): string[] {
  const byReason = Map.groupBy(skipped, ({ why }) => why);
  return [...byReason].map(([why, members]) => {
    const names = some(members.map(({ expId }) => expId));
    return `Nothing to do for ${names}${why === '' ? '' : `: ${why}`}\n`;
  });
}
