import { escapePattern } from '../../core/settings/pattern.ts';

const SHORTEST_PREFIX = 3;

/**
 * What a line must hold to come near to a rule that found nothing: the words of the metric's name, or the
 * plain text that the pattern begins with. Undefined when neither says anything.
 */
export function suggestPattern(metric: string, pattern: string): RegExp | undefined {
  const words = metric.match(/[\p{L}\p{N}]+/gu)?.join('[^\\p{L}\\p{N}]*');
  const prefix = plainPrefix(pattern);
  const either = [words, prefix && escapePattern(prefix)].filter((part) => part !== undefined);
  return either.length === 0 ? undefined : new RegExp(either.join('|'), 'iu');
}

/**
 * A text that every match of a pattern has in it, literally; undefined when none is certain. To search for it first
 * need not try the pattern on all other lines.
 */
export function getCertainText(pattern: string): string | undefined {
  // With a flag in front the case of letters may not count; an alternative outside of brackets makes nothing certain.
  if (pattern.startsWith('(?') || hasFreeAlternative(pattern)) return undefined;
  return plainPrefix(pattern.replace(/^(?:\\b|\\s[*+]?)/, ''));
}

/** Whether a `|` stands outside of all groups and sets. */
function hasFreeAlternative(pattern: string): boolean {
  const inner = pattern.replace(/\\[^]/g, '').replace(/\[\^?\]?[^\]]*\]/g, '');
  let depth = 0;
  for (const char of inner) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === '|' && depth === 0) return true;
  }
  return false;
}

/** The words before the first character with a meaning of its own: `val_acc` of `val_acc: (\S+)`. */
function plainPrefix(pattern: string): string | undefined {
  const body = pattern.replace(/^\(\?\w+\)/, '').replace(/^(?:\^|\\A)/, '');
  const plain = /^(?:[^\\^$.|?*+()[\]{}]|\\[^A-Za-z0-9])*/.exec(body)?.[0] ?? '';
  // What a "?" or "*" follows need not be there.
  const certain = /^[?*{]/.test(body.slice(plain.length)) ? plain.replace(/(?:\\[^]|[^])$/, '') : plain;
  const text = certain.replace(/\\([^])/g, '$1').replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return text.length < SHORTEST_PREFIX ? undefined : text;
}
