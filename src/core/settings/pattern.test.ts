import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { SheafError } from '../errors.ts';
import { getCapturedText, compilePattern } from './pattern.ts';

function captured(pattern: string, line: string): string | undefined {
  const match = compilePattern(pattern).exec(line);
  return match ? getCapturedText(match) : undefined;
}

function refusal(pattern: string): string {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    const { code, message, why, fix } = error.problems[0];
    return [code, message, why, fix].filter((part) => part !== undefined).join(' | ');
  }
  throw new Error(`${pattern} was accepted`);
}

describe('what a pattern names', () => {
  test('the first group is the value', () => {
    expect(captured('loss: (\\S+) acc: (\\S+)', 'loss: 0.5 acc: 0.9')).toBe('0.5');
  });

  test('a group named value wins over the first, in the spelling of JavaScript and of Python', () => {
    expect(captured('(loss|nll): (?<value>\\S+)', 'nll: 0.5')).toBe('0.5');
    expect(captured('(loss|nll): (?P<value>\\S+)', 'nll: 0.5')).toBe('0.5');
  });

  test('a group that took no part names nothing', () => {
    expect(captured('acc(?: (\\d+))?', 'acc unknown')).toBeUndefined();
  });

  test('the prefix (?i) makes case not count', () => {
    expect(captured('(?i)ACC: (\\S+)', 'Acc: 0.9')).toBe('0.9');
  });
});

/** Each pattern with a line; Python's own answer is what ours must be. */
const AS_IN_PYTHON: readonly (readonly [pattern: string, line: string])[] = [
  ['val_acc: (\\S+)', 'x val_acc: 0.91, y'],
  ['(?i)final accuracy: ([\\d.]+)%', 'Final Accuracy: 95.47%'],
  ['\\A(\\d+)\\Z', '42'],
  ['\\A(\\d+)\\Z', ' 42'],
  ['(?P<q>["\'])acc(?P=q): (?:[\\d.]+)', `{'acc': 0.9}`],
  ['[]x](.)', ']7'],
  ['[^]x](.)', ']7x9'],
  ['a{,2}(b)', 'aab'],
  ['^(a{,2})$', 'aaa'],
  ['{"acc": ([\\d.]+)}', '{"acc": 0.25}'],
  ['(a)\\1(b)', 'aab'],
  ['\\-\\:\\=\\%(\\d)', '-:=%5'],
  ['(?<=acc=)(\\d+)', 'acc=12'],
  ['(?:loss|nll)=(\\S+?),', 'nll=0.5,'],
  ['\\x41\\u0042(\\d)', 'AB3'],
  ['[\\]\\-a](\\d)', '-3'],
  ['\\a(\\w+)', '\x07bell'],
  ['\\bacc\\b.(\\d+)', 'top_acc=1 acc=2'],
];

test('a pattern in the spelling of Python finds what Python finds', () => {
  const program = `
import json, re, sys
found = [re.search(p, line) for p, line in json.load(sys.stdin)]
print(json.dumps([m and m.group(1) for m in found]))`;
  const python = JSON.parse(
    execFileSync('python3', ['-c', program], { input: JSON.stringify(AS_IN_PYTHON), encoding: 'utf8' }),
  ) as (string | null)[];
  const ours = AS_IN_PYTHON.map(([pattern, line]) => compilePattern(pattern).exec(line)?.[1] ?? null);
  expect(ours).toEqual(python);
});

describe('a pattern that cannot be used is refused with the place in it and a way out', () => {
  test.each([
    ['acc: (\\S+', 'this group is never closed | character 6: (\\S+ | close it with ")"'],
    ['acc: (\\S+))', 'this ")" closes nothing | character 11: ) | write "\\)"'],
    ['(?i)*(a)', 'there is nothing to repeat before "*" | character 5: *(a) |'],
    ['(a)++', 'what is repeated already cannot be repeated again | character 5: +'],
    ['([abc)', 'this "[" is never closed | character 2: [abc)'],
    ['(a)\\', 'it ends in a single "\\" | character 4: \\'],
    ['(\\h)', '"\\h" has no meaning | character 2: \\h) | write "h"'],
    ['([\\Q])', '"\\Q" has no meaning | character 3: \\Q])'],
    ['([[:digit:]]+)', 'sets such as [:digit:] are not known here | character 2:'],
    ['(?x)(a)', 'there is no flag "x" here | character 3'],
    ['(?>a)(b)', '"(?>" opens no kind of group'],
    ['(?#note)(b)', '"(?#" opens no kind of group'],
    ['(a)\\nb', 'so "\\n" never matches'],
    ['(a)\\2', 'refers to a group 2 that it does not have'],
    ['(a)(?P=q)', 'refers to a group q that it does not have'],
    ['([z-a])', 'Range out of order in character class'],
  ])('%s', (pattern, words) => {
    expect(refusal(pattern)).toContain('harvest.pattern.syntax | the pattern ');
    expect(refusal(pattern)).toContain(words);
  });

  test('a pattern without a group', () => {
    for (const pattern of ['acc: \\S+', '', '(?:a)']) {
      expect(refusal(pattern)).toBe(
        `harvest.pattern.group | the pattern ${pattern} has no group, so it names no value | ` +
          'put what is to be read in parentheses: val_acc: (\\S+)',
      );
    }
  });

  test('the place in the file comes with it', () => {
    const at = { file: 'templates/a.yaml', line: 3, column: 7 };
    expect(() => compilePattern('(a', at)).toThrow(
      expect.objectContaining({ exitCode: 2, problems: [expect.objectContaining({ at })] }),
    );
  });
});
