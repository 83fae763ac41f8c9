import { isClosedGlob } from '../text/glob.ts';
import { matchText, type Literal, type Query } from './ast.ts';
import { formatQuery } from './format.ts';

/** The code of the problem of a name that no operator follows. */
export const LONE_NAME = 'query.name';

/** What may follow the name of a field. */
export const OPERATORS_FIX = 'the operators are = != < <= > >= ~ !~ in, not in, has, is missing';

/** The conditions that a name alone may stand for: a sweep, a template, a tag, or a part of the names of experiments. */
export function listMeanings(name: string): Query[] {
  const literal: Literal = { kind: 'text', text: name };
  const isPattern = /[*?[]/.test(name);
  const matches = (text: string): Query[] =>
    isClosedGlob(text) ? [{ kind: 'compare', field: 'exp_id', operator: '~', literal: { kind: 'text', text } }] : [];
  if (isPattern) return matches(name);
  return [
    matchText('sweep', name),
    matchText('template', name),
    { kind: 'has', field: 'tags', literal },
    ...matches(`*${name}*`),
  ];
}

/** `write sweep = big or tags has big`. @param meanings at least one */
export function suggestMeanings(meanings: readonly Query[]): string {
  const texts = meanings.map(formatQuery);
  const [last = '', ...before] = texts.toReversed();
  return `write ${before.length === 0 ? last : `${before.toReversed().join(', ')} or ${last}`}`;
}

/** What to do about a name without an operator, if nothing is known of the project. */
export function suggestForLoneName(name: string): string {
  const meanings = listMeanings(name);
  return meanings.length === 0 ? OPERATORS_FIX : `${OPERATORS_FIX}; if ${name} is a name, ${suggestMeanings(meanings)}`;
}
