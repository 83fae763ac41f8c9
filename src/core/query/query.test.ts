import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SheafError } from '../errors.ts';
import { formatQuery, matches, MAX_QUERY_DEPTH, parseQuery, listQueryFields } from './query.ts';
import { query } from '../../../test/support/any-query.ts';
import { RECORD_FIELDS } from '../fields/record-fields.ts';
import type { Value } from '../value.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const DAY_MS = 86_400_000;

function asks(text: string, row: { readonly [field: string]: Value }): boolean {
  return matches(parseQuery(text), (field) => (Object.hasOwn(row, field) ? row[field] : undefined), NOW);
}

function problemOf(text: string): { code: string; message: string; column?: number; excerpt?: string; fix?: string } {
  try {
    parseQuery(text);
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    const { code, message, at, excerpt, fix } = error.problems[0];
    expect(error.exitCode).toBe(2);
    return {
      code,
      message,
      ...(at?.column === undefined ? {} : { column: at.column }),
      ...(excerpt === undefined ? {} : { excerpt }),
      ...(fix === undefined ? {} : { fix }),
    };
  }
  throw new Error(`parsed: ${text}`);
}

describe('the meaning of a query', () => {
  const row = {
    learning_rate: 0.001,
    model: 'resnet50',
    pretrained: true,
    version: '0.10',
    hidden: [512, 256],
    tags: ['lr', 'hp-sweep'],
    notes: null,
    exp_id: 'lr_0.001',
    status: 'failed',
    created: NOW - 3 * DAY_MS,
  };

  test.each([
    ['learning_rate < 0.01 and model = resnet50', true],
    ['learning_rate = 1e-3', true],
    ['learning_rate = "0.001"', false],
    ['learning_rate ~ 0.0*', true],
    ['model != resnet50', false],
    ['model < vit', true],
    ['model < 5', false],
    ['model > 5', false],
    ['learning_rate < abc', false],
    ['learning_rate != abc', true],
    ['version = 0.10', true],
    ['version = 0.1', false],
    ['pretrained = true', true],
    ['pretrained != false', true],
    ['hidden = "[512,256]"', true],
    ['hidden has 512', true],
    ['hidden has 512.0', true],
    ['hidden has "512"', false],
    ['model has resnet50', false],
    ['tags has lr', true],
    ['tags has l', false],
    ['exp_id ~ "lr_*"', true],
    ['exp_id !~ lr_*', false],
    ['status in (failed, cancelled)', true],
    ['status not in (failed, cancelled)', false],
    ['status ~ fail*', true],
    ['status !~ "[a-c]*"', true],
    ['created > 7d', true],
    ['created > 2d', false],
    ['created < 72h', false],
    ['created <= 72h', true],
    ['created >= 2026-03-07', true],
    ['created >= 2026-03-07T12:00', true],
    ['created > 2026-03-07T12:00+00:00', false],
    ['created > 2026-03-07T13:00+02:00', true],
    ['not model = vit', true],
    ['model = vit or model = resnet50 and learning_rate > 1', false],
    ['(model = vit or model = resnet50) and learning_rate < 1', true],
    ['NOT (model = vit) AND learning_rate IS NOT MISSING', true],
  ])('%s is %s', (text, expected) => {
    expect(asks(text, row)).toBe(expected);
  });

  test.each(['x = 1', 'x != 1', 'x < 1', 'x >= 1', 'x ~ "*"', 'x !~ a', 'x in (1)', 'x not in (1)', 'x has 1'])(
    '%s is false when x is missing or null, and "not" turns that round',
    (text) => {
      expect([asks(text, {}), asks(text, { x: null }), asks(text, { x: Number.NaN })]).toEqual([false, false, false]);
      expect(asks(`not ${text}`, {})).toBe(true);
      expect([asks('x is missing', {}), asks('x is missing', { x: null }), asks('x is missing', { x: 0 })]).toEqual([
        true,
        true,
        false,
      ]);
    },
  );

  test('texts are ordered by code point, not by UTF-16 unit', () => {
    expect(asks('x < "𝒳"', { x: '\uffee' })).toBe(true);
    expect(asks('x > "ab"', { x: 'abc' })).toBe(true);
  });

  test('a lone surrogate is compared as the replacement character', () => {
    expect([asks('x = \ufffd', { x: '\ud800' }), asks('x = \ud800', { x: '\ufffd' })]).toEqual([true, true]);
  });

  test('odd names are written in backticks, and doubled quotes stand for themselves', () => {
    expect(asks("`odd ``name``` = 'it''s'", { 'odd `name`': "it's" })).toBe(true);
    expect(asks('`in` = in', { in: 'in' })).toBe(true);
  });

  test('the fields of a query are listed once each, as written', () => {
    expect(listQueryFields(parseQuery('params.x = 1 or (results.x > 2 and not params.x is missing)'))).toEqual([
      'params.x',
      'results.x',
    ]);
  });
});

