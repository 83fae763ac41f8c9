import type { RefinedCause } from '../experiment/cause.ts';
import type { Line } from './log.ts';

/** What a rule says of a failure, from what it found. */
export type RuleWords = string | ((found: RuleMatch) => string | undefined);

/** One kind of failure, and the words of a program by which it is known. */
export interface Rule {
  /** Permanent: scripts may match on it. */
  readonly code: string;
  readonly cause?: RefinedCause;
  /** Tried on the joined lines of an exception, otherwise on single lines. */
  readonly pattern: RegExp;
  /** Only with one of these exit codes. */
  readonly exits?: readonly number[];
  /** A line anywhere in the log that says it better; what it captures counts, too. */
  readonly better?: RegExp;
  readonly says: RuleWords;
  /** What to try. */
  readonly fix?: RuleWords;
  /** The file or module that it is about. */
  readonly about?: (found: RuleMatch) => string | undefined;
  /** It follows from what happened to another process: something else in the log comes first. */
  readonly consequence?: true;
}

export interface RuleMatch {
  /** What the patterns captured, by name. */
  readonly groups: { readonly [name: string]: string | undefined };
  /** The whole text that matched. */
  readonly text: string;
  /** The innermost line of the user's own code: `train.py:12`. */
  readonly place?: string;
}

export interface Match {
  readonly rule: Rule;
  readonly line: Line;
  readonly found: RuleMatch;
}

export function applyRuleWords(words: RuleWords, found: RuleMatch): string | undefined {
  return typeof words === 'string' ? words : words(found);
}

/** ` (train.py:12)`, to put behind what happened there. */
export function formatPlace({ place }: RuleMatch): string {
  return place === undefined ? '' : ` (${place})`;
}

/** The first rule that fits these lines, taken together. */
export function matchTogether(
  rules: readonly Rule[],
  lines: readonly [Line, ...Line[]],
  all: readonly Line[],
  place: string | undefined,
): Match | undefined {
  const text = lines.map((line) => line.text).join('\n');
  for (const rule of rules) {
    const match = rule.pattern.exec(text);
    if (match === null) continue;
    const line = lines[text.slice(0, match.index).split('\n').length - 1] ?? lines[0];
    return withBetter(rule, line, match, all, place);
  }
  return undefined;
}

/** The first rule that fits any of these lines; of several lines the last one. */
export function matchAny(rules: readonly Rule[], lines: readonly Line[], all: readonly Line[]): Match | undefined {
  for (const rule of rules) {
    const line = lines.findLast(({ text }) => rule.pattern.test(text));
    const match = line && rule.pattern.exec(line.text);
    if (line && match) return withBetter(rule, line, match, all, undefined);
  }
  return undefined;
}

function withBetter(
  rule: Rule,
  line: Line,
  match: RegExpExecArray,
  all: readonly Line[],
  place: string | undefined,
): Match {
  const better = rule.better && all.find(({ text }) => rule.better?.test(text));
  const groups = { ...match.groups, ...(better && rule.better?.exec(better.text)?.groups) };
  const found = { groups, text: match[0], ...(place === undefined ? {} : { place }) };
  return { rule, line: better ?? line, found };
}
