import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SnapshotCode } from '../../src/template/job/code-place.ts';
import { place, type Place, type RunChange } from './support.ts';

const CODE: SnapshotCode = {
  mode: 'snapshot',
  folder: '.sheaf/code/5f3c',
  prefix: '',
  link: [],
  copy: [],
  about: 'commit 5f3c2a1',
};

/** A project with a read-only checkout of these files. */
function withCheckout(files: Readonly<Record<string, string>>): Place {
  const project = place();
  for (const [name, text] of Object.entries(files)) project.write(`.sheaf/code/5f3c/${name}`, text);
  mkdirSync(join(project.root, '.sheaf/code/5f3c'), { recursive: true });
  spawnSync('chmod', ['-R', 'a-w', join(project.root, '.sheaf/code/5f3c')]);
  return project;
}

function run(command: string, code: Partial<SnapshotCode> = {}): RunChange {
  return { code: { ...CODE, ...code }, stage: { command } };
}

const HOSTILE = ['-rf', ' ', "it's", '$(touch PWNED)', 'a\nb', '*', '.hidden', '..x', 'é', '\\', '"', '#c', '[a]', '~'];

describe('a run of a snapshot', () => {
  it('starts in a copy of the checkout that is its own, whatever the names in there are', () => {
    const project = withCheckout({
      'train.py': 'import helper',
      'helper.py': 'print("imported")',
      ...Object.fromEntries(HOSTILE.map((name) => [name, name])),
    });
    const ended = project.job(run('pwd -P && python3 train.py && mkdir outputs && echo x > outputs/log.txt'));
    expect(ended).toMatchObject({ status: 0, stderr: '', stdout: `${realpathSync(project.out)}/work\nimported\n` });
    const work = join(project.out, 'work');
    for (const name of HOSTILE) {
      expect(lstatSync(join(work, name)).isFile()).toBe(true);
      expect(readFileSync(join(work, name), 'utf8')).toBe(name);
    }
    rmSync(join(work, '__pycache__'), { recursive: true, force: true });
    expect(readdirSync(work).toSorted()).toEqual([...HOSTILE, 'helper.py', 'outputs', 'train.py'].toSorted());
    expect(existsSync(join(project.root, 'outputs'))).toBe(false);
  });

  it('finds its own folder when it looks for the place of its source, and may write there', () => {
    const project = withCheckout({
      'lib/where.py': 'from pathlib import Path\nhere = Path(__file__).resolve().parent\n',
      'train.py':
        'from lib.where import here\n(here / "cache.txt").write_text("mine")\n(here / "where.py").open("a").write("#")\nprint(here)',
      'run.sh': 'echo ran',
    });
    chmodSync(join(project.root, '.sheaf/code/5f3c/run.sh'), 0o555);
    const ended = project.job(run('python3 train.py && ./run.sh'));
    expect(ended).toMatchObject({ status: 0, stderr: '', stdout: `${realpathSync(project.out)}/work/lib\nran\n` });
    expect(readFileSync(join(project.out, 'work/lib/cache.txt'), 'utf8')).toBe('mine');
    const checkout = join(project.root, '.sheaf/code/5f3c/lib');
    expect(readdirSync(checkout)).toEqual(['where.py']);
    expect(readFileSync(join(checkout, 'where.py'), 'utf8')).not.toContain('#');
  });

  it('never starts in a copy that was cut off', () => {
    const project = withCheckout({ 'a.py': 'whole', 'b/c.py': 'whole' });
    project.write('experiments/exp_1/attempts/train-1/work.part/a.py', 'wh');
    project.write('experiments/exp_1/attempts/train-1/work.part/old.py', '');
    chmodSync(join(project.out, 'work.part'), 0o555);
    expect(project.job(run('cat a.py b/c.py; ls'))).toMatchObject({ status: 0, stdout: 'wholewholea.py\nb\n' });
    expect(existsSync(join(project.out, 'work.part'))).toBe(false);
  });

  it('says that there is no room for the copy, leaves nothing of it, and runs nothing', () => {
    const project = withCheckout({ 'big.bin': 'x'.repeat(1 << 20) });
    // Bash expands what is in the name of this file.
    const limits = join(dirname(project.root), 'limits');
    writeFileSync(limits, 'ulimit -f 100\n');
    const ended = project.job(run('echo ran'), { BASH_ENV: limits });
    expect(ended).toMatchObject({ status: 78, stdout: '' });
    expect(ended.stderr).toContain(
      'work. If a disk or a quota is full (of bytes or of files), make room; then: sheaf retry exp_1\n',
    );
    expect(readdirSync(project.out)).toEqual([]);
  });

  it('in a subfolder of the repository: starts there, and what is beside it is there, too', () => {
    const project = withCheckout({ 'lib/util.py': 'print("util")', 'a b/vision/train.py': '', 'a b/other/x': 'x' });
    const ended = project.job(run('pwd; ls; python3 ../../lib/util.py; cat ../other/x', { prefix: 'a b/vision' }));
    expect(ended).toMatchObject({ status: 0, stderr: '', stdout: `${project.out}/work/a b/vision\ntrain.py\nutil\nx` });
  });

  it('sees what is not in the snapshot through links, and writes into copies', () => {
    const project = withCheckout({ 'p/conf/a.yaml': '1', 'p/pkg/code.py': '', 'p/pkg/cache/k': 'old', 'p/run.sh': '' });
    project.write('data/set 1/img', 'pixels');
    project.write('data/set 2/img', 'others');
    project.write('.venv/bin/python', '');
    const change = run(
      'cat "data/set 1/img"; ls data; ls -A; echo new > pkg/cache/k; echo 2 >> conf/a.yaml; cat conf/a.yaml',
      {
        prefix: 'p',
        link: ['data/set 1', '.venv'],
        copy: ['conf', 'pkg/cache'],
      },
    );
    const ended = project.job(change);
    expect(ended).toMatchObject({ status: 0, stderr: '', stdout: 'pixelsset 1\n.venv\nconf\ndata\npkg\nrun.sh\n12\n' });
    expect(readFileSync(join(project.root, '.sheaf/code/5f3c/p/pkg/cache/k'), 'utf8')).toBe('old');
    expect(readFileSync(join(project.out, 'work/p/pkg/cache/k'), 'utf8')).toBe('new\n');
  });

  it('copies what a link in the checkout points to, and leaves that as it is', () => {
    const project = withCheckout({ 'real/a': '1' });
    const checkout = join(project.root, '.sheaf/code/5f3c');
    chmodSync(checkout, 0o755);
    symlinkSync('real', join(checkout, 'conf'));
    chmodSync(checkout, 0o555);
    expect(project.job(run('echo 2 > conf/a', { copy: ['conf'] }))).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(checkout, 'real/a'), 'utf8')).toBe('1');
    expect(lstatSync(join(checkout, 'real')).mode & 0o222).toBe(0);
    expect(readFileSync(join(project.out, 'work/conf/a'), 'utf8')).toBe('2\n');
    expect(readFileSync(join(project.out, 'work/real/a'), 'utf8')).toBe('1');
  });

  it('can be run again in the same folder, and finds what it wrote', () => {
    const project = withCheckout({ 'train.py': '', 'conf/a': '1' });
    project.write('data/x', 'x');
    const change = run('echo n >> state; echo n >> conf/a; wc -l < state; cat data/x', {
      link: ['data'],
      copy: ['conf'],
    });
    project.job(change);
    expect(project.job(change)).toMatchObject({ status: 0, stderr: '', stdout: '2\nx' });
    expect(readFileSync(join(project.out, 'work/conf/a'), 'utf8')).toBe('1n\nn\n');
  });

  it('shows more entries than one command line can hold', () => {
    const project = place();
    const many = join(project.root, '.sheaf/code/5f3c/images');
    mkdirSync(many, { recursive: true });
    for (let i = 0; i < 700; i += 1) writeFileSync(join(many, `image-${i}`), '');
    project.write('images/extra', '');
    const ended = project.job(run('ls images | wc -l', { link: ['images/extra'] }));
    expect(ended).toMatchObject({ status: 0, stderr: '', stdout: '701\n' });
  });

  it('by hand has its folder in a place of its own', () => {
    const project = withCheckout({ 'train.py': 'print("ran")' });
    const ended = project.hand(run('python3 train.py; pwd'));
    expect(ended.status).toBe(0);
    expect(ended.stdout).toMatch(/^ran\n.*\/tmp\/sheaf-\w+\/work\n$/);
  });

  it.each([
    [
      'the checkout is gone',
      {},
      'the checkout of the code of this run is gone, .sheaf/code/5f3c: sheaf submit makes it again',
    ],
    [
      'a linked path is missing',
      { link: ['da ta'] },
      'code.link names da ta, and the project has no such path: make it, or take it out of code.link',
    ],
    [
      'a copied path is missing',
      { copy: ["it's"] },
      "code.copy names it's, and the snapshot has no such path: correct code.copy",
    ],
  ])('says so in one line and runs nothing when %s', (what, code, says) => {
    const project = what === 'the checkout is gone' ? place() : withCheckout({ a: '' });
    expect(project.job(run('echo ran', code))).toEqual(
      expect.objectContaining({ status: 78, stdout: '', stderr: `sheaf: ${says}\n` }),
    );
  });
});
