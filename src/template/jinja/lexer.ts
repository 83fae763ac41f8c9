import { makeSyntaxError } from './fault.ts';

export interface JinjaToken {
  readonly kind: 'name' | 'number' | 'string' | 'symbol' | 'end';
  /** For strings the text that they mean. */
  readonly text: string;
  readonly at: number;
}

/** A part of a template: literal text, `{{ … }}`, or `{% … %}`. Comments leave nothing. */
export type Item =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'output'; readonly tokens: readonly JinjaToken[]; readonly at: number }
  | { readonly kind: 'block'; readonly tokens: readonly JinjaToken[]; readonly at: number };

/** An item while white space is still being settled. */
type Piece =
  | { kind: 'text'; text: string; at: number }
  | {
      kind: 'output' | 'block' | 'comment';
      tokens: readonly JinjaToken[];
      at: number;
      end: number;
      before: Trim;
      after: Trim;
    };

/** `-` strips white space on that side, `+` keeps a line of its own. */
type Trim = '-' | '+' | '';

const RAW = /(\{%[-+]?\s*raw\s*[-+]?%\})([^]*?)\{%[-+]?\s*endraw\s*[-+]?%\}/y;

/** Cuts a template into its parts. @throws JinjaError */
export function tokenize(source: string): Item[] {
  return withoutSpace(piecesOf(source), source);
}

function piecesOf(source: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < source.length) {
    const open = nextTag(source, at);
    if (open > at) pieces.push({ kind: 'text', text: source.slice(at, open), at });
    if (open >= source.length) break;
    RAW.lastIndex = open;
    const [all, opening = '', text = ''] = RAW.exec(source) ?? [];
    if (all !== undefined) {
      pieces.push({ kind: 'text', text, at: open + opening.length });
      at = open + all.length;
      continue;
    }
    const piece = tagAt(source, open);
    pieces.push(piece);
    at = piece.end;
  }
  return pieces;
}

/** `${#name}` is shell, not the beginning of a comment. */
function nextTag(source: string, from: number): number {
  const tag = /\{[{%]|(?<!\$)\{#/g;
  tag.lastIndex = from;
  return tag.exec(source)?.index ?? source.length;
}

const CLOSING: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}' };
const KINDS = { '{{': 'output', '{%': 'block', '{#': 'comment' } as const;

function tagAt(source: string, at: number): Exclude<Piece, { kind: 'text' }> {
  const opening = source.slice(at, at + 2) as keyof typeof KINDS;
  const closing = CLOSING[opening] ?? '';
  const before = trimMark(source[at + 2]);
  const start = at + 2 + before.length;
  const kind = KINDS[opening];
  if (kind === 'comment') {
    const close = source.indexOf(closing, start);
    if (close < 0) throw makeSyntaxError(at, 'this comment has no end', 'close it with #}');
    return { kind, tokens: [], at, end: close + 2, before, after: trimMark(source[close - 1]) };
  }
  return { kind, at, before, ...tokensUntil(source, start, closing, at) };
}

function trimMark(char: string | undefined): Trim {
  return char === '-' || char === '+' ? char : '';
}

const TOKEN =
  /(?<space>\s+)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?<string>"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*')|(?<symbol>\*\*|\/\/|==|!=|<=|>=|[-+*/%~<>=|.,:()[\]{}])/uy;

function tokensUntil(
  source: string,
  start: number,
  closing: string,
  opened: number,
): { tokens: JinjaToken[]; end: number; after: Trim } {
  const tokens: JinjaToken[] = [];
  let depth = 0;
  let at = start;
  for (;;) {
    if (depth === 0) {
      const close = new RegExp(`([-+]?)${closing}`, 'y');
      close.lastIndex = at;
      const match = close.exec(source);
      if (match) {
        tokens.push({ kind: 'end', text: '', at });
        return { tokens, end: close.lastIndex, after: trimMark(match[1]) };
      }
    }
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(source)?.groups;
    if (groups === undefined) {
      if (at >= source.length)
        throw makeSyntaxError(
          opened,
          `this ${source.slice(opened, opened + 2)} has no end`,
          `close it with ${closing}`,
        );
      throw makeSyntaxError(
        at,
        `${JSON.stringify(String.fromCodePoint(source.codePointAt(at) ?? 0))} has no meaning inside ${source.slice(opened, opened + 2)}`,
      );
    }
    if (groups['symbol'] === '{') depth += 1;
    if (groups['symbol'] === '}') depth -= 1;
    const token = tokenOf(groups, at);
    if (token) tokens.push(token);
    at = TOKEN.lastIndex;
  }
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, at: number): JinjaToken | undefined {
  if (groups['name'] !== undefined) return { kind: 'name', text: groups['name'], at };
  if (groups['number'] !== undefined) return { kind: 'number', text: groups['number'], at };
  if (groups['string'] !== undefined) return { kind: 'string', text: unescaped(groups['string'].slice(1, -1)), at };
  if (groups['symbol'] !== undefined) return { kind: 'symbol', text: groups['symbol'], at };
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

/** As in Python: an unknown escape stays as it is. */
function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([^]))/g,
    (all: string, hex?: string, unicode?: string, char?: string) => {
      const code = hex ?? unicode;
      return code === undefined ? (ESCAPES[char ?? ''] ?? all) : String.fromCharCode(Number.parseInt(code, 16));
    },
  );
}

