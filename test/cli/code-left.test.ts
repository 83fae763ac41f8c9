import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

/** Runs until it was seen: the watcher looks three times. */
const WAIT = `
import os, time
for i in range(400):
  if os.path.exists(os.environ['SHEAF_OUT'] + '/.code-seen') and os.path.getsize(os.environ['SHEAF_OUT'] + '/.code-seen'): break
  time.sleep(0.1)
`;

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  '.gitignore': '.sheaf/\nexperiments/\ndata/\n.venv/\n',
  'train.py': WAIT,
  'src/pkg/__init__.py': '',
  'src/pkg/__main__.py': WAIT,
  'run.sh': 'for i in {1..400}; do [ ! -s "$SHEAF_OUT/.code-seen" ] || break; sleep 0.1; done\n',
  'data/set.txt': '',
  '.venv/pyvenv.cfg': '',
  '.venv/bin/tool': 'import time\ntime.sleep(3)\n',
};

/** Name of a template → its command. */
type Commands = Readonly<Record<string, string>>;

/** A project in git whose experiments, named like their templates, have run. */
async function ran(commands: Commands, change: Readonly<Record<string, string>> = {}): Promise<TestFolder> {
  const templates = Object.entries(commands).map(([name, command]): [string, string] => [
    `templates/${name}.yaml`,
    `code: {link: [data]}\ncpus_per_task: 1\ncommand: |\n${command.replace(/^/gm, '  ')}\n`,
  ]);
  const folder = testFolder({ ...FILES, ...change, ...Object.fromEntries(templates) });
  for (const words of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-q', '-m', 'one'],
  ]) {
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    spawnSync('git', [...who, ...words], { cwd: folder.path });
  }
  for (const name of Object.keys(commands)) await folder.sheaf(['new', '--exp-id', name, '--template', name]);
  await folder.sheaf(['submit', ...Object.keys(commands)]);
  await folder.sheaf(['wait', ...Object.keys(commands)]);
  return folder;
}

async function seen(folder: TestFolder, id: string): Promise<unknown> {
  const { stdout } = await folder.sheaf(['show', id, '--json']);
  return (JSON.parse(stdout) as { data: { code_seen: unknown } }).data.code_seen;
}

describe('the record of the code', () => {
  test('says live for a program that runs what is in the project folder', async () => {
    const folder = await ran({
      cd: 'cd "$SHEAF_PROJECT"\npython3 train.py',
      path: 'python3 -u "$SHEAF_PROJECT/train.py" --lr 1',
      shell: 'bash -o pipefail "$SHEAF_PROJECT/run.sh"',
      module: 'PYTHONPATH="$SHEAF_PROJECT/src" python3 -m pkg',
    });
    const at = (path: string): unknown => ({
      where: 'live',
      program: expect.any(String),
      path: join(folder.path, path),
    });
    expect(await seen(folder, 'cd')).toEqual(at('train.py'));
    expect(await seen(folder, 'path')).toEqual(at('train.py'));
    expect(await seen(folder, 'shell')).toEqual(at('run.sh'));
    expect(await seen(folder, 'module')).toEqual(at('src/pkg'));
    const shown = await folder.sheaf(['show', 'cd']);
    expect(shown.stdout).toMatch(
      /code +live \(left the snapshot\): python3\S* ran \S+\/train\.py, not commit [0-9a-f]{7}/,
    );
    const diff = await folder.sheaf(['diff', 'cd', 'path']);
    expect(diff.stdout).toContain('live (left the snapshot)');
    expect(diff.stdout).not.toContain('the same: commit');
    const { stderr } = await folder.sheaf(['rerun', 'cd']);
    expect(stderr).toContain('cd left its snapshot: python3');
  }, 120_000);

  test('says snapshot for a program that was seen in it, whatever data it reads', async () => {
    const folder = await ran({
      plain: 'python3 train.py',
      data: 'python3 train.py --data "$SHEAF_PROJECT/data" --config "$SHEAF_PROJECT/train.py"',
      linked: 'cd data\npython3 "$SHEAF_OUT/work/train.py"',
      module: 'cd src\npython3 -m pkg',
      elsewhere: 'python3 train.py & cd /\nwait',
    });
    for (const id of ['plain', 'data', 'linked', 'module', 'elsewhere'])
      expect({ id, seen: await seen(folder, id) }).toMatchObject({ id, seen: { where: 'snapshot' } });
    expect((await folder.sheaf(['show', 'plain'])).stdout).toMatch(/code +commit [0-9a-f]{7} of \S+\n/);
    expect((await folder.sheaf(['diff', 'plain', 'data'])).stdout).toContain('the same: commit');
  }, 120_000);

  test('says that a program was not observed, and never that it ran the snapshot without an observation', async () => {
    const folder = await ran({
      short: 'python3 -c pass',
      inline: 'python3 -c "import time; time.sleep(3)"',
      venv: 'python3 "$SHEAF_PROJECT/.venv/bin/tool"',
    });
    for (const id of ['short', 'inline', 'venv'])
      expect({ id, seen: await seen(folder, id) }).toMatchObject({ id, seen: { where: 'not observed' } });
    expect((await folder.sheaf(['show', 'short'])).stdout).toMatch(
      /code +commit [0-9a-f]{7} of \S+ \(given to the job; which files its program ran was not observed\)/,
    );
    expect((await folder.sheaf(['diff', 'short', 'inline'])).stdout).toContain('sheaf did not observe what both ran');
    const { stderr } = await folder.sheaf(['rerun', 'short']);
    expect(stderr).toContain('which code short ran was not observed');
    const ended = readFileSync(join(folder.path, 'experiments/short/attempts/train-1/ended.json'), 'utf8');
    expect(ended).not.toContain('"code"');
  }, 120_000);
});

