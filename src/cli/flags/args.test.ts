import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SheafError } from '../../core/errors.ts';
import { parseArgs, type Args, type Grammar } from './args.ts';
import { looksLikeFlag } from './flags.ts';

const GRAMMAR: Grammar = {
  command: 'try',
  flags: [
    { name: 'learning-rate', value: 'FLOAT', help: '', key: 'learning_rate' },
    { name: 'tags', value: 'TAG', many: 'words', help: '' },
    { name: 'grid', value: 'NAME=A,B', many: 'repeat', help: '' },
    { name: 'follow', short: 'f', help: '' },
    { name: 'lines', short: 'n', value: 'N', help: '' },
    { name: 'color', value: 'WHEN', choices: ['auto', 'never'], help: '' },
    { name: 'no-cache', value: 'true|false', help: '', key: 'no_cache' },
  ],
  positionals: [{ name: 'ID', min: 0, max: Infinity }],
};

function parse(...words: string[]): Args {
  return parseArgs(words, GRAMMAR);
}

function problemsOf(words: readonly string[], grammar: Grammar = GRAMMAR): string[] {
  try {
    parseArgs(words, grammar);
    return [];
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return error.problems.map(({ code, message, fix }) => `${code}: ${message}${fix === undefined ? '' : ` (${fix})`}`);
  }
}

test('a value follows its flag or is joined to it by "="', () => {
  expect(parse('--learning-rate', '1e-4').text('learning-rate')).toBe('1e-4');
  expect(parse('--learning-rate=1e-4').text('learning-rate')).toBe('1e-4');
  expect(parse('--learning-rate=').text('learning-rate')).toBe('');
});

test('an underscore may replace a dash inside a flag', () => {
  expect(parse('--learning_rate', '0.10').keys).toEqual({ learning_rate: ['0.10'] });
});

test('a negative number is a value, not a flag', () => {
  expect(parse('--learning-rate', '-1').text('learning-rate')).toBe('-1');
  expect(parse('--tags', '-1', '-.5e-3').texts('tags')).toEqual(['-1', '-.5e-3']);
  expect(parse('-1').positionals).toEqual(['-1']);
});

test('several words go to a flag that takes them, up to the next flag', () => {
  const args = parse('--tags', 'a', 'b', '--follow', 'x');
  expect(args.texts('tags')).toEqual(['a', 'b']);
  expect(args.positionals).toEqual(['x']);
  expect(parse('--tags', 'a', '--tags', 'b').texts('tags')).toEqual(['a', 'b']);
});

test('a flag whose name begins with "no-" takes its value like any other', () => {
  expect(parse('--no-cache', 'true').keys).toEqual({ no_cache: ['true'] });
});

test('short flags can be joined to each other and to a value', () => {
  const args = parse('-fn20');
  expect(args.has('follow')).toBe(true);
  expect(args.count('lines')).toBe(20);
  expect(parse('-n', '3').count('lines')).toBe(3);
});

test('all words after "--" are positional', () => {
  expect(parse('--', '--follow', '--').positionals).toEqual(['--follow', '--']);
});

test('a lone dash is a word', () => {
  expect(parse('-').positionals).toEqual(['-']);
});

test('an unknown flag is refused with the nearest one, and its value is not blamed', () => {
  expect(problemsOf(['--learning-rte', '0.1', '--follw'])).toMatchInlineSnapshot(`
    [
      "cli.flag.unknown: sheaf try has no flag --learning-rte (did you mean --learning-rate?)",
      "cli.flag.unknown: sheaf try has no flag --follw (did you mean --follow?)",
    ]
  `);
});

test('a flag for a value inside a map is refused with the --set that sets it', () => {
  const flags = ['set', 'optimizer'].map((name) => ({ name, value: 'X', help: '' }));
  expect(problemsOf(['--optimizer.lr', '0.1'], { command: 'try', flags, positionals: [] })).toEqual([
    'cli.flag.unknown: sheaf try has no flag --optimizer.lr (write --set optimizer.lr=…)',
  ]);
});