describe('a query that cannot be read', () => {
  test.each([
    ['', 'query.empty'],
    ['   ', 'query.empty'],
    ['learning_rate', 'query.name'],
    ['status', 'query.syntax'],
    ['(lr = 1 or big)', 'query.name'],
    ['"two words" and lr = 1', 'query.name'],
    ['2026-big', 'query.name'],
    ['learning_rate <', 'query.syntax'],
    ['lr == 1', 'query.syntax'],
    ['lr = 1 && x = 2', 'query.syntax'],
    ['lr = 1 x = 2', 'query.syntax'],
    ['name = resnet 50', 'query.syntax'],
    ['(lr = 1', 'query.syntax'],
    ['lr = 1)', 'query.syntax'],
    ['lr in 1', 'query.syntax'],
    ['lr in ()', 'query.syntax'],
    ['lr in (1 2)', 'query.syntax'],
    ['lr not 1', 'query.syntax'],
    ['lr is null', 'query.syntax'],
    ['archived', 'query.syntax'],
    ['"lr" = 1', 'query.syntax'],
    ['1 = lr', 'query.syntax'],
    ['`` = 1', 'query.syntax'],
    ['and = 1', 'query.syntax'],
    ['lr ! 1', 'query.character'],
    ['x = \0', 'query.character'],
    ['x = "abc', 'query.quote'],
    ['`x = 1', 'query.quote'],
    ['x ~ "a[b"', 'query.glob'],
    ['status = runing', 'query.value'],
    ['status in (failed, canceled)', 'query.value'],
    ['archived = yes', 'query.value'],
    ['tags = lr', 'query.list'],
    ['status has failed', 'query.list'],
    ['created = 2026-03-01', 'query.time'],
    ['created > yesterday', 'query.time'],
    ['created > 2026-02-30', 'query.time'],
    ['created in (1d)', 'query.time'],
    ['num_gpus = "8"', 'query.number'],
  ])('%j is refused with %s, a place and a remedy', (text, code) => {
    const problem = problemOf(text);
    expect(problem.code).toBe(code);
    expect(problem.column).toBeGreaterThan(0);
    expect(problem.excerpt).toBe(text);
    expect(problem.fix).toBeTypeOf('string');
  });

  test('for a name alone is answered with what it may be the name of', () => {
    const fixOf = (text: string): string => problemOf(text).fix?.split('; if ')[1] ?? 'none';
    expect(fixOf('lr = 1 and big')).toBe(
      'big is a name, write sweep = big, template = big, tags has big or exp_id ~ *big*',
    );
    expect(fixOf('"a b"')).toMatch(/write sweep = "a b", .* or exp_id ~ "\*a b\*"$/);
    expect(fixOf('lr_0.?')).toBe('lr_0.? is a name, write exp_id ~ lr_0.?');
    expect(fixOf('lr_[')).toBe('none');
    expect(fixOf('big 7')).toBe('none');
  });

  test('is shown with the line and the column of what is wrong', () => {
    expect(problemOf('status = failed\n  and model == vit')).toMatchInlineSnapshot(`
      {
        "code": "query.syntax",
        "column": 14,
        "excerpt": "  and model == vit",
        "fix": "write one operator, such as = or !=",
        "message": "expected a value, but found "="",
      }
    `);
    expect(problemOf('a = 1 constructor')).toMatchInlineSnapshot(`
      {
        "code": "query.syntax",
        "column": 7,
        "excerpt": "a = 1 constructor",
        "fix": "put a value of several words in quotes, and "and" or "or" between comparisons",
        "message": "expected "and", "or" or the end of the query, but found "constructor"",
      }
    `);
    expect(problemOf('status = runing')).toMatchInlineSnapshot(`
      {
        "code": "query.value",
        "column": 1,
        "excerpt": "status = runing",
        "fix": "did you mean running?",
        "message": "status is never "runing"",
      }
    `);
    expect(problemOf('name = resnet 50')).toMatchInlineSnapshot(`
      {
        "code": "query.syntax",
        "column": 15,
        "excerpt": "name = resnet 50",
        "fix": "put a value of several words in quotes, and "and" or "or" between comparisons",
        "message": "expected "and", "or" or the end of the query, but found "50"",
      }
    `);
    expect(problemOf('lr is null')).toMatchInlineSnapshot(`
      {
        "code": "query.syntax",
        "column": 7,
        "excerpt": "lr is null",
        "fix": "write lr is missing, lr is not missing, or lr = value",
        "message": "expected "missing", but found "null"",
      }
    `);
    expect(problemOf('tags = lr')).toMatchInlineSnapshot(`
      {
        "code": "query.list",
        "column": 1,
        "excerpt": "tags = lr",
        "fix": "write tags has lr",
        "message": "tags is a list and is asked with "has"",
      }
    `);
    expect(problemOf('created = 2026-03-01')).toMatchInlineSnapshot(`
      {
        "code": "query.time",
        "column": 1,
        "excerpt": "created = 2026-03-01",
        "fix": "write created > 7d (newer than), or created >= 2026-03-01 and created < 2026-03-02",
        "message": "created is a time and is asked with < <= > or >=",
      }
    `);
  });

  test('may be nested 200 deep but not deeper', () => {
    const nested = (depth: number): string => `${'('.repeat(depth)}x = 1${')'.repeat(depth)}`;
    expect(parseQuery(nested(MAX_QUERY_DEPTH)).kind).toBe('compare');
    expect(problemOf(nested(MAX_QUERY_DEPTH + 1)).code).toBe('query.deep');
    expect(problemOf('not '.repeat(4_000) + 'x = 1').code).toBe('query.deep');
  });

  test('may compare with 500 values but not with more', () => {
    const list = (count: number): string => `x in (${Array.from({ length: count }, (_, i) => i).join()})`;
    expect(parseQuery(list(500)).kind).toBe('in');
    const chain = Array.from({ length: 499 }, () => 'x = 1').join(' or ');
    expect(parseQuery(`${chain} or y is missing`).kind).toBe('or');
    expect(problemOf(list(501)).code).toBe('query.long');
    expect(problemOf(`${chain} or y is missing or z is missing`).code).toBe('query.long');
    expect(problemOf('x = 1 or '.repeat(50_000)).code).toBe('query.long');
  });
});

