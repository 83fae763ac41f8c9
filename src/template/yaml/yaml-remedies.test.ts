import { expect, test } from 'vitest';
import { SheafError, type Problem } from '../../core/errors.ts';
import { parseYaml } from './yaml.ts';

function problemOf(text: string): Problem | undefined {
  try {
    parseYaml(text, 'templates/t.yaml');
  } catch (error) {
    if (error instanceof SheafError) return error.problems[0];
    throw error;
  }
  return undefined;
}

/** As a person does what the message says. */
function remedied(text: string, { replacement, fix }: Problem): string {
  if (replacement === undefined) throw new Error(`no lines to paste: ${fix}`);
  const { from, to, lines } = replacement;
  expect(fix).toBe(from === to ? `replace line ${from} with` : `replace lines ${from} to ${to} with`);
  return text
    .split('\n')
    .toSpliced(from - 1, to - from + 1, ...lines)
    .join('\n');
}

const COMMAND = 'Commands containing `: ` need a block: `command: |`';
const SPACE = 'A space is missing after a colon';
const INDENTATION = 'Wrong indentation';

test.each<[what: string, text: string, line: number, message: string, values: unknown]>([
  [
    'a command with a colon',
    'lr: 1\ncommand: echo "loss: 1" && ls\nb: 2\n',
    2,
    COMMAND,
    { lr: 1, command: 'echo "loss: 1" && ls\n', b: 2 },
  ],
  ['a command that ends with a colon', 'command: echo loss:\n', 1, COMMAND, { command: 'echo loss:\n' }],
  ['a command with a comment', 'command: echo a: b # why\n', 1, COMMAND, { command: 'echo a: b\n' }],
  [
    'the command of a stage',
    'stages:\n  train:\n    command: echo acc: 1\n  eval: {command: ls}\n',
    3,
    COMMAND,
    { stages: { train: { command: 'echo acc: 1\n' }, eval: { command: 'ls' } } },
  ],
  [
    'a command without its key',
    'lr: 1\npython3 train.py {{ flags }}\nb: 2\n',
    2,
    'A command needs its key: `command: |`',
    { lr: 1, command: 'python3 train.py {{ flags }}\n', b: 2 },
  ],
  [
    'a command of two lines without its key',
    'lr: 1\nsrun python3 train.py \\\n  --lr {{ lr }}\n',
    2,
    'A command needs its key: `command: |`',
    { lr: 1, command: 'srun python3 train.py \\\n--lr {{ lr }}\n' },
  ],
  [
    'a command of two lines',
    'command: python a.py\n  --note loss: x\nb: 1\n',
    1,
    COMMAND,
    { command: 'python a.py \\\n--note loss: x\n', b: 1 },
  ],
  [
    'a command that begins with a quote',
    'command: "my python" a.py\n',
    1,
    'Commands that go on after a quote need a block: `command: |`',
    { command: '"my python" a.py\n' },
  ],
  [
    'a command that begins with {{',
    'command: {{ python }} a.py\nb: 1\n',
    1,
    'Commands that begin with `{{` need a block: `command: |`',
    { command: '{{ python }} a.py\n', b: 1 },
  ],
  [
    'a block that is not indented',
    'command: |\npython a.py\nls\nb: 2\n',
    2,
    'The lines of a block must be indented',
    { command: 'python a.py\nls\n', b: 2 },
  ],
  [
    'a block that ends too early',
    'command: |\n    python a.py \\\n  --lr 1\nb: 2\n',
    3,
    INDENTATION,
    { command: 'python a.py \\\n--lr 1\n', b: 2 },
  ],
  ['a tab at the beginning', '\tlr: 1\n\tb: 2\n', 1, 'Tabs cannot be indentation', { lr: 1, b: 2 }],
  ['a tab in the first line alone', '\tlr: 1\nb: 2\n', 1, 'Tabs cannot be indentation', { lr: 1, b: 2 }],
  ['tabs as indentation', 'a:\n\tb:\n\t\tc: 1\nd: 2\n', 2, 'Tabs cannot be indentation', { a: { b: { c: 1 } }, d: 2 }],
  ['a missing space after a colon', 'learning_rate:0.1\nb: 2\n', 1, SPACE, { learning_rate: 0.1, b: 2 }],
  ['a missing space in the last line', 'a: 1\nlearning_rate:0.1\n', 2, SPACE, { a: 1, learning_rate: 0.1 }],
  ['missing spaces in all lines', 'learning_rate:0.1\nepochs:3\n', 1, SPACE, { learning_rate: 0.1, epochs: 3 }],
  ['a missing space in a map', 'opt:\n  lr:0.1\nb: 2\n', 2, SPACE, { opt: { lr: 0.1 }, b: 2 }],
  ['missing spaces in braces', 'acc: {json:m.json, key:acc}\n', 1, SPACE, { acc: { json: 'm.json', key: 'acc' } }],
  [
    'a missing space after a dash',
    'tags:\n  - a\n  -b\nc: 1\n',
    3,
    'A space is missing after the - of a list',
    { tags: ['a', 'b'], c: 1 },
  ],
  [
    'missing spaces after all dashes',
    'tags:\n  -a\n  -b\nc: 1\n',
    2,
    'A space is missing after the - of a list',
    { tags: ['a', 'b'], c: 1 },
  ],
  [
    'a value that begins with {{',
    'name: {{ model }}-x\n',
    1,
    'Values that begin with `{{` need quotes',
    { name: '{{ model }}-x' },
  ],
  [
    'an item that begins with {{',
    'a:\n  - {{ x }}\n  - y\n',
    2,
    'Values that begin with `{{` need quotes',
    { a: ['{{ x }}', 'y'] },
  ],
  [
    'a value in braces that begins with {{',
    'export: {A: {{ x }}, B: 1}\n',
    1,
    'Values that begin with `{{` need quotes',
    { export: { A: '{{ x }}', B: 1 } },
  ],
  ['a value that begins with %', 'a: 1\nmark: %x\n', 2, 'Values that begin with `%` need quotes', { a: 1, mark: '%x' }],
  ['a value that begins with @', 'a: @x # c\n', 1, 'Values that begin with `@` need quotes', { a: '@x' }],
  [
    'a value that begins with a backtick',
    'a: `date`\n',
    1,
    'Values that begin with a backtick need quotes',
    { a: '`date`' },
  ],
  ['a value that begins with *', 'files: *.log\n', 1, 'Values that begin with `*` need quotes', { files: '*.log' }],
  [
    'a value that begins with |',
    'x: |grep y\nb: 1\n',
    1,
    'Values that begin with `|` need quotes',
    { x: '|grep y', b: 1 },
  ],
  ['a line that begins with %', '% my template\na: 1\n', 1, 'Comments begin with #', { a: 1 }],
  ['a line that begins with @', 'a: 1\n@later b: 1\n', 2, 'Comments begin with #', { a: 1 }],
  [
    'lines that begin with backticks',
    '```yaml\na: 1\nb: 2\n```\n',
    1,
    'Lines with ``` do not belong to the file',
    { a: 1, b: 2 },
  ],
  ['a line further to the right', 'a: 1\n  b: 2\nc: 3\n', 2, INDENTATION, { a: 1, b: 2, c: 3 }],
  [
    'a line between two levels',
    'stages:\n    train:\n      x: 1\n   eval:\n      x: 2\n',
    4,
    INDENTATION,
    { stages: { train: { x: 1 }, eval: { x: 2 } } },
  ],
  ['a first line further to the right', ' a: 1\nb: 2\n', 1, INDENTATION, { a: 1, b: 2 }],
  ['a double quote that is not closed', 'a: "x\nb: 2\nc: 3\n', 1, 'The quote " is not closed', { a: 'x', b: 2, c: 3 }],
  [
    'a single quote that is not closed',
    'a: 1\nb: \'x # y\nc: "z"\n',
    2,
    "The quote ' is not closed",
    { a: 1, b: 'x', c: 'z' },
  ],
  [
    'an apostrophe between single quotes',
    "a: 'it's fine'\n",
    1,
    'Values that go on after a quote need quotes',
    { a: "it's fine" },
  ],
  [
    'a pattern between double quotes',
    'loss: {log: "loss=(\\d+)"}\n',
    1,
    'A backslash needs single quotes',
    { loss: { log: 'loss=(\\d+)' } },
  ],
  ['two colons', 'key: value: other\nb: 1\n', 1, 'Values containing `: ` need quotes', { key: 'value: other', b: 1 }],
  [
    'two colons in braces',
    'loss: {log: loss: (.*), pick: last}\n',
    1,
    'Values containing `: ` need quotes',
    { loss: { log: 'loss: (.*)', pick: 'last' } },
  ],
  [
    'a bracket that is not closed',
    'a: [1, {b: 2}\nc: 3\n',
    1,
    '] is missing at the end of the line',
    { a: [1, { b: 2 }], c: 3 },
  ],
  ['a brace too many', 'a: {b: 1}}\nc: 3\n', 1, 'There is one } too many', { a: { b: 1 }, c: 3 }],
  [
    'an equals sign',
    'a: 1\nlearning_rate = 0.1\n',
    2,
    'A key ends with a colon, not with =',
    { a: 1, learning_rate: 0.1 },
  ],
  ['no colon', 'learning_rate 0.1\nb: 1\n', 1, 'A colon is missing after a key', { learning_rate: 0.1, b: 1 }],
  ['a comment without a space', 'a: "x"#c\n', 1, 'A comment needs a space before it', { a: 'x' }],
  [
    'a no-break space',
    'a:\u00A01\nb:\u00A02\nc: 3\n',
    1,
    'No-break space, as in text copied from a web page',
    { a: 1, b: 2, c: 3 },
  ],
  ['Windows line ends', 'a: 1\r\ncommand: echo a: b\r\nc: 3\r\n', 2, COMMAND, { a: 1, command: 'echo a: b\n', c: 3 }],
])('a file with %s is accepted after the remedy of its message', (_, text, line, message, values) => {
  const problem = problemOf(text);
  expect(problem).toMatchObject({ message, at: { file: 'templates/t.yaml', line } });
  expect(parseYaml(remedied(text, problem as Problem), 'x').values).toEqual(values);
});

