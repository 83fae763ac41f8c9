import { describe, expect, test } from 'vitest';
import { EVERYDAY } from '../../src/cli/help.ts';
import { COMMANDS } from '../../src/cli/registry.ts';
import { testFolder } from '../support/run-sheaf.ts';

const NAMES: readonly string[] = [
  ...COMMANDS.map(({ name }) => name),
  'sweep extend',
  'sweep show',
  'template list',
  'template show',
  'template new',
];

describe.each(NAMES)('sheaf %s --help', (name) => {
  test('begins with examples, fits 80 columns and has no colours', async () => {
    const { stdout, stderr, exitCode } = await testFolder().sheaf([...name.split(' '), '--help']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('Examples');
    expect(lines[1]).toMatch(/^ {2}(sheaf|source <\(sheaf) /);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).not.toContain('\u001b');
    expect(lines.find((line) => line.startsWith('sheaf '))).toContain(`sheaf ${name} `);
  });
});

test('sheaf alone and sheaf --help list the commands of every day, then all others, on one screen', async () => {
  const folder = testFolder();
  const alone = await folder.sheaf([]);
  expect(await folder.sheaf(['--help'])).toEqual(alone);
  expect(await folder.sheaf(['help'])).toEqual(alone);
  expect(alone.exitCode).toBe(0);
  const lines = alone.stdout.split('\n');
  // A terminal of today; each command has a line of its own.
  expect(lines.length).toBeLessThanOrEqual(50);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const everyday = lines.slice(2, 2 + EVERYDAY.length).map((line) => /^ {2}sheaf (\w+)/.exec(line)?.[1]);
  expect(everyday).toEqual(EVERYDAY.map(([command]) => command));
  expect(everyday.filter((name) => !COMMANDS.some((command) => command.name === name))).toEqual([]);
  // Its group stands apart from it.
  const others = COMMANDS.filter(({ name }) => !everyday.includes(name));
  for (const { name, summary } of others) expect(alone.stdout).toContain(`  ${name.padEnd(12)}${summary}\n`);
});

test('sheaf help flags lists the flags of every command, which the help of a command names in one line', async () => {
  const folder = testFolder();
  const { stdout, exitCode } = await folder.sheaf(['help', 'flags']);
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^Flags of every command\n {6}--json {18}Print/),
  });
  const help = (await folder.sheaf(['list', '--help'])).stdout;
  expect(help).toContain('\nOn every command: --json --project --yes -q -v --color -h (sheaf help flags)\n');
  expect(help).not.toContain('Print one JSON document');
});

test.each(['retry', 'requeue', 'rerun', 'clone'])(
  'the help of %s sets side by side what runs something again',
  async (name) => {
    const { stdout } = await testFolder().sheaf([name, '--help']);
    const table = stdout.slice(stdout.indexOf('Ways to run something again')).split('\n');
    expect(table.slice(2).map((line) => /^ {2}(\w+)/.exec(line)?.[1])).toEqual(
      expect.arrayContaining(['retry', 'requeue', 'rerun', 'clone']),
    );
  },
);

test('sheaf ls is sheaf list', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n' });
  expect(await folder.sheaf(['ls', '--help'])).toEqual(await folder.sheaf(['list', '--help']));
});

test('sheaf help COMMAND is sheaf COMMAND --help', async () => {
  const folder = testFolder();
  expect(await folder.sheaf(['help', 'submit'])).toEqual(await folder.sheaf(['submit', '--help']));
});

test('the help of a template lists its parameters with type, default, range, choices and what must be given', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml': `
learning_rate: 1e-4
layers: [512, 512]
model: null
name: x
schema:
  learning_rate: {range: [0, 1], help: Peak learning rate}
  model: {type: str, choices: [resnet50, vit]}
command: python3 train.py {{ flags }}
`,
  });
  const { stdout } = await folder.sheaf(['sweep', '--template', 't', '--help']);
  const start = stdout.indexOf('Parameters of template t');
  expect(stdout.slice(start, stdout.indexOf('\n\n', start))).toMatchInlineSnapshot(`
    "Parameters of template t
          --learning-rate FLOAT   Peak learning rate; default 1e-4; 0 to 1
          --layers ITEM…          default [512, 512]
          --model TEXT            required; one of resnet50, vit
          --seed INT              Random seed"
  `);
  expect(stdout).toContain('Only --set reaches name, for example --set name=VALUE.');
});
