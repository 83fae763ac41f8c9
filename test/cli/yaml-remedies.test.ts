import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const GOOD = {
  'sheaf.yaml': 'project: p\nscheduler: local\n',
  'templates/t.yaml': 'lr: 0.1\ncommand: echo {{ lr }}\n',
};

/** Pastes the lines of the message over those that it names. */
function paste(folder: TestFolder, file: string, stderr: string): void {
  const [, first = '', , last = first, pasted = ''] =
    /^ {2}fix {2}replace lines? (\d+)( to (\d+))? with\n\n([^]*?)\n\n/m.exec(stderr) ?? [];
  const path = join(folder.path, file);
  const lines = readFileSync(path, 'utf8').split('\n');
  const [from, to] = [Number(first), Number(last)];
  writeFileSync(path, lines.toSpliced(from - 1, to - from + 1, ...pasted.split('\n')).join('\n'));
}

test.each([
  ['templates/t.yaml', 'lr: 0.1\ncommand: echo "lr: {{ lr }}" && true\n', 'templates/t.yaml:2:10'],
  ['templates/t.yaml', '\tlr: 0.1\n\tcommand: echo {{ lr }}\n', 'templates/t.yaml:1:1'],
  ['templates/t.yaml', 'lr:0.1\ncommand: echo {{ lr }}\n', 'templates/t.yaml:1:4'],
  ['sheaf.yaml', 'project: p\nscheduler:local\n', 'sheaf.yaml:2:11'],
  ['sheaf.yaml', 'project: p\n  scheduler: local\n', 'sheaf.yaml:2:1'],
])('the lines that the message about %s shows can be pasted: %j', async (file, text, place) => {
  const folder = testFolder({ ...GOOD, [file]: text });
  const words = ['new', '--template', 't', '--exp-id', 'x'];
  const { exitCode, stderr } = await folder.sheaf(words);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`  ${place}\n`);
  paste(folder, file, stderr);
  expect(await folder.sheaf(words)).toMatchObject({ exitCode: 0 });
});
