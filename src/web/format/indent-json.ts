const TOKEN = /"(?:[^"\\]|\\[^])*"?|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Deeper levels are not moved further to the right: a file may have any number of them. */
const DEEPEST = 40;

/**
 * JSON of one line with a line for each value. Each value stays as it is written, which `JSON.parse` would not leave it,
 * and the text may end anywhere.
 */
export function indentJson(text: string): string {
  let depth = 0;
  let shown = '';
  let before = '';
  const breakLine = (): string => `\n${'  '.repeat(Math.min(depth, DEEPEST))}`;
  for (const [token] of text.matchAll(TOKEN)) {
    const isEnd = token === '}' || token === ']';
    const follows = before === '{' || before === '[';
    if (isEnd) depth = Math.max(0, depth - 1);
    if (isEnd ? !follows : follows || before === ',') shown += breakLine();
    else if (before === ':') shown += ' ';
    if (token === '{' || token === '[') depth += 1;
    shown += token;
    before = token;
  }
  return shown;
}
