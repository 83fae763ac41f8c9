import { escapePattern } from '../core/pattern.ts';

/** A number with a name before it, as programs print them while they train. */
export interface LogPattern {
  /** `val_acc` */
  readonly name: string;
  /** A regular expression whose group is the number. */
  readonly pattern: string;
}

/** `val_acc=0.93`, `val acc: 82.9%`, `"loss": 0.5`. */
const WITH_SIGN =
  /(?<name>[A-Za-z][\w./-]*(?: [A-Za-z][\w./-]*){0,2})(?<sign>["']?\s*[=:]\s*)(?<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\w:./-]*[A-Za-z:/])/g;

/** `train loss 2.18  val acc 82.9%`. */
const WITHOUT_SIGN =
  /(?<name>[A-Za-z][\w-]*(?: [A-Za-z][\w-]*)?)(?<sign>\s+)(?<number>[-+]?(?:\d+\.\d+|\d+(?=%))(?:[eE][-+]?\d+)?)/g;

/** Names that count, date or place the line. */
const NO_METRIC =
  /^(?:.*[ _/])?(?:step|steps|epoch|epochs|iter|iteration|batch|batches|it|eta|rank|pid|port|gpu|device|version|seed|line|at|of|in|to|is|with|for|from|and|cuda|python|took|v)$/i;

/** What comes before a name in a sentence: `training with lr=0.1`. */
const PROSE = /^.*\b(?:with|for|from|using|at|and) /i;

/** Lines that are looked at: the last ones are those of a run in full swing. */
const MOST_LINES = 5_000;

/** The numbers with names that the lines of a log have, most frequent first. */
export function logPatterns(lines: readonly string[]): LogPattern[] {
  const found = new Map<string, { readonly pattern: LogPattern; count: number }>();
  for (const line of lines.slice(-MOST_LINES)) {
    const text = line.slice(0, 2_000);
    // What has a sign is taken out first: `loss: 0.5 | val acc 93%` has one with it and one without.
    for (const match of [...text.matchAll(WITH_SIGN), ...text.replace(WITH_SIGN, '|').matchAll(WITHOUT_SIGN)]) {
      const { name: words = '', sign = '' } = match.groups ?? {};
      const name = words.replace(PROSE, '');
      const plain = name
        .trim()
        .replace(/[^\p{L}\p{N}_]+/gu, '_')
        .toLowerCase();
      if (NO_METRIC.test(name)) continue;
      const seen = found.get(plain) ?? { pattern: { name: plain, pattern: patternOf(name, sign) }, count: 0 };
      seen.count += 1;
      found.set(plain, seen);
    }
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count).map(({ pattern }) => pattern);
}

/** `val acc` with `: ` becomes `\bval acc:\s*([-+\w.]+)`; what follows the number is no part of it, and NaN is found too. */
function patternOf(name: string, sign: string): string {
  const mark = sign.trim().replace(/\s+/g, '');
  const between = mark === '' ? '\\s+' : mark === '=' ? '=\\s*' : `\\s*${escapePattern(mark)}\\s*`;
  return `\\b${escapePattern(name)}${between}([-+\\w.]+)`;
}