test('of two mistakes, the first is corrected, then the second', () => {
  const text = 'a: 1\ncommand: echo a: b\nname: {{ x }}\nlast: 1\n';
  const first = problemOf(text) as Problem;
  expect(first).toMatchObject({ message: COMMAND, at: { line: 2 } });
  const once = remedied(text, first);
  const second = problemOf(once) as Problem;
  expect(second).toMatchObject({ message: 'Values that begin with `{{` need quotes', at: { line: 4 } });
  expect(parseYaml(remedied(once, second), 'x').values).toMatchObject({ name: '{{ x }}', last: 1 });
});

test('what no remedy fits says what to look for', () => {
  expect(problemOf('a: 1\n- b\n')).toMatchObject({
    code: 'yaml.syntax',
    message: 'Invalid YAML here',
    at: { line: 2 },
    fix: expect.stringContaining('check this line and the one above') as string,
  });
});

test('a text in which no space is missing stays a text', () => {
  const text =
    'a:\n  s3://bucket/x\nb: {c: http://x, d: null}\ntime: 1:30:00\ncommand:\n  python a.py\n  --lr 1\nx:\n  -5\n';
  expect(parseYaml(text, 'x').values).toEqual({
    a: 's3://bucket/x',
    b: { c: 'http://x', d: null },
    time: '1:30:00',
    command: 'python a.py --lr 1',
    x: -5,
  });
});

test('lines end as on Windows or old Macs, after a byte order mark, too', () => {
  expect(parseYaml('\uFEFFa: 1\r\nb: 2\r\n', 'x').values).toEqual({ a: 1, b: 2 });
  expect(parseYaml('a: 1\rb: 2\r', 'x').values).toEqual({ a: 1, b: 2 });
});

test('UTF-16 is refused with the command that converts it', () => {
  const text = Buffer.from('\uFEFFa: 1\n', 'utf16le').toString();
  expect(problemOf(text)).toMatchObject({
    code: 'yaml.encoding',
    fix: 'iconv -f UTF-16 -t UTF-8 templates/t.yaml > utf8.yaml && mv utf8.yaml templates/t.yaml',
  });
});
