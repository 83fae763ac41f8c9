import { type AvoidedPhrase, AVOIDED } from './avoided.ts';
import { extractProse } from './prose.ts';

export interface Finding {
  /** Counted from 1. */
  readonly line: number;
  /** As it is written. */
  readonly phrase: string;
  readonly rule: AvoidedPhrase;
}

const PATTERNS: readonly (readonly [RegExp, AvoidedPhrase])[] = AVOIDED.map((rule) => [toPattern(rule.avoid), rule]);

/** The phrases of a file's prose that have a plainer replacement, in the order of their lines. */
export function findPhrases(path: string, text: string): Finding[] {
  const prose = extractProse(path, text);
  const found = PATTERNS.flatMap(([pattern, rule]) =>
    [...prose.matchAll(pattern)].map(({ 0: match, index }) => ({
      line: prose.slice(0, index).split('\n').length,
      phrase: match.trim().replaceAll(/\s+/g, ' '),
      rule,
    })),
  );
  return found.sort((a, b) => a.line - b.line);
}

/** A space in a phrase stands for any white space, a line break too. A phrase with a capital is found only with that capital. */
function toPattern(phrase: string | RegExp): RegExp {
  const source = typeof phrase === 'string' ? `\\b(?:${phrase})\\b` : phrase.source;
  const flags = typeof phrase === 'string' ? 'gi' : 'g';
  return new RegExp(source.replaceAll(' ', '\\s+'), flags);
}
