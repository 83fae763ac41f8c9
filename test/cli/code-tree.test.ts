import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesIn } from '../provenance/project.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

/** As rootutils does it, and programs that keep caches beside their source. */
const TRAIN = `
import os, sys, time
from pathlib import Path
import lib.util
here = Path(__file__).resolve().parent
(here / 'logs').mkdir(exist_ok=True)
(here / 'logs' / 'result.json').write_text('{"score": %s}' % sys.argv[1])
with open(here / 'lib' / 'state.txt', 'a') as state: state.write('run %s\\n' % sys.argv[1])
time.sleep(float(os.environ.get('WAIT', '0.5')))
print(sorted(p.name for p in (here / 'logs').iterdir()), (here / 'lib' / 'state.txt').read_text())
`;

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  '.gitignore': '.sheaf/\nexperiments/\n__pycache__/\n',
  'templates/t.yaml':
    'x: 1\ncommand: python3 train.py {{ x }}\nharvest:\n  score: {json: "**/result.json", path: score}\n',
  'train.py': TRAIN,
  'lib/util.py': 'pass\n',
  'lib/state.txt': 'begin\n',
  'old/result.json': '{"score": 99}',
  'many words\nand a line/file': 'text',
};

function repository(files: Readonly<Record<string, string>> = {}): TestFolder {
  const folder = testFolder({ ...FILES, ...files });
  symlinkSync('lib/util.py', join(folder.path, 'link.py'));
  symlinkSync('lib', join(folder.path, 'libs'));
  const git = (...words: string[]): void => {
    spawnSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words], { cwd: folder.path });
  };
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message=one');
  return folder;
}

function attempt(folder: TestFolder, id: string, path: string, n = 1): string {
  return join(folder.path, 'experiments', id, `attempts/train-${n}`, path);
}

function text(folder: TestFolder, id: string, path: string, n = 1): string {
  return readFileSync(attempt(folder, id, path, n), 'utf8');
}

/** All files and links below a folder, sorted. */
function pathsIn(folder: string): string[] {
  return Object.keys(filesIn(folder)).toSorted();
}

/** As a node does that fails: the job's shell and its program are gone at once. */
function killJob(folder: TestFolder, id: string): void {
  const { pid: shell } = JSON.parse(text(folder, id, 'started.json')) as { pid: number };
  const run = attempt(folder, id, 'run.sh');
  const programs = globSync('/proc/[0-9]*/cmdline')
    .filter((file) => existsSync(file) && readFileSync(file, 'utf8').includes(run))
    .map((file) => Number(file.split('/')[2]));
  process.kill(shell, 'SIGKILL');
  for (const pid of programs) process.kill(-pid, 'SIGKILL');
}

/** The job removes unchanged code after it recorded its end. */
function untilTidy(folder: TestFolder, id: string): Promise<boolean> {
  return until(() => !existsSync(attempt(folder, id, 'work.code')));
}

function checkout(folder: TestFolder): string {
  return join(folder.path, globSync('.sheaf/code/*/', { cwd: folder.path })[0] ?? '');
}

test('programs that write beside their source see only what they wrote themselves, and only that stays', async () => {
  const folder = repository();
  const ids = ['a', 'b'];
  for (const [i, id] of ids.entries())
    await folder.sheaf(['new', '--exp-id', id, '--template', 't', '--set', `x=${i}`]);
  await folder.sheaf(['submit', 'a', 'b']);
  expect((await folder.sheaf(['wait', 'a', 'b'])).exitCode).toBe(0);
  for (const [i, id] of ids.entries()) {
    expect(text(folder, id, 'out.log')).toBe(`['result.json'] begin\nrun ${i}\n\n`);
    await untilTidy(folder, id);
    expect(pathsIn(attempt(folder, id, 'work'))).toEqual(['lib/state.txt', 'logs/result.json']);
  }
  const whole = Object.keys(FILES).filter((path) => !path.startsWith('sheaf.yaml'));
  expect(pathsIn(checkout(folder))).toEqual([...whole, 'link.py', 'libs', 'sheaf.yaml'].toSorted());
  expect(readFileSync(join(checkout(folder), 'lib/state.txt'), 'utf8')).toBe('begin\n');
  const { stdout } = await folder.sheaf(['list', '--json', '--columns', 'score']);
  expect(stdout).not.toContain('99');
});

test('what lies behind a link that the program made is not touched', async () => {
  const folder = repository({
    'train.sh': 'mkdir ../out && cp -R lib ../out/ && rm -r lib && ln -s ../out/lib lib && echo done\n',
    'templates/t.yaml': 'x: 1\ncommand: bash train.sh\n',
  });
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['submit', 'a']);
  expect((await folder.sheaf(['wait', 'a'])).exitCode).toBe(0);
  await untilTidy(folder, 'a');
  expect(pathsIn(attempt(folder, 'a', 'out/lib'))).toEqual(['state.txt', 'util.py']);
  expect(pathsIn(attempt(folder, 'a', 'work'))).toEqual(['lib']);
});

