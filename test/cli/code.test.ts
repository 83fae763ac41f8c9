import { existsSync, globSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ordinaryUser } from '../support/ordinary-user.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  '.gitignore': '.sheaf/\nexperiments/\ndata/\n.env\n',
  'templates/t.yaml': 'x: 1\ncommand: bash train.sh {{ x }}\n',
  'train.sh': 'echo "first $1"; mkdir outputs; echo "$1" > outputs/result\n',
};

/** A project in a git repository with one commit. */
async function repository(files: Readonly<Record<string, string>> = {}): Promise<TestFolder> {
  const folder = testFolder({ ...FILES, ...files });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message=one');
  return folder;
}

async function git(folder: TestFolder, ...words: readonly string[]): Promise<string> {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  const { exitCode, stdout, stderr } = await folder.run(['git', ...who, ...words]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout;
}

function write(folder: TestFolder, path: string, text: string): void {
  writeFileSync(join(folder.path, path), text);
}

function read(folder: TestFolder, path: string): string {
  return readFileSync(join(folder.path, path), 'utf8');
}

function checkouts(folder: TestFolder): string[] {
  return globSync('.sheaf/code/*/train.sh', { cwd: folder.path });
}

async function made(folder: TestFolder, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) await folder.sheaf(['new', '--exp-id', id, '--template', 't']);
}

interface ShownCode {
  readonly mode: string;
  readonly tree?: string;
  readonly branch?: string;
  readonly dirty?: { readonly changed_files: number; readonly untracked_files: number };
}

async function codeOf(folder: TestFolder, id: string): Promise<ShownCode | null> {
  const { stdout } = await folder.sheaf(['show', id, '--json']);
  return (JSON.parse(stdout) as { data: { code: ShownCode | null } }).data.code;
}

