import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/project-folder.ts';

const script: string = join(import.meta.dirname, '../../scripts/check-language.ts');

function check(files: Readonly<Record<string, string>>): { lines: string[]; status: number | null } {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'src'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, '.'], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return { lines: stdout.trimEnd().split('\n').slice(0, -1), status };
}

test.each([
  ['Markdown', 'a.md', '# Title\n\nWhat failed is told\nat the end.\n', ['a.md:3: "is told" → "sheaf reports"']],
  ['a line comment', 'src/a.ts', 'let a = 1; // made anew\n', ['src/a.ts:1: "anew" → "again"']],
  [
    'a comment over two lines',
    'src/a.ts',
    '/**\n * At most so\n * many.\n */\n',
    ['src/a.ts:2: "so many" → "N, this number of"'],
  ],
  ['a message', 'src/a.ts', "throw new Error('mend that, then go on');\n", ['src/a.ts:1: "mend" → "fix"']],
  [
    'a template literal',
    'src/a.ts',
    'f(`${1} is kept back\n${2} is heeded`);\n',
    ['src/a.ts:1: "kept back" → "deferred"', 'src/a.ts:2: "heeded" → "use, respect"'],
  ],
  [
    'a test title',
    'src/a.test.ts',
    "test('what was foretold', () => {});\n",
    ['src/a.test.ts:1: "foretold" → "predicted, predicts"'],
  ],
  ['a comment of a shell script', 'run.sh', 'true # made anew\n', ['run.sh:1: "anew" → "again"']],
  [
    '"where" for "if"',
    'a.md',
    'Where the cluster has one, it is used.\n',
    ['a.md:1: "Where the cluster has one," → "If …, When …" ("where" is for places)'],
  ],
])('the check finds a phrase in %s', (_, path, text, expected) => {
  expect(check({ [path]: text })).toEqual({ lines: expected, status: 1 });
});

test('the check leaves plain English and code alone', () => {
  const files = {
    'a.md':
      'If it fails, `sheaf retry` runs it again.\n\n```sh\necho anew\n```\n\n[a link](mend.md), the folder where jobs run\n',
    'src/a.ts': [
      '// If it is deferred, sheaf submits it later; `anew` is a name, {@link mend} another one.',
      "const anew = { mend: 'foretold', pattern: /so many/ };",
      "if (anew) f('nothing else', `${anew} so many that it stops`); else g();",
      '',
    ].join('\n'),
    'run.sh': '#!/bin/sh\nanew # starts again\n',
  };
  expect(check(files)).toEqual({ lines: [], status: 0 });
});
