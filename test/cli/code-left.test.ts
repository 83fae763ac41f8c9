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

  test('says that a program was not observed, and never that it ran the snapshot, where nobody saw it', async () => {
    const folder = await ran({
      short: 'python3 -c pass',
      inline: 'python3 -c "import time; time.sleep(3)"',
      venv: 'python3 "$SHEAF_PROJECT/.venv/bin/tool"',
    });
    for (const id of ['short', 'inline', 'venv'])
      expect({ id, seen: await seen(folder, id) }).toMatchObject({ id, seen: { where: 'not observed' } });
    expect((await folder.sheaf(['show', 'short'])).stdout).toMatch(/code +commit [0-9a-f]{7} of \S+ \(not observed\)/);
    expect((await folder.sheaf(['diff', 'short', 'inline'])).stdout).toContain('what ran was not observed');
    const { stderr } = await folder.sheaf(['rerun', 'short']);
    expect(stderr).toContain('which code short ran was not observed');
    const ended = readFileSync(join(folder.path, 'experiments/short/attempts/train-1/ended.json'), 'utf8');
    expect(ended).not.toContain('"code"');
  }, 120_000);
});
