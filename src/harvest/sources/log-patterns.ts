import { escapePattern } from '../../core/settings/pattern.ts';

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

/** What comes before a name in running text: `training with lr=0.1`. */
const PROSE = /^.*\b(?:with|for|from|using|at|and) /i;

/** Lines that are read: the last ones are those of a run in full swing. */
const MOST_LINES = 5_000;

/** A word that counts and its number: `Epoch 3`, `step: 40`, `[iter 7/100]`. */
const STEP = /\b(?<word>epoch|step|iteration|iter)\b(?<between>[ :=[]{1,5})(?<number>\d{1,15})\b/gi;

/** `[003/040]`, or the same at the start of a line. */
const COUNTER = /(?:^|\[)\s*(?<number>\d{1,15})\s*\/\s*\d+\b/g;

/** The numbers with names that the lines of a log have, most frequent first; with the step before each, if it has one. */
export function logPatterns(lines: readonly string[]): LogPattern[] {
  const found = new Map<string, Seen>();
  for (const line of lines.slice(-MOST_LINES)) {
    const text = line.slice(0, 2_000);
    // What has a sign is taken out first: `loss: 0.5 | val acc 93%` has one with it and one without.
    const signless = text.replace(WITH_SIGN, (match) => '|'.repeat(match.length));
    for (const match of [...text.matchAll(WITH_SIGN), ...signless.matchAll(WITHOUT_SIGN)]) {
      const { name: words = '', sign = '' } = match.groups ?? {};
      const name = words.replace(PROSE, '');
      const plain = name
        .trim()
        .replace(/[^\p{L}\p{N}_]+/gu, '_')
        .toLowerCase();
      if (NO_METRIC.test(name)) continue;
      const step = stepBefore(text.slice(0, match.index));
      const seen = found.get(plain);
      if (seen === undefined) found.set(plain, { name: plain, pattern: patternOf(name, sign), count: 1, step });
      else found.set(plain, { ...seen, count: seen.count + 1, step: goesOn(seen.step, step) ? step : undefined });
    }
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count).map(withStep);
}

interface Step {
  /** The regular expression that finds it, with a group `step`. */
  readonly pattern: string;
  readonly at: number;
}

interface Seen extends LogPattern {
  readonly count: number;
  /** That of the last line; undefined when a line had none, or one that starts to count again. */
  readonly step: Step | undefined;
}

/** The last one in a line counts finest; one with a word says what it counts. */
function stepBefore(text: string): Step | undefined {
  const { word, number } = [...text.matchAll(STEP)].at(-1)?.groups ?? {};
  if (word !== undefined) return { pattern: `\\b${word}\\b\\W+(?<step>\\d+)`, at: Number(number) };
  const counter = [...text.matchAll(COUNTER)].at(-1);
  if (counter === undefined) return undefined;
  const before = counter[0].trimStart().startsWith('[') ? '\\[' : '^';
  return { pattern: `${before}\\s*(?<step>\\d+)\\s*/`, at: Number(counter.groups?.['number']) };
}

function goesOn(before: Step | undefined, now: Step | undefined): boolean {
  return before !== undefined && now !== undefined && now.pattern === before.pattern && now.at > before.at;
}

/** A single value makes no curve. */
function withStep({ name, pattern, count, step }: Seen): LogPattern {
  return {
    name,
    pattern: step === undefined || count < 2 ? pattern : `${step.pattern}.*?${pattern}`,
  };
}

/** `val acc` with `: ` becomes `\bval acc:\s*([-+\w.]+)`; what follows the number is no part of it, and NaN is found too. */
function patternOf(name: string, sign: string): string {
  const mark = sign.trim().replace(/\s+/g, '');
  const between = mark === '' ? '\\s+' : mark === '=' ? '=\\s*' : `\\s*${escapePattern(mark)}\\s*`;
  return `\\b${escapePattern(name)}${between}([-+\\w.]+)`;
}