test('a flag of sbatch is refused with what sheaf calls it', () => {
  const flags = ['num-gpus', 'num-nodes', 'notes'].map((name) => ({ name, value: 'X', help: '' }));
  expect(problemsOf(['--nodes', '2', '--gres', 'gpu:4'], { command: 'try', flags, positionals: [] })).toEqual([
    'cli.flag.unknown: sheaf try has no flag --nodes (did you mean --num-nodes?)',
    'cli.flag.unknown: sheaf try has no flag --gres (sheaf calls it num_gpus, and gpu_type for their type)',
  ]);
});

test('--name of a command that names one experiment is refused with the flag that names it', () => {
  const grammar = { command: 'try', flags: [{ name: 'exp-id', value: 'ID', help: '' }], positionals: [] };
  const problem = expect.objectContaining({ fix: expect.stringMatching(/^write --exp-id/) as string });
  expect(() => parseArgs(['--name', 'x'], grammar)).toThrow(expect.objectContaining({ problems: [problem] }) as Error);
});

test('--all of a command without it is refused with the query that means it', () => {
  const grammar = { command: 'try', flags: [], positionals: [], all: 'status = failed' };
  expect(() => parseArgs(['--all'], grammar)).toThrow(
    expect.objectContaining({
      problems: [expect.objectContaining({ fix: "sheaf try --where 'status = failed'" })],
    }) as Error,
  );
});

test('a flag without its value is refused', () => {
  expect(problemsOf(['--learning-rate'])).toMatchInlineSnapshot(`
    [
      "cli.flag.value: --learning-rate needs a value: --learning-rate FLOAT",
    ]
  `);
  expect(problemsOf(['--learning-rate', '--follow'])).toMatchInlineSnapshot(`
    [
      "cli.flag.value: --learning-rate needs a value: --learning-rate FLOAT (if "--follow" is the value, write --learning-rate=--follow)",
    ]
  `);
  expect(problemsOf(['--tags'])).toMatchInlineSnapshot(`
    [
      "cli.flag.value: --tags needs a value: --tags TAG",
    ]
  `);
  expect(problemsOf(['--follow=yes'])).toMatchInlineSnapshot(`
    [
      "cli.flag.value: --follow takes no value, but got "yes" (write --follow)",
    ]
  `);
});

test('a flag that holds one value is refused when given twice', () => {
  expect(problemsOf(['--learning-rate', '1', '--learning-rate', '2'])).toMatchInlineSnapshot(`
    [
      "cli.flag.twice: --learning-rate is given more than once: 1, 2 (give it once)",
    ]
  `);
});

test('a value that is not among the choices is refused with the nearest one', () => {
  expect(problemsOf(['--color', 'nver'])).toMatchInlineSnapshot(`
    [
      "cli.flag.choice: --color cannot be "nver" (did you mean never?)",
    ]
  `);
});

test('missing and superfluous arguments are refused with the usage', () => {
  const grammar: Grammar = { command: 'clone', flags: [], positionals: [{ name: 'ID' }, { name: 'NEW' }] };
  expect(problemsOf(['a'], grammar)).toMatchInlineSnapshot(`
    [
      "cli.argument.missing: sheaf clone needs NEW (sheaf clone ID NEW)",
    ]
  `);
  expect(problemsOf(['a', 'b', 'c'], grammar)).toMatchInlineSnapshot(`
    [
      "cli.argument.extra: unexpected argument "c" (sheaf clone ID NEW; quote values that have spaces)",
    ]
  `);
});

test('a count is a whole number', () => {
  expect(() => parse('-n', '2.5').count('lines')).toThrow('--lines cannot be "2.5"');
  expect(() => parse('-n', '0').count('lines')).toThrow('--lines cannot be "0"');
  expect(parse('-n', '0').count('lines', 0)).toBe(0);
});

test('any text arrives verbatim when joined by "=", and as a word unless it looks like a flag', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('--', '-', '=', 'a=b', '--x', "a'b; $(x)\n")), (text) => {
      expect(parse(`--learning-rate=${text}`).texts('learning-rate')).toEqual([text]);
      if (!looksLikeFlag(text, GRAMMAR.flags)) {
        expect(parse('--learning-rate', text).texts('learning-rate')).toEqual([text]);
      }
    }),
  );
});
