import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/registry.ts';
import { DOCUMENTS } from '../../src/json/index.ts';
import { testFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': `learning_rate: 1e-4
camelCase: {inner_key: 1, OtherKey: [2]}
code: snapshot
checkpoint: {files: 'ck_{step}.pt'}
command: |
  echo "accuracy: 0.5"
  echo weights > "$SHEAF_OUT/ck_1.pt"
harvest:
  accuracy: {log: 'accuracy: (\\S+)', series: true, mode: max}
  loss: {log: 'loss: (\\S+)'}
`,
};

interface Document {
  readonly schema: string;
  readonly data: unknown;
  readonly warnings: readonly string[];
}

/** Command lines in an order in which each has something to say. Those that follow print several documents. */
const LINES: readonly string[] = [
  'init',
  'info',
  'partitions',
  'template list',
  'template show t',
  'template new u',
  'new --exp-id a --template t',
  'clone a b --learning-rate 0.01',
  'sweep --template t --name s --grid seed=1,2 --dry-run',
  'sweep --template t --name s --grid seed=1,2',
  'sweep extend s --grid seed=3',
  'sweep set s --max-parallel 2',
  'sweep show s',
  'submit a --dry-run',
  'submit a --hold',
  'release a',
  'hold a',
  'release a',
  'status a',
  'wait a',
  'status',
  'submit b --wait',
  'logs a',
  'logs a -f',
  'logs a b --out',
  'tail a --err',
  'retry a',
  'requeue a',
  'cancel a',
  'wait a',
  'harvest b',
  'harvest --all',
  'list',
  'list --columns all',
  'show b --events',
  'show b --script',
  'compare a b',
  'compare --group-by learning_rate',
  'checkpoints list',
  'checkpoints best accuracy',
  'checkpoints pin b best --as top',
  'checkpoints list --pinned',
  'checkpoints unpin top',
  'checkpoints prune --keep-last 1 --dry-run',
  'efficiency b',
  'estimate --model resnet50 --batch-size 32',
  'diff a b',
  'rerun b',
  'checkout b there',
  'prune --dry-run',
  'tensorboard --dry-run',
  'plot accuracy --group-by learning_rate -o bars.svg',
  'plot accuracy --x learning_rate',
  'export r.csv',
  'export - --format json --group-by learning_rate',
  'advise a',
  'tag a --add x',
  'note a seen',
  'archive a',
  'rename s_s1 s_first',
  'rm s_s2',
  'doctor',
  'completion bash',
  'run t --learning-rate 0.5 --detach',
];

const SCHEMAS: readonly string[] = Object.values(DOCUMENTS).map(({ schema }) => schema);

/** What a command prints on stderr when it takes long: `2/3 made`. */
const PROGRESS = /^\d+\/\d+ .*\n/gm;

/** A server goes on until it is stopped. */
const SERVING = 'sheaf serve --json & until sheaf serve --stop --json 2>/dev/null; do :; done; wait';

const FOLLOWING: readonly string[] = ['wait a', 'submit b --wait', 'logs a -f', SERVING];

test('with --json every command prints documents that are listed, with schema, data and warnings, and nothing else', async () => {
  const folder = testFolder(FILES);
  const printed = new Set<string>();
  const check = (line: string, stdout: string): void => {
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Document);
    if (!FOLLOWING.includes(line)) expect(documents, line).toHaveLength(1);
    for (const document of documents) {
      expect(Object.keys(document), line).toEqual(['schema', 'data', 'warnings']);
      printed.add(document.schema);
      // The keys of `list` are the names of its columns.
      if (document.schema === 'sheaf.list/1') continue;
      expect(
        keysOf(document.data).filter((key) => !/^[a-z][a-z0-9_]*$/.test(key)),
        line,
      ).toEqual([]);
    }
  };
  for (const line of LINES) {
    const { stdout, stderr, exitCode } = await folder.sheaf([...line.split(' '), '--json']);
    const fine = [0, 1, 3].includes(exitCode ?? -1);
    expect({ line, said: stderr.replace(PROGRESS, ''), fine }).toEqual({ line, said: '', fine: true });
    check(line, stdout);
  }
  check(SERVING, (await folder.run(['sh', '-c', SERVING])).stdout);
  expect([...printed].toSorted()).toEqual(SCHEMAS.toSorted());
}, 120_000);

test('the schema of each document is the name of its command with a version, and no two are the same', () => {
  for (const [command, { schema }] of Object.entries(DOCUMENTS)) {
    expect(schema.replace(/\/[1-9]\d*$/, '')).toBe(`sheaf.${command.replace(' ', '-')}`);
    expect(schema).toMatch(/\/[1-9]\d*$/);
  }
  expect(new Set(SCHEMAS).size).toBe(SCHEMAS.length);
});

test('each command and each of its verbs has a document', async () => {
  const commands = await Promise.all(COMMANDS.map(async ({ load }) => (await load()).command));
  const names = commands.flatMap((command) => [command, ...Object.values(command.verbs ?? {})]).map(({ name }) => name);
  // The first hands the terminal over to another program, the others only have verbs.
  const silent = ['shell', 'template', 'checkpoints'];
  expect(names.filter((name) => !silent.includes(name)).toSorted()).toEqual(Object.keys(DOCUMENTS).toSorted());
});

test('with --json an error is one document on stderr', async () => {
  const folder = testFolder({ ...FILES, 'templates/t.yaml': `num_gpu: 8\nlayers: 3\nlayers: 3\n` });
  const { stdout, stderr, exitCode } = await folder.sheaf(['new', '--template', 't', '--exp-id', 'x', '--json']);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(JSON.parse(stderr)).toMatchInlineSnapshot(`
    {
      "error": {
        "at": {
          "column": 1,
          "file": "templates/t.yaml",
          "line": 3,
        },
        "code": "yaml.key.duplicate",
        "fix": "delete the key in line 2 or in line 3",
        "message": "the key "layers" is given twice",
        "now": null,
        "ran": null,
        "replacement": null,
        "said": null,
        "why": "only one of the two could count, and nothing says which",
      },
      "others": [],
    }
  `);
  expect(JSON.parse((await folder.sheaf(['lst', '--json'])).stderr)).toMatchInlineSnapshot(`
    {
      "error": {
        "at": null,
        "code": "cli.command.unknown",
        "fix": "did you mean list?",
        "message": "sheaf has no command "lst"",
        "now": null,
        "ran": null,
        "replacement": null,
        "said": null,
        "why": null,
      },
      "others": [],
    }
  `);
});

/** Keys of our own, at any depth; what is below `params`, `differs` and the like has names that people gave. */
function keysOf(data: unknown): string[] {
  if (Array.isArray(data)) return data.flatMap(keysOf);
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) => [key, ...(GIVEN.has(key) ? [] : keysOf(value))]);
}

const GIVEN = new Set(['params', 'origins', 'values', 'default', 'reserved', 'space', 'results', 'metrics']);