describe('a job runs the code of its submit', () => {
  test('and is not changed by edits, commits, stashes and switches before it starts', async () => {
    const folder = await repository();
    await made(folder, 'a');
    write(folder, 'train.sh', 'echo "second $1"; cat part.txt\n');
    write(folder, 'part.txt', 'and new\n');
    await folder.sheaf(['submit', 'a', '--hold']);
    write(folder, 'train.sh', 'echo third\n');
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '--message=two');
    await git(folder, 'checkout', '--quiet', '-b', 'other');
    write(folder, 'train.sh', 'echo fourth\n');
    await git(folder, 'stash');
    rmSync(join(folder.path, 'part.txt'));
    await folder.sheaf(['release', 'a']);
    expect((await folder.sheaf(['wait', 'a'])).exitCode).toBe(0);
    expect(read(folder, 'experiments/a/attempts/train-1/out.log')).toBe('second 1\nand new\n');
    expect(await codeOf(folder, 'a')).toMatchObject({
      mode: 'snapshot',
      branch: 'main',
      dirty: { changed_files: 1, untracked_files: 1 },
    });
  });

  test('and a retry runs that code again, while a new submit takes the code of now', async () => {
    const folder = await repository({ 'train.sh': 'echo first; test -e "$SHEAF_DIR/go"\n' });
    await made(folder, 'a', 'b');
    await folder.sheaf(['submit', 'a']);
    await folder.sheaf(['wait', 'a']);
    write(folder, 'train.sh', 'echo second\n');
    write(folder, 'experiments/a/go', '');
    await folder.sheaf(['retry', 'a']);
    await folder.sheaf(['submit', 'b']);
    await folder.sheaf(['wait', 'a', 'b']);
    expect(read(folder, 'experiments/a/attempts/train-2/out.log')).toBe('first\n');
    expect(read(folder, 'experiments/b/attempts/train-1/out.log')).toBe('second\n');
  });

  test('what it writes stays in its own folder, and the project is as it was', async () => {
    const folder = await repository();
    await made(folder, 'a', 'b');
    const before = await git(folder, 'status', '--porcelain');
    await folder.sheaf(['submit', 'a', 'b']);
    await folder.sheaf(['wait', 'a', 'b']);
    for (const id of ['a', 'b']) {
      expect(read(folder, `experiments/${id}/attempts/train-1/work/outputs/result`)).toBe('1\n');
      expect((await folder.sheaf(['show', id])).stdout).toContain(`/experiments/${id}/attempts/train-1/work\n`);
    }
    expect(await git(folder, 'status', '--porcelain')).toBe(before);
    expect(checkouts(folder)).toHaveLength(1);
  });

  test('ten runs of one snapshot that write the same names keep ten of each', async () => {
    const script = 'mkdir -p outputs checkpoints; echo "$1" >outputs/log.txt; echo "$1" >checkpoints/last.ckpt\n';
    const folder = await repository({ 'train.sh': script });
    const xs = Array.from({ length: 10 }, (_, i) => i);
    const sweep = ['--template', 't', '--name', 's', '--grid', `x=${xs.join(',')}`, '--yes', '--submit'];
    await folder.sheaf(['sweep', ...sweep]);
    await folder.sheaf(['wait', '--sweep', 's']);
    for (const name of ['outputs/log.txt', 'checkpoints/last.ckpt']) {
      expect(xs.map((x) => read(folder, `experiments/s_x${x}/attempts/train-1/work/${name}`))).toEqual(
        xs.map((x) => `${x}\n`),
      );
    }
    expect(checkouts(folder)).toHaveLength(1);
  });

  test('thirty submits at once make one checkout, touch nothing, and run one job each', async () => {
    const folder = await repository();
    write(folder, 'train.sh', 'echo "changed $1"\n');
    const xs = Array.from({ length: 30 }, (_, i) => i);
    await folder.sheaf(['sweep', '--template', 't', '--name', 's', '--grid', `x=${xs.join(',')}`, '--yes']);
    const [index, status] = [readFileSync(join(folder.path, '.git/index')), await git(folder, 'status', '--porcelain')];
    const submits = await Promise.all(xs.map((x) => folder.sheaf(['submit', `s_x${x}`])));
    expect(submits.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    expect(readFileSync(join(folder.path, '.git/index')).equals(index)).toBe(true);
    expect(await git(folder, 'status', '--porcelain')).toBe(status);
    expect(checkouts(folder)).toHaveLength(1);
    await folder.sheaf(['wait', '--sweep', 's']);
    for (const x of xs) expect(read(folder, `experiments/s_x${x}/attempts/train-1/out.log`)).toBe(`changed ${x}\n`);
  }, 120_000);

  test('an own script that says what it asks for is submitted with that', async () => {
    const folder = await repository({
      'templates/t.yaml': 'x: 1\ntime_limit: 5\nscript: own.j2\ncommand: echo {{ x }}\n',
      'own.j2': '{% extends "sheaf" %}{% block directives %}{{ super() }}\n#SBATCH --mem=77M\n{% endblock %}\n',
    });
    await made(folder, 'a');
    const { stdout } = await folder.sheaf(['submit', 'a', '--dry-run']);
    expect(stdout.split('# job.sbatch')[1]).toContain('#SBATCH --mem=77M\n#SBATCH --time=5\n');
  });

  test('what git ignores is there when it is linked', async () => {
    const template = 'code: {link: [data]}\nx: 1\ncommand: cat data/in\n';
    const folder = await repository({ 'templates/t.yaml': template, 'data/in': 'rows\n' });
    await made(folder, 'a');
    await folder.sheaf(['submit', 'a']);
    await folder.sheaf(['wait', 'a']);
    expect(read(folder, 'experiments/a/attempts/train-1/out.log')).toBe('rows\n');
  });

  test('with code: live it runs in the project folder, and the record says so', async () => {
    const folder = await repository({ 'templates/t.yaml': 'code: live\nx: 1\ncommand: pwd\n' });
    await made(folder, 'a');
    await folder.sheaf(['submit', 'a']);
    await folder.sheaf(['wait', 'a']);
    expect(read(folder, 'experiments/a/attempts/train-1/out.log')).toBe(`${folder.path}\n`);
    expect(await codeOf(folder, 'a')).toMatchObject({ mode: 'live', branch: 'main' });
    expect(await folder.sheaf(['checkout', 'a', 'there'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('a ran in the project folder: its code was not kept') as string,
    });
  });

  test('a dry run and a list of them change nothing', async () => {
    const folder = await repository();
    await made(folder, 'a');
    const { stdout } = await folder.sheaf(['submit', 'a', '--dry-run']);
    expect(stdout).toContain('sheaf_code=$SHEAF_PROJECT/.sheaf/code/TREE-OF-THE-SUBMIT ');
    expect(existsSync(join(folder.path, '.sheaf/code'))).toBe(false);
    expect(await git(folder, 'for-each-ref', 'refs/sheaf')).toBe('');
  });
});

describe('afterwards', () => {
  test('checkout restores the code, and diff shows what changed', async () => {
    const folder = await repository();
    await made(folder, 'a', 'b');
    await folder.sheaf(['submit', 'a']);
    write(folder, 'train.sh', 'echo "second $1"\n');
    await folder.sheaf(['submit', 'b']);
    await folder.sheaf(['wait', 'a', 'b']);
    expect(await folder.sheaf(['checkout', 'a', 'there'])).toMatchObject({ exitCode: 0 });
    expect(read(folder, 'there/train.sh')).toBe(FILES['train.sh']);
    const { stdout } = await folder.sheaf(['diff', 'a', 'b']);
    expect(stdout).toContain('\n+echo "second $1"\n');
    expect(stdout).toContain('-echo "first $1"');
  });

  test('a rerun has the same code and points to what it repeats, also when its checkout was pruned', async () => {
    const folder = await repository();
    await made(folder, 'a');
    await folder.sheaf(['submit', 'a']);
    await folder.sheaf(['wait', 'a']);
    write(folder, 'train.sh', 'echo changed\n');
    expect((await folder.sheaf(['prune', '--yes'])).stdout).toMatch(/^Nothing to remove: /);
    // One that was wanted within the last hour stays.
    const old = new Date(Date.now() - 2 * 3_600_000);
    for (const path of checkouts(folder)) utimesSync(join(folder.path, path, '..'), old, old);
    expect((await folder.sheaf(['prune', '--yes'])).stdout).toContain('Removed 1 checkout of code, ');
    expect(checkouts(folder)).toEqual([]);
    expect((await folder.sheaf(['rerun', 'a'])).stdout).toBe('Created a_rerun1, which repeats a\n');
    await folder.sheaf(['submit', 'a_rerun1']);
    await folder.sheaf(['wait', 'a_rerun1']);
    expect(read(folder, 'experiments/a_rerun1/attempts/train-1/out.log')).toBe('first 1\n');
    const { stdout } = await folder.sheaf(['show', 'a_rerun1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ data: { rerun: { of: 'a' } } });
  });

  test('what never ran cannot be repeated', async () => {
    const folder = await repository();
    await made(folder, 'a');
    expect(await folder.sheaf(['rerun', 'a'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('a was never submitted: there is nothing to repeat') as string,
    });
  });

  test('prune leaves what a queued run needs', async () => {
    const folder = await repository();
    await made(folder, 'a');
    await folder.sheaf(['submit', 'a', '--hold']);
    expect((await folder.sheaf(['prune', '--dry-run'])).stdout).toMatch(/^Nothing to remove: /);
  });

  test('experiments are found by the commit and branch of their code', async () => {
    const folder = await repository();
    await made(folder, 'a');
    await git(folder, 'checkout', '--quiet', '-b', 'other');
    await made(folder, 'b');
    const { stdout } = await folder.sheaf(['list', '--where', 'branch = other', '--columns', 'exp_id,branch']);
    expect(stdout).toContain('b\tother');
    expect(stdout).not.toContain('a\tmain');
  });
});

test('secrets of the caller are in no file of the project', async () => {
  const secrets = {
    WANDB_API_KEY: '0123456789abcdef0123456789abcdef01234567',
    HF_TOKEN: 'hf_AbCdEfGhIjKlMnOpQrStUv',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    DATABASE_URL: 'postgres://ada:correct-horse@db.example/runs',
    SLURM_NOTE_URL: 'mysql://ada:battery-staple@db.example/x',
  };
  const template = 'x: 1\nenvironment: {exports: {HF_TOKEN: null}}\ncommand: test -n "$HF_TOKEN"; sleep 1\n';
  const folder = await repository({ 'templates/t.yaml': template, '.env': 'KEY=from-the-env-file-1234\n' });
  await made(folder, 'a');
  const env = { ...secrets };
  await folder.sheaf(['submit', 'a'], { env });
  expect((await folder.sheaf(['wait', 'a'], { env })).exitCode).toBe(0);
  for (const secret of [...Object.values(secrets), 'from-the-env-file-1234']) {
    const { stdout } = await folder.run([
      'grep',
      '--recursive',
      '--files-with-matches',
      '--fixed-strings',
      secret,
      '.',
    ]);
    expect(stdout.split('\n').filter((file) => file !== '' && file !== './.env')).toEqual([]);
  }
  expect((await folder.run(['git', 'grep', '-c', 'from-the-env-file', '--all', '--'])).stdout).toBe('');
});

describe('an ordinary user', () => {
  /** A project of theirs in which the code of a submit was frozen. */
  async function submittedProject(): Promise<{ folder: TestFolder; run: TestFolder['run'] }> {
    // A job waits two seconds for the record of its environment, too few on a busy machine.
    const recorded = 'until [[ -e $SHEAF_OUT/env/machine.txt ]]; do sleep 0.1; done';
    const folder = await repository({ 'lib/part.txt': 'part\n', 'templates/t.yaml': `x: 1\ncommand: ${recorded}\n` });
    const run = ordinaryUser(folder);
    await run(['sheaf', 'new', '--exp-id', 'a', '--template', 't']);
    await run(['sheaf', 'submit', 'a']);
    expect(await run(['sheaf', 'wait', 'a'])).toMatchObject({ exitCode: 0 });
    expect(checkouts(folder)).toHaveLength(1);
    return { folder, run };
  }

  test('removes a project with rm -rf', async () => {
    const { run } = await submittedProject();
    expect(await run(['rm', '-rf', '.sheaf', 'experiments'])).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  test.each([[['prune', '--yes']], [['doctor']]])(
    'can remove what an older version left closed after sheaf %s',
    async (words) => {
      const { run } = await submittedProject();
      await run(['sh', '-c', 'find .sheaf/code/*/ -depth -type d -exec chmod a-w {} +']);
      expect(await run(['rm', '-rf', '.sheaf/code'])).toMatchObject({ exitCode: 1 });
      await run(['sheaf', ...words]);
      expect(await run(['rm', '-rf', '.sheaf/code'])).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    },
  );
});
