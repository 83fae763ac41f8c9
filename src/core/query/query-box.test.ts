import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyText, comparison, query } from '../../../test/support/any-query.ts';
import { SheafError } from '../errors.ts';
import { recordField } from '../fields/record-fields.ts';
import {
  addTerm,
  checkQuery,
  completeQuery,
  formatField,
  formatQuery,
  formatValue,
  negateTerm,
  parseQuery,
  removeTerm,
  type Query,
} from './query.ts';

const written = query.map(formatQuery).filter((text) => text.length < 2_000);

/** A query with the spaces that people type. */
const typed = fc
  .tuple(written, fc.constantFrom('', ' ', '\n'), fc.constantFrom('', '  '))
  .map(([text, before, after]) => before + text + after);

function errorOf(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    if (error instanceof SheafError) return error.problems[0];
    throw error;
  }
  return undefined;
}

describe('checkQuery', () => {
  test('lists the terms with their places and their kinds', () => {
    const text = ' lr < 0.1 and (a = 1 or b is missing) AND not tags has x ';
    const checked = checkQuery(text);
    const terms = checked.ok ? checked.terms : [];
    expect(terms.map(({ at, end, query: { kind } }) => [kind, text.slice(at, end)])).toEqual([
      ['compare', 'lr < 0.1'],
      ['or', '(a = 1 or b is missing)'],
      ['not', 'not tags has x'],
    ]);
    expect(checkQuery('a = 1 or b = 2 and c = 3 ')).toMatchObject({ terms: [{ text: 'a = 1 or b = 2 and c = 3' }] });
    expect(checkQuery(' \n')).toEqual({ ok: true, terms: [] });
  });

  test.each([
    ['lr < ', ''],
    ['lr <\n and model = "res', '"res'],
    ['status = faild', 'status'],
    ['lr 😀', '😀'],
    ['lr ! 1', '!'],
    ['(lr = 1', ''],
  ])('marks the wrong part of %j', (text, wrong) => {
    const checked = checkQuery(text);
    expect(checked.ok ? 'nothing' : text.slice(checked.at, checked.end)).toBe(wrong);
  });

  test('says what --where says, whatever the text', () => {
    const texts = fc.oneof(
      typed,
      anyText,
      fc.tuple(typed, fc.nat()).map(([text, cut]) => text.slice(0, cut % 40)),
    );
    fc.assert(
      fc.property(
        texts.filter((text) => text.trim() !== ''),
        (text) => {
          const checked = checkQuery(text);
          if (!checked.ok) {
            expect(errorOf(() => parseQuery(text))).toEqual(checked.problem);
            expect([0 <= checked.at, checked.at <= checked.end, checked.end <= text.length]).toEqual([
              true,
              true,
              true,
            ]);
            return;
          }
          const [first, second, ...rest] = checked.terms.map((term) => term.query);
          expect(first).toBeDefined();
          if (first === undefined) return;
          const whole: Query = second === undefined ? first : { kind: 'and', items: [first, second, ...rest] };
          expect(parseQuery(text)).toEqual(whole);
          for (const term of checked.terms) expect(parseQuery(term.text)).toEqual(term.query);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a query that is edited', () => {
  test.each([
    ['', 'status = failed'],
    ['lr < 0.1 ', 'lr < 0.1 and status = failed '],
    ['a = 1 or b = 2', '(a = 1 or b = 2) and status = failed'],
    ['a = 1  AND  status=failed', 'a = 1  AND  status=failed'],
  ])('gets a term: %j', (text, expected) => {
    expect(addTerm(text, 'status = failed')).toBe(expected);
  });

  test('loses the term at a place and keeps the rest as typed', () => {
    const text = ' a=1 AND  b = 2  and c in (1,  2)';
    expect(removeTerm(text, 1)).toBe(' b = 2  and c in (1,  2)');
    expect(removeTerm(text, text.indexOf('b'))).toBe(' a=1  and c in (1,  2)');
    expect(removeTerm(text, text.indexOf('c'))).toBe(' a=1 AND  b = 2');
    expect(removeTerm(text, 5)).toBe(text);
  });

  test.each([
    ['a = 1 and b = 2', 'not a = 1 and b = 2'],
    ['NOT  a = 1 and b = 2', 'a = 1 and b = 2'],
    ['a is missing', 'a is not missing'],
    ['a is not missing', 'a is missing'],
    ['a = 1 or b = 2', 'not (a = 1 or b = 2)'],
  ])('has the opposite of its first term: %j', (text, expected) => {
    expect(negateTerm(text, 0)).toBe(expected);
  });

  test('is as before when an added term is removed', () => {
    fc.assert(
      fc.property(fc.oneof(typed, fc.constantFrom('', ' ')), comparison.map(formatQuery), (text, term) => {
        const added = addTerm(text, term);
        fc.pre(added !== text);
        const removed = removeTerm(added, added.trimEnd().length - 1);
        const before = checkQuery(text);
        const isLoose = before.ok && before.terms.some((each) => each.isLoose);
        if (isLoose) expect(parseQuery(removed)).toEqual(parseQuery(text));
        else expect(removed).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('is as before when a term is negated twice', () => {
    fc.assert(
      fc.property(comparison.map(formatQuery), (term) => {
        const text = ` ${term}  and (a = 1 or b = 2)`;
        expect(negateTerm(negateTerm(text, 1), 1)).toBe(text);
      }),
    );
  });
});

describe('completeQuery', () => {
  function complete(marked: string): ReturnType<typeof completeQuery> {
    return completeQuery(marked.replace('|', ''), marked.indexOf('|'));
  }

  test.each([
    ['|', 'not ( field'],
    ['lr|', 'not ( field'],
    ['lr |', 'operator:lr'],
    ['lr !|', 'operator:lr'],
    ['lr = |', 'value:lr'],
    ['status = faild and lr < |', 'value:lr'],
    ['status in (failed, |', 'value:status'],
    ['status in (failed |', ', )'],
    ['status in |', '('],
    ['lr is |', 'not missing'],
    ['(lr = 1 a|', 'and or )'],
    ['lr = 1 and |', 'not ( field'],
    ['lr = 1 ) |', ''],
    ['model = "res| and lr = 1', 'value:model'],
    ['lr | 1', 'operator:lr'],
  ])('expects at %j: %s', (marked, expected) => {
    const shown = complete(marked).expected.map((each) =>
      each.kind === 'keyword' ? each.text : 'field' in each ? `${each.kind}:${each.field}` : each.kind,
    );
    expect(shown.join(' ')).toBe(expected);
  });

  test.each([
    ['lr < 0.1 and mod|el = x', 'model', 'mod'],
    ["model = 'it''s |", "'it''s ", "it's "],
    ['`odd na|me` = 1', '`odd name`', 'odd na'],
    ['lr |< 1', '', ''],
    ['lr !|', '!', '!'],
  ])('replaces what is typed at %j', (marked, replaced, typedText) => {
    const { from, to, typed: found } = complete(marked);
    expect([marked.replace('|', '').slice(from, to), found]).toEqual([replaced, typedText]);
  });

  test.each([
    ['a = 1 and b in (and, |', 'a = 1'],
    ['(a = 1 or b = 2) and c = |', '(a = 1 or b = 2)'],
    ['a = 1 or b = 2 and c = |', ''],
    ['c = |', ''],
  ])('knows the terms before the one at the caret: %j', (marked, where) => {
    expect(complete(marked).where).toBe(where);
  });

  test('leaves out operators that would be refused', () => {
    const operatorsOf = (field: string): unknown => complete(`${field} |`).expected;
    expect(operatorsOf('tags')).toMatchObject([{ operators: ['has', 'is missing', 'is not missing'] }]);
    expect(operatorsOf('created')).toMatchObject([{ operators: expect.not.arrayContaining(['=']) }]);
    for (const field of ['tags', 'created', 'archived', 'num_gpus', 'status', 'lr']) {
      const [expected] = completeQuery(`${field} `, 99).expected;
      const values = ['7d', '1', 'failed', 'true', '(failed)', '(1)', ''];
      const works = (operator: string): boolean =>
        values.some((value) => checkQuery(`${field} ${operator} ${value}`).ok);
      const operators = expected?.kind === 'operator' ? expected.operators : [];
      expect(
        operators.filter((operator) => !works(operator)),
        recordField(field)?.kind,
      ).toEqual([]);
    }
  });

  test('never throws, and a name and a value that it asks for make a query', () => {
    fc.assert(
      fc.property(
        fc.oneof(typed, anyText),
        fc.nat(60),
        anyText,
        fc.oneof(anyText, fc.double({ noNaN: true })),
        (text, at, name, value) => {
          const { from, to } = completeQuery(text, at);
          expect([0 <= from, from <= to, to <= text.length]).toEqual([true, true, true]);
          fc.pre(
            name !== '' && recordField(name) === undefined && !(typeof value === 'number' && !Number.isFinite(value)),
          );
          const literal = { kind: typeof value === 'number' ? 'number' : 'text', text: String(value) };
          expect(parseQuery(`${formatField(name)} = ${formatValue(value)}`)).toMatchObject({ field: name, literal });
        },
      ),
      { numRuns: 500 },
    );
  });
});