/**
 * Lines that hold nothing but blocks and comments vanish, so that a condition inside a command of several
 * lines leaves no empty line, which would end the command. `-` strips further, `+` keeps the line.
 */
function withoutSpace(pieces: Piece[], source: string): Item[] {
  pieces.forEach((piece, i) => {
    if (piece.kind === 'text') return;
    if (piece.before === '-') trimEnd(pieces[i - 1]);
    if (piece.after === '-') trimStart(pieces[i + 1]);
  });
  for (let i = 0; i < pieces.length; i += 1) {
    const end = endOfRun(pieces, i);
    if (end === i) continue;
    if (standsAlone(pieces[i], pieces[end - 1], source)) removeLine(pieces, i, end);
    i = end - 1;
  }
  return pieces.flatMap((piece): Item[] => {
    if (piece.kind === 'comment' || (piece.kind === 'text' && piece.text === '')) return [];
    if (piece.kind === 'text') return [{ kind: 'text', text: piece.text, at: piece.at }];
    return [{ kind: piece.kind, tokens: piece.tokens, at: piece.at }];
  });
}

function trimEnd(piece: Piece | undefined): void {
  if (piece?.kind === 'text') piece.text = piece.text.trimEnd();
}

function trimStart(piece: Piece | undefined): void {
  if (piece?.kind !== 'text') return;
  const trimmed = piece.text.trimStart();
  piece.at += piece.text.length - trimmed.length;
  piece.text = trimmed;
}

/** Blocks and comments from `start` on with only blanks between them. */
function endOfRun(pieces: readonly Piece[], start: number): number {
  let end = start;
  for (let i = start; i < pieces.length; i += 1) {
    const piece = pieces[i];
    if (piece === undefined || piece.kind === 'output') break;
    if (piece.kind === 'text') {
      if (end === start || !/^[ \t]*$/.test(piece.text)) break;
      continue;
    }
    if (piece.before === '+' || piece.after === '+') break;
    end = i + 1;
  }
  return end;
}

/** Whether there is nothing else on the lines from the first tag to the last. */
function standsAlone(first: Piece | undefined, last: Piece | undefined, source: string): boolean {
  if (first === undefined || last === undefined || last.kind === 'text') return false;
  const lineStart = source.lastIndexOf('\n', first.at - 1) + 1;
  const lineEnd = source.indexOf('\n', last.end);
  const around = source.slice(lineStart, first.at) + source.slice(last.end, lineEnd < 0 ? undefined : lineEnd);
  return /^[ \t\r]*$/.test(around);
}

function removeLine(pieces: Piece[], start: number, end: number): void {
  const before = pieces[start - 1];
  if (before?.kind === 'text') before.text = before.text.replace(/[ \t]+$/, '');
  for (const piece of pieces.slice(start, end)) if (piece.kind === 'text') piece.text = '';
  const after = pieces[end];
  if (after?.kind !== 'text') return;
  const cut = /^[ \t]*\r?\n/.exec(after.text)?.[0].length ?? 0;
  after.text = after.text.slice(cut);
  after.at += cut;
}
