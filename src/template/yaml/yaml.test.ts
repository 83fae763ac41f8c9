import { describe, expect, it } from 'vitest';
import { SheafError, type Problem } from '../../core/errors.ts';
import { parseYaml } from './yaml.ts';

function problemsOf(text: string): readonly Problem[] {
  try {
    parseYaml(text, 'x.yaml');
  } catch (error) {
    if (error instanceof SheafError) return error.problems;
    throw error;
  }
  return [];
}

function values(text: string): unknown {
  return parseYaml(text, 'x.yaml').values;
}

describe('scalars are those of YAML 1.2', () => {
  it.each([
    ['1e-4', 0.0001, '1e-4'],
    ['1e-5', 0.00001, '1e-5'],
    ['0.1', 0.1, undefined],
    ['256', 256, undefined],
    ['1.0', 1, '1.0'],
    ['1e3', 1000, '1e3'],
    ['.5', 0.5, '.5'],
    ['010', 10, '010'],
    ['0x1F', 31, '0x1F'],
    ['0o17', 15, '0o17'],
    ['+5', 5, '+5'],
    ['-0', -0, '-0'],
    ['12345678901234567890', 12345678901234567000, '12345678901234567890'],
    ['9007199254740993', 9007199254740992, '9007199254740993'],
    ['.inf', 'inf', 'inf'],
    ['-.inf', '-inf', '-inf'],
    ['.nan', 'nan', 'nan'],
    ['NO', 'NO', undefined],
    ['yes', 'yes', undefined],
    ['on', 'on', undefined],
    ['true', true, undefined],
    ['False', false, undefined],
    ['~', null, undefined],
    ['', null, undefined],
    ['null', null, undefined],
    ['1:30:00', '1:30:00', undefined],
    ['2026-11-23', '2026-11-23', undefined],
    ['1_000', '1_000', undefined],
    ['1e400', '1e400', undefined],
    ['"1e-4"', '1e-4', undefined],
    ["'true'", 'true', undefined],
    ['!!str 5', '5', undefined],
    ['inf', 'inf', undefined],
  ])('%s', (text, value, written) => {
    const layer = parseYaml(`a: ${text}\n`, 'x.yaml');
    expect(layer.values['a']).toBe(value);
    expect(layer.written['/a']).toBe(written);
  });

  it('numbers inside lists and maps are kept as written, too', () => {
    expect(parseYaml('a: [1e-4, {b: 010}]\n', 'x.yaml').written).toEqual({ '/a/0': '1e-4', '/a/1/b': '010' });
  });

  it('keys are texts whatever they look like', () => {
    expect(values('1: a\nnull: b\ntrue: c\n"x y": d\n')).toEqual({ '1': 'a', null: 'b', true: 'c', 'x y': 'd' });
  });

  it('nothing, comments and a byte order mark are an empty map', () => {
    expect(values('')).toEqual({});
    expect(values('# only a comment\n')).toEqual({});
    expect(values('\uFEFFa: 1\n')).toEqual({ a: 1 });
  });

  it('lines may end as on Windows', () => {
    const layer = parseYaml('a: 1\r\nb: |\r\n  x\r\n  y\r\n', 'x.yaml');
    expect(layer.values).toEqual({ a: 1, b: 'x\ny\n' });
    expect(layer.lineText(2)).toBe('b: |');
  });

  it('names of JavaScript are names like any other', () => {
    const map = values('constructor: 1\ntoString: 2\nhasOwnProperty: 3\nprototype: {a: 4}\n');
    expect(Object.entries(map as object)).toEqual([
      ['constructor', 1],
      ['toString', 2],
      ['hasOwnProperty', 3],
      ['prototype', { a: 4 }],
    ]);
    expect(problemsOf('a:\n  __proto__: {x: 1}\n')).toMatchObject([{ code: 'yaml.key', at: { line: 2, column: 3 } }]);
  });

  it('anchors and aliases give the same value twice', () => {
    expect(values('a: &x [1, 2]\nb: *x\n')).toEqual({ a: [1, 2], b: [1, 2] });
  });
});