describe('a command that leaves the snapshot', () => {
  const LINE = '"cd $SLURM_SUBMIT_DIR" runs the files of the project folder as they are at that time; delete that';

  async function project(template: string, isInGit = true): Promise<TestFolder> {
    const script = '#!/bin/bash\n#SBATCH --time=1:00:00\ncd $SLURM_SUBMIT_DIR\npython train.py\n';
    const folder = testFolder({ ...FILES, 'templates/t.yaml': template, 'train.sbatch': script });
    if (isInGit) await folder.run(['git', 'init', '-q']);
    return folder;
  }

  test('is named when a template is imported, when it is made and when it is submitted, and is not changed', async () => {
    const folder = await project('command: |\n  cd $SLURM_SUBMIT_DIR\n  python train.py\n');
    const imported = await folder.sheaf(['template', 'new', '--from', 'train.sbatch']);
    expect(imported.stderr).toContain(LINE);
    expect(imported.stderr + imported.stdout).not.toContain('cd FOLDER');
    expect(readFileSync(join(folder.path, 'templates/train.yaml'), 'utf8')).toContain('cd $SLURM_SUBMIT_DIR\n');
    expect((await folder.sheaf(['new', '--template', 't', '--exp-id', 'a'])).stderr).toContain(LINE);
    expect((await folder.sheaf(['submit', 'a', '--hold'])).stderr).toContain(LINE);
    expect((await folder.sheaf(['clone', 'a', 'b'])).stderr).toContain(LINE);
  });

  test('is nothing to warn of in an imported script if no git repository keeps the code', async () => {
    const folder = await project('command: "true"\n', false);
    expect(await folder.sheaf(['template', 'new', '--from', 'train.sbatch'])).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
  });

  test('is nothing to warn of where the project folder is meant', async () => {
    const folder = await project('code: live\ncommand: |\n  cd $SLURM_SUBMIT_DIR\n  python train.py\n');
    expect((await folder.sheaf(['new', '--template', 't', '--exp-id', 'a'])).stderr).not.toContain('warning');
  });
});

describe('a project in no git repository', () => {
  const SAYS = 'no git repository here: sheaf does not keep the code of your runs';
  const env = { SHEAF_TEST_TOLD_NOT_KEPT: '' };

  async function count(
    commands: readonly (readonly string[])[],
    files: Readonly<Record<string, string>>,
  ): Promise<number[]> {
    const folder = testFolder(files);
    const counts: number[] = [];
    for (const words of commands) counts.push((await folder.sheaf(words, { env })).stderr.split(SAYS).length - 1);
    return counts;
  }

  test('is warned once that its code is not kept, and how to keep it', async () => {
    const files = { 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': 'command: "true"\n' };
    const make = (id: string): string[] => ['new', '--template', 't', '--exp-id', id];
    expect(await count([make('a'), make('b'), ['submit', 'a']], files)).toEqual([1, 0, 0]);
    expect(
      await count(
        [
          ['init', '--scheduler', 'local'],
          ['new', '--template', 'baseline', '--exp-id', 'c'],
        ],
        {},
      ),
    ).toEqual([1, 0]);
  });

  test('gets no such note if its template says which code runs', async () => {
    const files = { 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': 'code: live\ncommand: "true"\n' };
    expect(
      await count(
        [
          ['new', '--template', 't', '--exp-id', 'a'],
          ['submit', 'a'],
        ],
        files,
      ),
    ).toEqual([0, 0]);
  });
});