function parsesOrExplains(text: string): void {
  try {
    parseQuery(text);
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    expect(error.code).toMatch(/^query\./);
  }
}

describe('any query', () => {
  test('that is written out and read again is the same query', () => {
    fc.assert(
      fc.property(query, (tree) => {
        expect(parseQuery(formatQuery(tree))).toEqual(tree);
      }),
      { numRuns: 3_000 },
    );
  });

  test('that was nested as deep as allowed can be written out and read again', () => {
    const deepest = parseQuery(`${'not ('.repeat(100)}a = 1 or b = 2${')'.repeat(100)}`);
    expect(parseQuery(formatQuery(deepest))).toEqual(deepest);
  });

  test('is either read or refused with a message, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), parsesOrExplains), { numRuns: 5_000 });
    const piece = fc.constantFrom(
      '(',
      ')',
      ',',
      '=',
      '!=',
      '~',
      'not',
      'in',
      'is',
      'has',
      'and',
      'x',
      'created',
      '7d',
      "'",
      '`',
      '1',
      '[',
      '\0',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(' ')),
        parsesOrExplains,
      ),
      {
        numRuns: 5_000,
      },
    );
  });

  test('stays readable or is refused with a message after a mutation', () => {
    fc.assert(
      fc.property(query, fc.nat(), fc.nat(6), fc.string({ unit: 'binary', maxLength: 3 }), (tree, where, cut, put) => {
        const text = formatQuery(tree);
        const at = where % (text.length + 1);
        parsesOrExplains(text.slice(0, at) + put + text.slice(at + cut));
      }),
      { numRuns: 5_000 },
    );
  });

  test('gives an answer for every row', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined)) as fc.Arbitrary<Value | undefined>;
    fc.assert(
      fc.property(query, value, (tree, each) => {
        const answer = matches(tree, () => each, NOW);
        expect(matches({ kind: 'not', item: tree }, () => each, NOW)).toBe(!answer);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the page about queries', () => {
  const page = readFileSync(new URL('../../../docs/reference/queries.md', import.meta.url), 'utf8');

  test('shows only queries that can be read', () => {
    const examples = [...page.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)]);
    expect(examples.length).toBeGreaterThan(12);
    for (const [, example = ''] of examples) expect(() => parseQuery(example)).not.toThrow();
    for (const [, example = ''] of page.matchAll(/--where '(.*)'$/gm)) expect(() => parseQuery(example)).not.toThrow();
  });

  test('lists all fields of the record', () => {
    const [, list = ''] = /^Fields of the record: ((?:.|\n)*?)\.\n/m.exec(page) ?? [];
    expect([...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).toEqual(RECORD_FIELDS.map(({ name }) => name));
  });
});
