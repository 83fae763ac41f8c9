const SHORTEST_PREFIX = 3;

/**
 * What a line must hold to come near to a rule that found nothing: the words of the metric's name, or the
 * plain text that the pattern begins with. Undefined when neither says anything.
 */
export function nearPattern(metric: string, pattern: string): RegExp | undefined {
  const words = metric.match(/[\p{L}\p{N}]+/gu)?.join('[^\\p{L}\\p{N}]*');
  const prefix = plainPrefix(pattern);
  const either = [words, prefix && escaped(prefix)].filter((part) => part !== undefined);
  return either.length === 0 ? undefined : new RegExp(either.join('|'), 'iu');
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

function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}/]/g, '\\$&');
}
