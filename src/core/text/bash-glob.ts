import { readSet, type Range } from './glob.ts';

/** A part of a name in a pattern. */
export type GlobPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `*`, `?`, a set, or `+([0-9])`, as a regular expression. */
  | { readonly kind: 'star' | 'one' | 'set' | 'digits'; readonly source: string };

/** A name in a pattern; `tree` is `**`: any number of folders. */
export type GlobName =
  | { readonly kind: 'plain'; readonly name: string }
  | { readonly kind: 'tree' }
  | { readonly kind: 'glob'; readonly parts: readonly GlobPart[]; readonly fits: (name: string) => boolean };

/** A pattern of paths. */
export interface PathGlob {
  readonly isAbsolute: boolean;
  readonly names: readonly GlobName[];
  /** It ends in `/`. */
  readonly wantsFolder: boolean;
}

/** One or more digits, where bash has `extglob` on. */
export const DIGITS = '+([0-9])';

/**
 * Reads a pattern of paths as bash does with `globstar` and `extglob` in the locale C: `*`, `?` and sets stand for no `/`
 * and no dot at the start of a name; `**` as a whole name stands for folders, without those that links lead to. Of the
 * patterns of `extglob`, only {@link DIGITS} has a meaning here. `?` stands for one character, not for one byte.
 */
export function parsePathGlob(pattern: string): PathGlob {
  const names = pattern.split('/').filter((name) => name !== '' && name !== '.');
  return { isAbsolute: pattern.startsWith('/'), names: names.map(parseName), wantsFolder: pattern.endsWith('/') };
}

function parseName(name: string): GlobName {
  if (name === '**') return { kind: 'tree' };
  const parts = readParts(name);
  if (parts.every((part) => part.kind === 'text')) {
    return { kind: 'plain', name: parts.map((part) => (part.kind === 'text' ? part.text : '')).join('') };
  }
  const hidden = parts[0]?.kind === 'text' ? '' : String.raw`(?!\.)`;
  const expression = new RegExp(`^${hidden}${parts.map(toSource).join('')}$`, 'su');
  return { kind: 'glob', parts, fits: (text) => expression.test(text) };
}

/** The regular expression of a part of a name. */
export function toSource(part: GlobPart): string {
  return part.kind === 'text' ? escapeText(part.text) : part.source;
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

const SETS: Readonly<Record<string, string>> = {
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  alpha: 'A-Za-z',
  alnum: 'A-Za-z0-9',
};

const BANG = 0x21;
const CARET = 0x5e;

function readParts(name: string): GlobPart[] {
  const written = name.replace(/(?<=\[[!^]?)\[:([a-z]+):\]/g, (all, set: string) => SETS[set] ?? all);
  const chars = Array.from(written);
  const codes = chars.map((char) => char.codePointAt(0) ?? 0);
  const parts: GlobPart[] = [];
  let text = '';
  const add = (part: GlobPart): void => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
    parts.push(part);
  };
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i] ?? '';
    const set = char === '[' ? readSet(codes, i + 1, [BANG, CARET]) : undefined;
    if (chars.slice(i, i + DIGITS.length).join('') === DIGITS) {
      add({ kind: 'digits', source: '([0-9]+)' });
      i += DIGITS.length - 1;
    } else if (set !== undefined) {
      add({ kind: 'set', source: setSource(set.ranges, set.negated) });
      i = set.close;
    } else if (char === '*') {
      // As few as fit, so that what follows gets all of its digits.
      add({ kind: 'star', source: '[^/]*?' });
    } else if (char === '?') {
      add({ kind: 'one', source: '[^/]' });
    } else {
      if (char === '\\' && i + 1 < chars.length) i += 1;
      text += chars[i] ?? '';
    }
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

function setSource(ranges: readonly Range[], negated: boolean): string {
  const code = (point: number): string => String.raw`\u{${point.toString(16)}}`;
  const source = ranges.flatMap(([from, to]) => (from <= to ? [`${code(from)}-${code(to)}`] : [])).join('');
  // Without ranges, `[]` stands for nothing and `[^]` for everything.
  return negated ? `[^/${source}]` : `[${source}]`;
}
