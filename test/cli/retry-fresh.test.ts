import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  '.gitignore': 'experiments/\n.sheaf/\n',
  'templates/t.yaml': `lr: 0.1
command: bash train.sh {{ flags }}
checkpoint: {path: 'ckpt/*.pt'}
`,
  'train.sh': `mkdir -p "$SHEAF_OUT/ckpt"; echo old > "$SHEAF_OUT/ckpt/1.pt"
echo "old code $*"; echo "Traceback (most recent call last):" >&2; echo "NameError: name 'x' is not defined" >&2; exit 1
`,
};

const FIXED = `echo "new code $* from '$SHEAF_CHECKPOINT'"; echo '{"acc": 0.5}' > "$SHEAF_OUT/m.json"\n`;

async function failedProject(files: Readonly<Record<string, string>> = FILES): Promise<TestFolder> {
  const folder = testFolder(files);
  await inGit(folder);
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't', '--lr', '0.3']);
  await folder.sheaf(['submit', 'a', '--wait']);
  return folder;
}

async function inGit(folder: TestFolder): Promise<void> {
  await folder.run(['git', 'init', '-q', '.']);
  await folder.run(['git', 'add', '-A']);
  await folder.run(['git', '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'first']);
}

function change(folder: TestFolder, name: string, text: string): void {
  writeFileSync(join(folder.path, name), text);
}

interface Shown {
  readonly status: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, unknown>>;
  readonly stages: readonly { readonly name: string; readonly command: string }[];
  readonly attempts: readonly {
    readonly stage: string;
    readonly attempt: number;
    readonly status: string;
    readonly fresh: boolean;
  }[];
}

async function shown(folder: TestFolder, id = 'a'): Promise<Shown> {
  return (JSON.parse((await folder.sheaf(['show', id, '--json'])).stdout) as { data: Shown }).data;
}

function output(folder: TestFolder, attempt: string, id = 'a'): string {
  return readFileSync(join(folder.path, `experiments/${id}/attempts/${attempt}/out.log`), 'utf8');
}

describe('sheaf retry --fresh', () => {
  test('runs the code and the template as they are now, with the same parameters and no checkpoint', async () => {
    const folder = await failedProject();
    change(folder, 'train.sh', FIXED);
    change(
      folder,
      'templates/t.yaml',
      FILES['templates/t.yaml'].replace('{{ flags }}', '{{ flags }} --fixed').replace('0.1', '0.7'),
    );
    const retried = await folder.sheaf(['retry', 'a', '--fresh', '--wait']);
    expect(retried).toMatchObject({ exitCode: 0 });
    expect(output(folder, 'train-2')).toBe("new code --lr 0.3 --fixed from ''\n");
    const after = await shown(folder);
    expect(after.params).toEqual({ lr: 0.3 });
    expect(after.stages.map(({ command }) => command)).toEqual(['bash train.sh {{ flags }} --fixed']);
    expect(after.attempts.map(({ attempt, status, fresh }) => [attempt, status, fresh])).toEqual([
      [1, 'failed', false],
      [2, 'completed', true],
    ]);
    const copy = readFileSync(join(folder.path, 'experiments/a/experiment.yaml'), 'utf8');
    expect(copy).toContain('--fixed');
  });

  test('is what later retries go on from, with the checkpoints of the fresh attempt alone', async () => {
    const folder = await failedProject();
    const failing = `mkdir -p "$SHEAF_OUT/ckpt"; echo "from '\${SHEAF_CHECKPOINT##*/attempts/}'"; sleep 0.1
[[ $SHEAF_ATTEMPT == 3 ]] || { echo x > "$SHEAF_OUT/ckpt/2.pt"; exit 3; }
`;
    change(folder, 'train.sh', failing);
    await folder.sheaf(['retry', 'a', '--fresh', '--wait']);
    change(folder, 'train.sh', 'echo newest\n');
    await folder.sheaf(['retry', 'a', '--wait']);
    expect(output(folder, 'train-2')).toBe("from ''\n");
    expect(output(folder, 'train-3')).toBe("from 'train-2/ckpt/2.pt'\n");
    const { attempts } = await shown(folder);
    expect(attempts.map(({ fresh }) => fresh)).toEqual([false, true, false]);
  });

  test('keeps what was given by hand when the experiment was made', async () => {
    const folder = testFolder(FILES);
    await inGit(folder);
    await folder.sheaf([
      'new',
      '--exp-id',
      'a',
      '--template',
      't',
      '--time-limit',
      '10',
      '--set',
      'environment.exports={A: one}',
    ]);
    await folder.sheaf(['submit', 'a', '--wait']);
    change(folder, 'train.sh', 'echo "$A"\n');
    change(folder, 'templates/t.yaml', `${FILES['templates/t.yaml']}time_limit: 20\ncpus_per_task: 1\n`);
    await folder.sheaf(['retry', 'a', '--fresh', '--wait']);
    expect(output(folder, 'train-2')).toBe('one\n');
    expect((await shown(folder)).resources).toEqual({ time_limit: '10', cpus_per_task: 1 });
  });

  test('leaves out a stage that the template no longer has, and runs one that it has now', async () => {
    const folder = await failedProject({
      ...FILES,
      'templates/t.yaml':
        'lr: 0.1\nstages: {prepare: {command: "false"}, train: {command: bash train.sh, after: prepare}}\n',
    });
    expect((await shown(folder)).status).toBe('failed');
    change(folder, 'train.sh', FIXED);
    change(
      folder,
      'templates/t.yaml',
      'lr: 0.1\nstages: {train: {command: bash train.sh}, eval: {command: "true", after: train}}\n',
    );
    expect(await folder.sheaf(['retry', 'a', '--fresh', '--wait'])).toMatchObject({ exitCode: 0 });
    const after = await shown(folder);
    expect(after.status).toBe('completed');
    expect(after.attempts.map(({ stage, attempt, status }) => `${stage}-${attempt} ${status}`)).toEqual([
      'train-1 failed',
      'train-2 completed',
      'eval-1 completed',
      'prepare-1 failed',
    ]);
  });

  test('refuses a template with a new parameter, and the command that it names then works', async () => {
    const folder = await failedProject();
    change(folder, 'train.sh', FIXED);
    change(folder, 'templates/t.yaml', `warmup: 5\n${FILES['templates/t.yaml']}`);
    const { exitCode, stderr } = await folder.sheaf(['retry', 'a', '--fresh']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('a has no value for warmup, a parameter that template t now has');
    const fix = /sheaf (clone \S+ \S+ --fresh)/.exec(stderr)?.[1] ?? '';
    await folder.sheaf(fix.split(' '));
    await folder.sheaf(['submit', 'a_fresh1', '--wait']);
    expect(output(folder, 'train-1', 'a_fresh1')).toBe("new code --warmup 5 --lr 0.3 from ''\n");
    expect((await shown(folder)).attempts).toHaveLength(1);
  });

  test('leaves experiment.yaml for doctor to bring up to date when it was killed before it could', async () => {
    const folder = await failedProject();
    const path = join(folder.path, 'experiments/a/experiment.yaml');
    const before = readFileSync(path, 'utf8');
    change(folder, 'templates/t.yaml', FILES['templates/t.yaml'].replace('{{ flags }}', '{{ flags }} --fixed'));
    await folder.sheaf(['retry', 'a', '--fresh', '--wait']);
    const after = readFileSync(path, 'utf8');
    change(folder, 'experiments/a/experiment.yaml', before);
    expect((await folder.sheaf(['doctor'])).stdout).toContain('older than the last sheaf retry --fresh of a');
    expect(readFileSync(path, 'utf8')).toBe(after);
    expect((await folder.sheaf(['doctor'])).stdout).not.toContain('older than');
  });

  test('makes one attempt of each experiment, also when two commands run it at once', async () => {
    const folder = await failedProject();
    change(folder, 'train.sh', `sleep 3\n${FIXED}`);
    await Promise.all([1, 2].map(async () => folder.sheaf(['retry', 'a', '--fresh'])));
    await folder.sheaf(['wait', 'a']);
    expect((await shown(folder)).attempts.map(({ status }) => status)).toEqual(['failed', 'completed']);
  });

  test('works for the members of a sweep that share a job, each with its parameters', async () => {
    const folder = testFolder({ ...FILES, 'templates/t.yaml': `${FILES['templates/t.yaml']}pack: 2\n` });
    await inGit(folder);
    await folder.sheaf(['sweep', '--template', 't', '--name', 's', '--grid', 'lr=1,2,3', '--submit', '--yes']);
    await folder.sheaf(['wait', '--sweep', 's']);
    change(folder, 'train.sh', FIXED);
    expect(await folder.sheaf(['retry', '--sweep', 's', '--fresh', '--wait'])).toMatchObject({ exitCode: 0 });
    const ids = readdirSync(join(folder.path, 'experiments'));
    expect(ids.map((id) => output(folder, 'train-2', id).slice(0, 16)).toSorted()).toEqual([
      'new code --lr 1 ',
      'new code --lr 2 ',
      'new code --lr 3 ',
    ]);
  });
});

describe('what changed since an attempt', () => {
  test('is reported by status, show and retry, with the retry that uses it', async () => {
    const folder = await failedProject();
    const before = await folder.sheaf(['status']);
    expect(before.stderr).not.toContain('changed since');
    change(folder, 'train.sh', `${FILES['train.sh']}# fixed\n`);
    change(folder, 'helper.sh', ': new\n');
    change(folder, 'templates/t.yaml', `${FILES['templates/t.yaml']}cpus_per_task: 1\n`);
    const { stderr } = await folder.sheaf(['status']);
    const files = 'helper.sh, train.sh, cpus_per_task in the template';
    expect(stderr).toContain(
      `a: ${files} changed since attempt 1; sheaf retry a runs the code and the settings of attempt 1`,
    );
    expect((await folder.sheaf(['show', 'a'])).stdout).toContain(`${files} changed since attempt 1; sheaf retry runs`);
    const retried = await folder.sheaf(['retry', 'a']);
    expect(retried.stderr).toContain(
      `a: ${files} changed since attempt 1; this retry runs the code and the settings of attempt 1`,
    );
    await folder.sheaf(['wait', 'a']);
    const fresh = await folder.sheaf(['retry', 'a', '--fresh']);
    expect(fresh.stderr).not.toContain('changed since');
    await folder.sheaf(['wait', 'a']);
    expect((await folder.sheaf(['status'])).stderr).not.toContain('changed since');
    expect((await folder.sheaf(['show', 'a'])).stdout).toMatch(/train-3 is fresh: .*; train-2 had /);
  });

  test('is reported by clone, which takes the old settings unless it is fresh', async () => {
    const folder = await failedProject();
    change(folder, 'templates/t.yaml', `${FILES['templates/t.yaml']}cpus_per_task: 1\n`);
    const { stderr } = await folder.sheaf(['clone', 'a', 'b']);
    expect(stderr).toContain('cpus_per_task changed in template t since a was made; the clone has what a has');
    expect((await shown(folder, 'b')).resources).toEqual({});
    const fresh = await folder.sheaf(['clone', 'a', 'c', '--fresh']);
    expect(fresh.stderr).not.toContain('changed in template');
    expect((await shown(folder, 'c')).resources).toEqual({ cpus_per_task: 1 });
  });

  test('leaves the index, the objects and the files of the repository alone', async () => {
    const folder = await failedProject();
    change(folder, 'train.sh', 'echo something new\n');
    const state = async (): Promise<string> =>
      (await folder.run(['sh', '-c', 'find .git -type f | sort | xargs sha1sum; git status --porcelain'])).stdout;
    const before = await state();
    await folder.sheaf(['show', 'a']);
    expect(await state()).toBe(before);
  });

  test('the hint after a failure of the program itself is the retry that runs the corrected code', async () => {
    const folder = await failedProject();
    const line = 'NO_COLOR=1 sheaf status';
    const { stdout } = await folder.run(['script', '-qec', line, '/dev/null']);
    expect(stdout).toContain('sheaf retry a --fresh');
  });

  test('every command that shows a failure suggests the retry that runs what changed since', async () => {
    const folder = testFolder({ ...FILES, 'train.sh': 'exit 3\n' });
    await inGit(folder);
    const suggest = async (command: string): Promise<string> => {
      const { stdout } = await folder.run(['script', '-qec', `NO_COLOR=1 sheaf ${command}`, '/dev/null']);
      return /Next +(.*)/.exec(stdout)?.[1]?.trim() ?? '';
    };
    const reasons = 'sheaf show a     sheaf logs a --err';
    expect(await suggest('run t a')).toBe(`${reasons}     sheaf retry a`);
    expect(await suggest('status')).toBe(`${reasons}     sheaf retry a`);
    change(folder, 'train.sh', FIXED);
    expect(await suggest('status')).toBe(`${reasons}     sheaf retry a --fresh`);
    expect(await suggest('wait a')).toBe(`${reasons}     sheaf retry a --fresh`);
    expect(await suggest('show a')).toBe('sheaf logs a --err     sheaf retry a --fresh');
  });
});
