/** What texts have in common, in whole lines: at their beginning, at their end, and the longest block between. */
export interface SharedText {
  readonly head: string;
  readonly middle: string;
  readonly tail: string;
}

export const NOTHING_SHARED: SharedText = { head: '', middle: '', tail: '' };

/** Of a single text nothing is taken: it would only stand elsewhere. */
export function findSharedText(texts: readonly string[]): SharedText {
  const [first = '', ...others] = texts;
  if (others.length === 0) return NOTHING_SHARED;
  const start = others.reduce((same, text) => (text.startsWith(same) ? same : sameStart(same, text)), first);
  const head = start.slice(0, start.lastIndexOf('\n') + 1);
  // What is in the head cannot be in the tail as well, of the shortest text either.
  const end = others.reduce((same, text) => {
    const rest = text.slice(head.length);
    return rest.endsWith(same) ? same : sameEnd(same, rest);
  }, first.slice(head.length));
  const lineEnd = end.indexOf('\n');
  const tail = lineEnd === -1 ? '' : end.slice(lineEnd + 1);
  return { head, middle: sameBlock(texts.map((text) => between(text, { head, tail }))), tail };
}

/** What is left of a text without what it shares with others: one part, or what is before and after the middle. */
export function removeShared(text: string, shared: SharedText): readonly string[] {
  const { middle } = shared;
  const rest = between(text, shared);
  const at = middle === '' ? -1 : placeOf(middle, rest);
  return at === -1 ? [rest] : [rest.slice(0, at), rest.slice(at + middle.length)];
}

function between(text: string, { head, tail }: Pick<SharedText, 'head' | 'tail'>): string {
  return text.slice(head.length, text.length - tail.length);
}

/** The place of whole lines in a text; -1 when they are not in it. */
function placeOf(lines: string, text: string): number {
  if (text.startsWith(lines)) return 0;
  const before = text.indexOf(`\n${lines}`);
  return before === -1 ? -1 : before + 1;
}

/** The longest block of lines that all texts have; almost all have the same one, so that few are compared line by line. */
function sameBlock([first = '', ...others]: readonly string[]): string {
  return others.reduce(
    (block, text) => (block === '' || placeOf(block, text) !== -1 ? block : longestBlock(block, text)),
    first,
  );
}

function longestBlock(a: string, b: string): string {
  const [ours, theirs] = [linesOf(a), linesOf(b)];
  let [best, bestStart, bestEnd] = [0, 0, 0];
  // The length of the run that ends in this line of ours and each of theirs.
  let runs: number[] = [];
  for (const [i, line] of ours.entries()) {
    runs = theirs.map((other, j) => (other === line ? (runs[j - 1] ?? 0) + line.length : 0));
    for (const [j, length] of runs.entries()) {
      if (length <= best) continue;
      [best, bestEnd] = [length, i + 1];
      bestStart = startOfRun(ours, theirs, i, j);
    }
  }
  return ours.slice(bestStart, bestEnd).join('');
}

function startOfRun(ours: readonly string[], theirs: readonly string[], i: number, j: number): number {
  let length = 0;
  while (length <= Math.min(i, j) && ours[i - length] === theirs[j - length]) length += 1;
  return i - length + 1;
}

/** With their line breaks; what follows the last one is no whole line. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n/g) ?? [];
}

function sameStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

function sameEnd(a: string, b: string): string {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length += 1;
  return a.slice(a.length - length);
}
