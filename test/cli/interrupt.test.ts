import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProgram, type Program } from '../support/processes.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { sheafArgv } from '../support/sheaf-argv.ts';
import { until } from '../support/until.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': 'x: 1\ncommand: |\n  echo begun\n  while [ ! -e "$SHEAF_OUT/go" ]; do sleep 0.1; done\n',
};

/** A project with the experiment `long`, which runs until it is told to end. */
async function runningProject(): Promise<TestFolder> {
  const folder = testFolder(FILES);
  await folder.sheaf(['new', '--exp-id', 'long', '--template', 't']);
  await folder.sheaf(['submit', 'long']);
  return folder;
}

/** Whether a command has opened the project, which it does after it began to listen for Ctrl-C. */
function hasOpened(pid: number, folder: TestFolder): boolean {
  const local = folder.env['SHEAF_LOCAL_DIR'] ?? '';
  return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`).startsWith(local));
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function start(folder: TestFolder, words: readonly string[]): Program {
  return startProgram([...sheafArgv(), ...words], { cwd: folder.path, env: folder.env });
}

test('Ctrl-C stops following a log, says so, and the job goes on', async () => {
  const folder = await runningProject();
  const following = start(folder, ['logs', 'long', '-f']);
  await until(() => following.output().includes('begun'));
  following.child.kill('SIGINT');
  const { code, output } = await following.ended;
  expect(code).toBe(130);
  expect(output).toContain('Stopped following. The job continues.\n');
  expect((await folder.sheaf(['status', 'long'])).stdout).toContain('long\ttrain\trunning');
});

test('Ctrl-C stops waiting and watching, and the job goes on', async () => {
  const folder = await runningProject();
  for (const [words, said] of [
    [['wait', 'long'], 'Stopped waiting. The jobs continue.\n'],
    [['status', '--watch'], 'Stopped watching. The jobs continue.\n'],
  ] as const) {
    const waiting = start(folder, words);
    await until(() => hasOpened(waiting.pid, folder));
    waiting.child.kill('SIGINT');
    const { code, output } = await waiting.ended;
    expect({ words, code }).toEqual({ words, code: 130 });
    expect(output).toContain(said);
  }
  expect((await folder.sheaf(['status', 'long'])).stdout).toContain('long\ttrain\trunning');
});

test('Ctrl-C during a sweep says how far it came, and the same command makes the rest', async () => {
  const folder = testFolder(FILES);
  const words = [
    'sweep',
    '--template',
    't',
    '--name',
    's',
    '--random',
    '20000',
    '--draw',
    'x=int(1,1000000)',
    '--random-seed',
    '1',
  ];
  const journal = join(folder.path, '.sheaf/journal');
  const making = start(folder, words);
  await until(() => existsSync(journal) && readdirSync(journal).some((name) => statSync(join(journal, name)).size > 0));
  making.child.kill('SIGINT');
  const { code, output } = await making.ended;
  expect(code).toBe(130);
  expect(output).toMatch(
    /Created \d+ of \d+, then stopped\. Run the same command, with the name s, to create the rest\.\n/,
  );
  const again = await folder.sheaf(words);
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toMatch(/Created \d+; \d+ existed already\.\n/);
}, 120_000);
