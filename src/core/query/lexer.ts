import { WORD } from './syntax.ts';
import { makeQueryError } from './problem.ts';

/** `word` is bare, `name` stood in backticks, `string` in quotes. Offsets count UTF-16 units from 0. */
export interface QueryToken {
  readonly kind: 'word' | 'name' | 'string' | 'operator' | '(' | ')' | ',' | 'end';
  /** Without quotes. */
  readonly text: string;
  readonly at: number;
  /** Behind its last character. */
  readonly end: number;
}

const OPERATOR = /!=|!~|<=|>=|[=<>~]/y;
const SPACE = /\s+/y;

const CLOSERS: { readonly [quote: string]: 'string' | 'name' } = { "'": 'string', '"': 'string', '`': 'name' };

/** The tokens of a query, an `end` last. @throws SheafError `query.character`, `query.quote` */
export function tokenize(text: string): QueryToken[] {
  const tokens: QueryToken[] = [];
  let at = 0;
  const nul = text.indexOf('\0');
  if (nul !== -1) throw makeQueryError('query.character', text, nul, 'a query cannot have a NUL', { fix: 'remove it' });
  while (at < text.length) {
    at += matchAt(SPACE, text, at)?.length ?? 0;
    if (at === text.length) break;
    const token = readToken(text, at);
    tokens.push(token);
    at = token.end;
  }
  return [...tokens, { kind: 'end', text: '', at: text.length, end: text.length }];
}

function readToken(text: string, at: number): QueryToken {
  const char = text[at] ?? '';
  if (char === '(' || char === ')' || char === ',') return { kind: char, text: char, at, end: at + 1 };
  const quoted = CLOSERS[char];
  if (quoted !== undefined) return readQuoted(text, at, char, quoted);
  const operator = matchAt(OPERATOR, text, at);
  if (operator !== undefined) return { kind: 'operator', text: operator, at, end: at + operator.length };
  const word = matchAt(WORD, text, at);
  if (word !== undefined) return { kind: 'word', text: word, at, end: at + word.length };
  throw makeQueryError('query.character', text, at, `a query cannot have ${JSON.stringify(char)} here`, {
    fix: char === '!' ? 'write != for "differs from", or not (...)' : 'put the value in quotes',
  });
}

/** Inside quotes only the quote itself is special: doubled, it stands for itself. */
function readQuoted(text: string, at: number, quote: string, kind: 'string' | 'name'): QueryToken {
  let inside = '';
  let from = at + 1;
  for (;;) {
    const close = text.indexOf(quote, from);
    if (close === -1) {
      throw makeQueryError('query.quote', text, at, `the ${quote} is never closed`, {
        fix: `add a second ${quote} where the ${kind === 'name' ? 'name' : 'text'} ends`,
      });
    }
    inside += text.slice(from, close);
    if (text[close + 1] !== quote) return { kind, text: inside, at, end: close + 1 };
    inside += quote;
    from = close + 2;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
