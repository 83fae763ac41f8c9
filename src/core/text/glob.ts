/** Code points, both included; without any when `to` is less. */
export type Range = readonly [from: number, to: number];

type Token =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'char'; readonly code: number }
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: readonly Range[] };

/**
 * Compiles a glob: `*` any text, `?` one character, `[a-c]` one of a set, `[^a-c]` one outside it.
 * The whole text must match; case counts. The rules are those of SQLite's `GLOB`, so that the view
 * and this function agree: in a set, a `]` that is first or a `-` that is first or last stands for itself.
 * A set that is never closed matches nothing; see {@link isClosedGlob}. A `NUL` ends both texts in
 * SQLite but not here.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const tokens = tokenize(codePoints(pattern));
  if (tokens === undefined) return () => false;
  return (text) => matchTokens(tokens, codePoints(text));
}

/** Compiles a pattern in which only `*` is special, as for names of files and metrics, which may hold brackets. */
export function compileStars(pattern: string): (text: string) => boolean {
  return compileGlob(pattern.replace(/[[?]/g, '[$&]'));
}

/** Whether every `[` of the pattern has its `]`. */
export function isClosedGlob(pattern: string): boolean {
  return tokenize(codePoints(pattern)) !== undefined;
}

function codePoints(text: string): number[] {
  return Array.from(text.toWellFormed(), (char) => char.codePointAt(0) ?? 0);
}

const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const CARET = 0x5e;
const DASH = 0x2d;

function tokenize(codes: readonly number[]): Token[] | undefined {
  const tokens: Token[] = [];
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === STAR) tokens.push({ kind: 'any' });
    else if (code === QUESTION) tokens.push({ kind: 'one' });
    else if (code !== OPEN) tokens.push({ kind: 'char', code });
    else {
      const set = readSet(codes, i + 1, [CARET]);
      if (set === undefined) return undefined;
      tokens.push({ kind: 'set', ...set });
      i = set.close;
    }
  }
  return tokens;
}

/** A set of a glob. */
export interface GlobSet {
  /** It stands for what is not in it. */
  readonly negated: boolean;
  readonly ranges: readonly Range[];
  /** Where its `]` is. */
  readonly close: number;
}

/**
 * Reads a set whose `[` is just before `start`; undefined when it is never closed.
 *
 * @param negators the code points that negate it if they are first
 */
export function readSet(codes: readonly number[], start: number, negators: readonly number[]): GlobSet | undefined {
  const negated = negators.includes(codes[start] ?? -1);
  let i = negated ? start + 1 : start;
  const ranges: Range[] = [];
  if (codes[i] === CLOSE) {
    ranges.push([CLOSE, CLOSE]);
    i += 1;
  }
  let prior: number | undefined;
  while (i < codes.length && codes[i] !== CLOSE) {
    const code = codes[i] ?? 0;
    const to = codes[i + 1];
    if (code === DASH && prior !== undefined && to !== undefined && to !== CLOSE) {
      ranges.push([prior, to]);
      prior = undefined;
      i += 2;
    } else {
      ranges.push([code, code]);
      prior = code;
      i += 1;
    }
  }
  return i < codes.length ? { negated, ranges, close: i } : undefined;
}

/** Only the last `*` is ever tried again, so the cost is at most the product of both lengths. */
function matchTokens(tokens: readonly Token[], codes: readonly number[]): boolean {
  let [t, c] = [0, 0];
  let retry: { token: number; code: number } | undefined;
  while (c < codes.length) {
    const token = tokens[t];
    if (token?.kind === 'any') {
      t += 1;
      retry = { token: t, code: c };
    } else if (token !== undefined && matchesOne(token, codes[c] ?? 0)) {
      t += 1;
      c += 1;
    } else if (retry !== undefined) {
      retry.code += 1;
      [t, c] = [retry.token, retry.code];
    } else {
      return false;
    }
  }
  return tokens.slice(t).every((token) => token.kind === 'any');
}

function matchesOne(token: Exclude<Token, { kind: 'any' }>, code: number): boolean {
  switch (token.kind) {
    case 'one':
      return true;
    case 'char':
      return token.code === code;
    case 'set':
      return token.ranges.some(([from, to]) => from <= code && code <= to) !== token.negated;
  }
}