describe('places', () => {
  const layer = parseYaml('# head\na: 1\nb:\n  c: [x, y]\n  d:\n    - z\n"e f": 2\n', 'x.yaml');

  it('of keys and list items are known', () => {
    expect(layer.places).toEqual({
      '/a': { line: 2, column: 1 },
      '/b': { line: 3, column: 1 },
      '/b/c': { line: 4, column: 3 },
      '/b/c/0': { line: 4, column: 7 },
      '/b/c/1': { line: 4, column: 10 },
      '/b/d': { line: 5, column: 3 },
      '/b/d/0': { line: 6, column: 7 },
      '/e f': { line: 7, column: 1 },
    });
    expect(layer.lineText(4)).toBe('  c: [x, y]');
  });

  it.each([
    ['k: |\n  first\n    second {{ x }}\n', 'first\n  second ', { line: 3, column: 12 }],
    ['k: |-\n\n    a\n\n    b {{ x }}\n', '\na\n\nb ', { line: 5, column: 7 }],
    ['k: python {{ x }}\n', 'python ', { line: 1, column: 11 }],
    ["k: 'python {{ x }}'\n", 'python ', { line: 1, column: 12 }],
    ['k: "python {{ x }}"\n', 'python ', { line: 1, column: 12 }],
    ['k: "a\\n {{ x }}"\n', 'a\n ', { line: 1, column: 4 }],
    ['k: >\n  a\n  b {{ x }}\n', 'a b ', { line: 1, column: 4 }],
  ])('of a character in a text: %j', (text, before, place) => {
    const found = parseYaml(text, 'x.yaml');
    expect((found.values['k'] as string).startsWith(before)).toBe(true);
    expect(found.placeIn('/k', before.length)).toEqual(place);
  });
});

describe('a file that is no map of YAML gets a sentence with its place', () => {
  it('a key that is given twice, every time', () => {
    expect(problemsOf('a: 1\nb: 2\na: 3\nc:\n  d: 1\n  d: 2\n')).toEqual([
      {
        code: 'yaml.key.duplicate',
        message: 'the key "a" is given twice',
        why: 'only one of the two could count, and nothing says which',
        fix: 'delete the key in line 1 or in line 3',
        at: { file: 'x.yaml', line: 3, column: 1 },
        excerpt: 'a: 3',
      },
      expect.objectContaining({ code: 'yaml.key.duplicate', at: { file: 'x.yaml', line: 6, column: 3 } }),
    ]);
  });

  it('a tab', () => {
    expect(problemsOf('a:\n\tb: 1\n')).toEqual([
      {
        code: 'yaml.tab',
        message: 'Tabs cannot be indentation',
        why: 'YAML allows only spaces',
        fix: 'replace line 2 with',
        replacement: { from: 2, to: 2, lines: ['  b: 1'] },
        at: { file: 'x.yaml', line: 2, column: 1 },
        excerpt: '\tb: 1',
      },
    ]);
  });

  it.each([
    ['a: [1, 2\nb: 3\n', 'yaml.syntax', 1, 9],
    ['a: b: c\n', 'yaml.syntax', 1, 4],
    ["a: 'x\n", 'yaml.syntax', 1, 6],
    ['a: 1\n---\nb: 2\n', 'yaml.documents', 2, 1],
    ['- 1\n- 2\n', 'yaml.top', 1, 1],
    ['just a text\n', 'yaml.top', 1, 1],
    ['a: !secret x\n', 'yaml.tag', 1, 12],
    ['a: !!float 3\n', 'yaml.tag', 1, 12],
    ['a: *nobody\n', 'yaml.alias', 1, 4],
    ['? [a]\n: 1\n', 'yaml.syntax', 1, 3],
  ])('%j is %s', (text, code, line, column) => {
    expect(problemsOf(text)).toMatchObject([{ code, at: { file: 'x.yaml', line, column } }]);
  });

  it('an anchor that contains itself, and a bomb of aliases', () => {
    expect(problemsOf('a: &a [*a]\n')).toMatchObject([{ code: 'yaml.too_large' }]);
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i += 1)
      bomb.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
    expect(problemsOf(bomb.join('\n'))).toMatchObject([{ code: 'yaml.too_large' }]);
  });
});
