import { SheafError, type Problem } from '../errors.ts';
import { tokenize } from './lexer.ts';
import { LONE_NAME } from './lone-name.ts';
import { parseTerms, type QueryTerm } from './parse.ts';

/** What a query that is being typed says, or what is wrong with it. */
export type CheckedQuery =
  /** None if the text is blank: that fits everything. */
  | { readonly ok: true; readonly terms: readonly QueryTerm[] }
  | {
      readonly ok: false;
      readonly problem: Problem;
      /** Where the wrong part begins and ends, in UTF-16 units from 0; both the same if the query ends too early. */
      readonly at: number;
      readonly end: number;
    };

/** Reads a query as `--where` does, for a box in which someone types; a blank text is no problem there. Never throws. */
export function checkQuery(text: string): CheckedQuery {
  if (text.trim() === '') return { ok: true, terms: [] };
  try {
    return { ok: true, terms: parseTerms(text) };
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    const [problem] = error.problems;
    const at = findOffset(text, problem);
    return { ok: false, problem, at, end: findEnd(text, at, problem) };
  }
}

/** The name that a query has without an operator, if that is what is wrong with it. */
export function findLoneName(text: string): string | undefined {
  const checked = checkQuery(text);
  if (checked.ok || checked.problem.code !== LONE_NAME) return undefined;
  return tokenize(text).find(({ at }) => at === checked.at)?.text;
}

/** The offset of the line and column of a problem. */
function findOffset(text: string, { at: { line = 1, column = 1 } = { file: '' } }: Problem): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, column - 1);
}

/** Of the token that is wrong; a character that cannot begin one is wrong by itself, and a quote to the end. */
function findEnd(text: string, at: number, { code }: Problem): number {
  if (code === 'query.quote') return text.length;
  if (code === 'query.character') return at + String.fromCodePoint(text.codePointAt(at) ?? 0).length;
  return tokenize(text).find((token) => token.at === at)?.end ?? text.length;
}
