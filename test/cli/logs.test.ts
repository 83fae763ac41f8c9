import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordedFolder } from '../support/recorded-folder.ts';
import { ended, started } from '../support/recorded-project.ts';
import type { TestFolder } from '../support/run-sheaf.ts';

const done = { attempts: { 'train-1': [started(), ended()] } };

/** The streams of runs that ended; of each, standard error was written to last. */
async function ranFolder(logs: { readonly [expId: string]: readonly [out: string, err: string] }): Promise<TestFolder> {
  const folder = await recordedFolder(Object.fromEntries(Object.keys(logs).map((id) => [id, done])));
  for (const [id, texts] of Object.entries(logs)) {
    const attempt = join(folder.path, 'experiments', id, 'attempts/train-1');
    mkdirSync(attempt, { recursive: true });
    for (const [i, name] of ['out.log', 'err.log'].entries()) {
      writeFileSync(join(attempt, name), texts[i] ?? '');
      utimesSync(join(attempt, name), i + 1, i + 1);
    }
  }
  return folder;
}

test('logs prints standard output, then standard error, each under its name; --out and --err print one of them', async () => {
  const folder = await ranFolder({ a: ['epoch 1\nepoch 2', 'warning\n'], b: ['alone\n', ''] });
  const printed = async (...words: string[]): Promise<string> => (await folder.sheaf(words)).stdout;
  expect(await printed('logs', 'a')).toBe('── stdout ──\nepoch 1\nepoch 2\n── stderr ──\nwarning\n');
  expect(await printed('logs', 'a', '-n', '1')).toBe('── stdout ──\nepoch 2\n── stderr ──\nwarning\n');
  expect(await printed('logs', 'a', '--out')).toBe('epoch 1\nepoch 2');
  expect(await printed('logs', 'a', '--err')).toBe('warning\n');
  expect(await printed('logs', 'b')).toBe('alone\n');
  expect((await folder.sheaf(['logs', 'b', '--err'])).stderr).toContain('the log is empty; stdout has 6 bytes');
});

test('tail prints what logs -n 10 prints, and takes its flags', async () => {
  const lines = Array.from({ length: 12 }, (_, i) => `line ${i}\n`);
  const folder = await ranFolder({ a: [lines.join(''), 'oh\n'] });
  const { stdout } = await folder.sheaf(['tail', 'a']);
  expect(stdout).toBe(`── stdout ──\n${lines.slice(2).join('')}── stderr ──\noh\n`);
  expect((await folder.sheaf(['logs', 'a', '-n', '10'])).stdout).toBe(stdout);
  expect((await folder.sheaf(['tail', 'a', '-n', '1', '--out'])).stdout).toBe('line 11\n');
});

test('logs of several experiments name each of them, in a pipe, too', async () => {
  const folder = await ranFolder({ a: ['one\n', 'two\n'], b: ['three\n', ''] });
  expect((await folder.sheaf(['logs', 'a', 'b'])).stdout).toBe(
    [
      '── a · train · attempt 1 · job 7 · gn01 ──',
      '── a · stdout ──',
      'one',
      '── a · stderr ──',
      'two',
      '── b · train · attempt 1 · job 7 · gn01 ──',
      'three',
      '',
    ].join('\n'),
  );
  const where = await folder.sheaf(['logs', '--where', 'exp_id = b', '--json']);
  expect(JSON.parse(where.stdout)).toMatchObject({
    data: [
      { kind: 'mark', exp_id: 'b', stream: null },
      { kind: 'line', exp_id: 'b', stream: 'stdout', text: 'three' },
    ],
  });
});

test('logs -f labels each line of standard error, and a progress bar each time that it redraws its line', async () => {
  const folder = await ranFolder({ a: ['epoch 1\nepoch', '\r10%\r20%\nWarning\n'] });
  const { stdout } = await folder.sheaf(['logs', 'a', '-f']);
  expect(stdout).toBe('epoch 1\nepoch\n\rstderr │ 10%\rstderr │ 20%\nstderr │ Warning\n');
});

test('logs -f of several experiments labels each line with its experiment', async () => {
  const folder = await ranFolder({ a: ['one\n', 'two\n'], b: ['three\n', ''] });
  const { stdout } = await folder.sheaf(['logs', 'a', 'b', '-f']);
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.includes('│')).toSorted()).toEqual(['a stderr │ two', 'a │ one', 'b │ three']);
});

test('logs with bytes that are no text prints them as they are', async () => {
  const folder = await ranFolder({ a: ['', ''] });
  const path = join(folder.path, 'experiments/a/attempts/train-1/out.log');
  writeFileSync(path, Buffer.from([65, 0, 255, 27, 91, 51, 49, 109, 66]));
  const { stdout } = await folder.run(['sh', '-c', 'sheaf logs a 2>/dev/null | od -An -tx1']);
  expect(stdout.trim()).toBe('41 00 ff 1b 5b 33 31 6d 42');
});
