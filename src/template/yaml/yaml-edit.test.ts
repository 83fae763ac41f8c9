import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Value, type ValueMap } from '../../core/value.ts';
import { editYaml } from './yaml-edit.ts';
import { writeBlock } from './yaml-write.ts';
import { parseYaml } from './yaml.ts';

const FILE = `\
# My project
scheduler: local   # decided by init
# account: me

cluster:
  partitions:
    a100: {gpus: 4}   # one node
  local:
    cpus: 2 # two
tags:
  - a
  - b
# end of tags
command: |
  python a.py

  x
# tail
`;

describe('setting one key leaves the rest of the file as it is', () => {
  it.each<[string[], Value, string, string]>([
    [['scheduler'], 'slurm', 'scheduler: local   #', 'scheduler: slurm   #'],
    [['cluster', 'local', 'cpus'], 8, 'cpus: 2 #', 'cpus: 8 #'],
    [['cluster', 'local', 'gpus'], 1, '    cpus: 2 # two\n', '    cpus: 2 # two\n    gpus: 1\n'],
    [['cluster', 'partitions', 'a100', 'nodes'], 2, '{gpus: 4}', '{gpus: 4, nodes: 2}'],
    [['cluster', 'partitions', 'h100'], { gpus: 8 }, '# one node\n', '# one node\n    h100:\n      gpus: 8\n'],
    [['tags'], ['x', 'y z'], 'tags:\n  - a\n  - b\n', 'tags: [x, y z]\n'],
    [['command'], 'echo', 'command: |\n  python a.py\n\n  x\n', 'command: echo\n'],
    [['new', 'deep'], 1e21, '  x\n# tail', '  x\nnew:\n  deep: 1e+21\n# tail'],
    [['cluster', 'local'], { cpus: 1 }, 'local:\n    cpus: 2 # two\n', 'local: {cpus: 1}\n'],
  ])('%j = %j', (path, value, before, after) => {
    expect(FILE).toContain(before);
    expect(editYaml(FILE, path, value)).toBe(FILE.replace(before, after));
  });

  it.each<[string, string[], Value, string]>([
    ['', ['a'], 1, 'a: 1\n'],
    ['# c', ['a'], 1, '# c\na: 1\n'],
    ['a:', ['a'], 1, 'a: 1'],
    ['a: # c\nb: 1', ['a'], 1, 'a: 1 # c\nb: 1'],
    ['a:\nb: 1', ['a', 'x'], 1, 'a: {x: 1}\nb: 1'],
    ['a: 1 # c', ['b'], 'x: y', 'a: 1 # c\nb: "x: y"\n'],
    ['{}', ['b'], null, '{b: null}'],
    ['a: 1\r\nb: 2\r\n', ['a'], 3, 'a: 3\r\nb: 2\r\n'],
  ])('%j: %j = %j', (text, path, value, result) => {
    expect(editYaml(text, path, value)).toBe(result);
  });

  it('is refused where it would change the meaning of something else', () => {
    expect(() => editYaml('a: [1\n', ['a'], 1)).toThrow(expect.objectContaining({ code: 'yaml.edit' }));
    expect(() => editYaml('- a\n', ['a'], 1)).toThrow(expect.objectContaining({ code: 'yaml.edit' }));
  });
});

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...'a1 :#-?[]{},&*!|>\'"%@`\n\t.~=<'.split('')) }),
  fc.constantFrom(
    'null',
    'true',
    'NO',
    '1e-4',
    '010',
    '.inf',
    'inf',
    '',
    ' a',
    'a ',
    '- a',
    'a: b',
    'a #b',
    '\u0085',
    '\u2028',
    '\uFEFF',
    'x\n\n',
    '\nx',
    '|',
    '1:2',
  ),
);
const anyKey = anyText.filter((key) => key !== '__proto__');
const anyScalar: fc.Arbitrary<Value> = fc.oneof(
  anyText,
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
);
const anyMap: fc.Arbitrary<ValueMap> = fc.letrec<{ value: Value; map: ValueMap }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, anyScalar, fc.array(tie('value'), { maxLength: 3 }), tie('map')),
  map: fc.dictionary(anyKey, tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).map;

describe('what is written is read back the same', () => {
  it('any map of any values', () => {
    fc.assert(
      fc.property(anyMap, (map) => {
        expect(parseYaml(writeBlock(map), 'x').values).toEqual(map);
      }),
      { numRuns: 400 },
    );
  });

  it('a file after any edit has the new value and all the old ones', () => {
    fc.assert(
      fc.property(anyMap, fc.array(anyKey, { minLength: 1, maxLength: 3 }), anyScalar, (map, path, value) => {
        fc.pre(canSet(map, path));
        const edited = parseYaml(editYaml(writeBlock(map), path, value), 'x').values;
        expect(edited).toEqual(withValue(map, path, value));
      }),
      { numRuns: 400 },
    );
  });
});

function canSet(map: ValueMap, [key = '', ...rest]: readonly string[]): boolean {
  const child = Object.hasOwn(map, key) ? map[key] : undefined;
  return (
    rest.length === 0 ||
    typeof child !== 'object' ||
    child === null ||
    (!Array.isArray(child) && canSet(child as ValueMap, rest))
  );
}

function withValue(map: ValueMap, [key = '', ...rest]: readonly string[], value: Value): ValueMap {
  const child = Object.hasOwn(map, key) ? map[key] : undefined;
  const inner = typeof child === 'object' && child !== null && !Array.isArray(child) ? (child as ValueMap) : {};
  return { ...map, [key]: rest.length === 0 ? value : withValue(inner, rest, value) };
}
