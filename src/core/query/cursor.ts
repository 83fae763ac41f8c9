import type { Problem, SheafError } from '../errors.ts';
import type { Operator } from './ast.ts';
import { tokenize, type QueryToken } from './lexer.ts';
import { makeQueryError } from './problem.ts';

/** Most parentheses and `not`s inside each other: far above what people write, far below what a stack holds. */
export const MAX_QUERY_DEPTH = 200;

/** Most values to compare with, or to ask for: what the view compiles stays below SQLite's limit of 1,000 levels. */
const MAX_QUERY_VALUES = 500;

type Parts = Pick<Problem, 'why' | 'fix'>;
type QueryCode = `query.${string}`;

/** What may come where a query ends so far. */
export type Expected =
  | { readonly kind: 'field' }
  /** Between a field and its value. */
  | { readonly kind: 'operator'; readonly field: string }
  | { readonly kind: 'value'; readonly field: string }
  /** A keyword, a parenthesis or a comma. */
  | { readonly kind: 'keyword'; readonly text: string };

/** Walks over the tokens of a query. */
export interface TokenCursor {
  /** Whether the query may be unfinished, and its values are not checked. */
  readonly isPartial: boolean;
  /** @param ahead tokens beyond the next one; default: 0 */
  peek(ahead?: number): QueryToken;
  /** Reports what the parser looks for, if the query ends here. */
  expect(expected: Expected): void;
  next(): QueryToken;
  /** The token before the next one. */
  last(): QueryToken;
  /** Steps over the next token if it has this kind. */
  take(kind: '(' | ')' | ','): boolean;
  takeKeyword(keyword: string): boolean;
  takeOperator(): Operator | undefined;
  /** Runs a part of the parser one level deeper. @throws SheafError `query.deep` */
  deeper<T>(parse: () => T): T;
  /** Counts one value to compare with. @throws SheafError `query.long` */
  countValue(): void;
  problem(code: QueryCode, message: string, parts?: Parts): SheafError;
  problemAt(token: QueryToken, code: QueryCode, message: string, parts?: Parts): SheafError;
  /** The next token is not allowed here. */
  unexpected(expected: string, fix: string): SheafError;
}

const OPERATORS: ReadonlySet<string> = new Set<Operator>(['=', '!=', '<', '<=', '>', '>=', '~', '!~']);

function isOperator(text: string): text is Operator {
  return OPERATORS.has(text);
}

/**
 * @param onExpected called with each thing that the parser looks for at the end of a query that may be unfinished
 * @throws SheafError when the text has no tokens: `query.character`, `query.quote`
 */
export function openCursor(text: string, onExpected?: (expected: Expected) => void): TokenCursor {
  const tokens = tokenize(text);
  const end: QueryToken = { kind: 'end', text: '', at: text.length, end: text.length };
  let [position, depth, values] = [0, 0, 0];

  const peek = (ahead = 0): QueryToken => tokens[position + ahead] ?? end;
  const next = (): QueryToken => {
    const token = peek();
    position += 1;
    return token;
  };
  const takeIf = (fits: boolean): boolean => {
    if (fits) position += 1;
    return fits;
  };
  const expect = (expected: Expected): void => {
    if (peek().kind === 'end') onExpected?.(expected);
  };
  const problemAt: TokenCursor['problemAt'] = (token, code, message, parts) =>
    makeQueryError(code, text, token.at, message, parts);

  return {
    isPartial: onExpected !== undefined,
    peek,
    expect,
    next,
    last: () => tokens[position - 1] ?? end,
    take: (kind) => {
      expect({ kind: 'keyword', text: kind });
      return takeIf(peek().kind === kind);
    },
    takeKeyword: (keyword) => {
      expect({ kind: 'keyword', text: keyword });
      return takeIf(peek().kind === 'word' && peek().text.toLowerCase() === keyword);
    },
    takeOperator: () => {
      const token = peek();
      return token.kind === 'operator' && isOperator(token.text) && takeIf(true) ? token.text : undefined;
    },
    deeper: (parse) => {
      if (depth === MAX_QUERY_DEPTH) {
        throw problemAt(peek(), 'query.deep', `the query is nested more than ${MAX_QUERY_DEPTH} deep`, {
          fix: 'remove parentheses that change nothing',
        });
      }
      depth += 1;
      const result = parse();
      depth -= 1;
      return result;
    },
    countValue: () => {
      values += 1;
      if (values <= MAX_QUERY_VALUES) return;
      throw problemAt(peek(), 'query.long', `the query compares with more than ${MAX_QUERY_VALUES} values`, {
        fix: 'use a glob with "~", a tag or a range instead of many values',
      });
    },
    problem: (code, message, parts) => problemAt(peek(), code, message, parts),
    problemAt,
    unexpected: (expected, fix) => {
      const token = peek();
      const found = token.kind === 'end' ? 'the query ends' : `found ${shown(token)}`;
      return problemAt(token, 'query.syntax', `expected ${expected}, but ${found}`, { fix });
    },
  };
}

function shown(token: QueryToken): string {
  return token.kind === 'word' || token.kind === 'operator' ? `"${token.text}"` : JSON.stringify(token.text);
}