test('a harvest of a run that goes on, or was killed, takes no file of the code for a result, and prune removes it', async () => {
  const folder = repository({ 'train.py': 'import time\nprint("runs", flush=True)\ntime.sleep(600)\n' });
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['submit', 'a']);
  await until(() => existsSync(attempt(folder, 'a', 'out.log')) && text(folder, 'a', 'out.log') === 'runs\n');
  const live = await folder.sheaf(['harvest', 'a', '--live', '--json']);
  expect(live.stdout).toContain('no_file');
  expect(live.stdout).not.toContain('99');
  killJob(folder, 'a');
  await folder.sheaf(['wait', 'a']);
  expect(existsSync(attempt(folder, 'a', 'work/old/result.json'))).toBe(true);
  expect((await folder.sheaf(['harvest', 'a', '--all', '--json'])).stdout).not.toContain('99');

  // What it wrote stays.
  writeFileSync(attempt(folder, 'a', 'work/own.txt'), 'own');
  await folder.sheaf(['prune', '--yes']);
  expect(pathsIn(attempt(folder, 'a', 'work'))).toEqual(['own.txt']);
  expect(existsSync(attempt(folder, 'a', 'work.code'))).toBe(false);
});

test('a retry takes away the code that a killed attempt left, before it looks for a checkpoint', async () => {
  const folder = repository({ 'train.py': 'import time\nprint("runs", flush=True)\ntime.sleep(600)\n' });
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['submit', 'a']);
  await until(() => existsSync(attempt(folder, 'a', 'out.log')) && text(folder, 'a', 'out.log') === 'runs\n');
  killJob(folder, 'a');
  await folder.sheaf(['wait', 'a']);
  await folder.sheaf(['retry', 'a']);
  await until(() => existsSync(attempt(folder, 'a', 'out.log', 2)) && text(folder, 'a', 'out.log', 2) === 'runs\n');
  expect(pathsIn(attempt(folder, 'a', 'work'))).toEqual([]);
  expect(existsSync(attempt(folder, 'a', 'work/old'))).toBe(false);
}, 120_000);

test('a missing file that is in the snapshot is not reported as outside of it', async () => {
  const folder = repository({ 'train.py': 'import os\nos.chdir("/")\nopen("old/result.json")\n' });
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['submit', 'a']);
  await folder.sheaf(['wait', 'a']);
  const { stdout } = await folder.sheaf(['show', 'a']);
  expect(stdout).toContain('old/result.json');
  expect(stdout).not.toContain('not in the snapshot');
});

test('the members of a pack have a copy each', async () => {
  const folder = repository({ 'templates/t.yaml': `${FILES['templates/t.yaml']}pack: 2\n` });
  await folder.sheaf(['sweep', '--name', 's', '--template', 't', '--grid', 'x=1,2', '--submit', '--yes']);
  await folder.sheaf(['wait', '--where', 'sweep = s']);
  await until(() => globSync('experiments/*/attempts/train-1/work.code', { cwd: folder.path }).length === 0);
  const works = globSync('experiments/*/attempts/train-1/work', { cwd: folder.path });
  expect(works).toHaveLength(2);
  for (const work of works) expect(pathsIn(join(folder.path, work))).toEqual(['lib/state.txt', 'logs/result.json']);
});

test('doctor names the files that runs of an older version wrote into a shared checkout, and says what to do', async () => {
  const folder = repository({ 'train.py': 'pass\n' });
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['submit', 'a', '--wait']);
  expect((await folder.sheaf(['doctor'])).stdout).not.toContain('wrote into');
  const shared = checkout(folder);
  mkdirSync(join(shared, 'logs'));
  writeFileSync(join(shared, 'logs/run.log'), 'text');
  mkdirSync(join(shared, 'lib/__pycache__'));
  writeFileSync(join(shared, 'lib/__pycache__/util.pyc'), '');
  spawnSync('chmod', ['u+w', join(shared, 'lib/util.py')]);
  writeFileSync(join(shared, 'lib/util.py'), 'stop\n');
  const later = new Date(Date.now() + 10_000);
  utimesSync(join(shared, 'lib/util.py'), later, later);
  const { stdout, exitCode } = await folder.sheaf(['doctor']);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/runs wrote into the code checkout \S+, which others share: lib\/util\.py, logs\/run\.log\n/);
  expect(stdout).toContain(`rm -rf ${shared.replace(/\/$/, '')}`);
});
