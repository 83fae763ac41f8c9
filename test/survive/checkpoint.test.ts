import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IN_ATTEMPT, IN_EXPERIMENT } from '../../src/core/files/own-files.ts';
import { parseStarted } from '../../src/core/experiment/job-record.ts';
import type { Checkpoint } from '../../src/core/settings/run-settings.ts';
import type { JobScriptRequest } from '../../src/template/job/job-script.ts';
import { submittedProject, temporaryFolder, type SubmittedProject } from '../support/project-folder.ts';

const SHOW = `printf '%s' "$SHEAF_CHECKPOINT"\n`;

/** A file of an attempt, or of the experiment, and how many minutes old it is. */
interface Made {
  readonly path: string;
  readonly text?: string | Buffer;
  readonly age?: number;
}

interface Resume {
  readonly checkpoint?: Partial<Checkpoint>;
  readonly made?: readonly Made[];
  readonly n?: number;
  readonly script?: Partial<JobScriptRequest>;
}

interface Resumed {
  readonly project: SubmittedProject;
  /** What the program got, relative to the folder of the experiment. */
  readonly got: string;
  readonly output: string;
}

/** Runs an attempt beside what is there already. */
function resume({ checkpoint, made = [], n = 2, script = {} }: Resume): Resumed {
  const root = join(temporaryFolder(), 'a [b]*c?\n{d,e} \\ f');
  const folder = join(root, 'experiments/exp0');
  for (const { path, text = 'whole', age = 0 } of made) make(join(folder, path), text, age);
  const project = submittedProject({
    root,
    n,
    runs: [SHOW],
    members: [{ checkpoint: { path: 'ckpt/*', pick: 'newest', ...checkpoint } }],
    script,
  });
  const { stdout, stderr } = spawnSync('bash', [join(project.folder, 'job.sbatch')], {
    env: { ...process.env, SHEAF_JOB_ID: '7' },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const path = project.read('out.log', `train-${n}`);
  const started = parseStarted(project.read('started.json', `train-${n}`));
  expect(started.kind === 'record' && started.record.checkpoint).toBe(path === '' ? undefined : path);
  return { project, got: path.replace(`${folder}/`, ''), output: stdout.replaceAll(`${folder}/`, '') };
}

function make(path: string, text: string | Buffer, age: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const time = Date.now() / 1000 - 60 * age;
  utimesSync(path, time, time);
}

/** What torch.save writes, made by the same kind of archive. */
function archive(): Buffer {
  const made = spawnSync('python3', [
    '-c',
    'import sys, zipfile; z = zipfile.ZipFile(sys.stdout.buffer, "w"); z.writestr("archive/data.pkl", "x" * 200000); z.close()',
  ]);
  return made.stdout;
}

function safetensors(bytes: number): Buffer {
  const header = Buffer.from(
    JSON.stringify({
      __metadata__: { format: 'pt' },
      b: { dtype: 'U8', shape: [600], data_offsets: [400, 1000] },
      a: { dtype: 'U8', shape: [20, 20], data_offsets: [0, 400] },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(bytes)]);
}

describe('the folders that are searched for checkpoints', () => {
  test('in the work folder of each older attempt of the stage, in its own and in that of the experiment', () => {
    const places = ['attempts/train-3/work/ckpt/a', 'attempts/train-1/ckpt/b', 'ckpt/c'];
    for (const newest of places) {
      const made = places.map((path) => ({ path, age: path === newest ? 0 : 9 }));
      expect(resume({ made, n: 4 }).got).toBe(newest);
    }
  });

  test('not in those of other stages, nor in its own', () => {
    const made = ['attempts/eval-1/ckpt/a', 'attempts/train-2/ckpt/b', 'attempts/train-3/ckpt/c', 'other/d'];
    expect(resume({ made: made.map((path) => ({ path })) }).got).toBe('');
    const { got, output } = resume({ checkpoint: { path: '**/a' }, made: [{ path: 'attempts/eval-1/ckpt/a' }] });
    expect(got).toBe('');
    expect(output).toContain('sheaf: starts from the beginning: there is no checkpoint **/a');
  });

  test('where the project is in its snapshot', () => {
    const made = [{ path: 'attempts/train-1/work/sub dir/ckpt/a' }];
    expect(resume({ made, script: { prefix: 'sub dir' } }).got).toBe('attempts/train-1/work/sub dir/ckpt/a');
  });

  test('at an absolute path as it is; only the characters of the pattern are special', () => {
    const folder = join(temporaryFolder(), '[x] $(touch broken) *');
    make(join(folder, 'a b.pt'), 'x', 0);
    make(join(folder, '*.pt'), 'x', 5);
    expect(resume({ checkpoint: { path: join(dirname(folder), '*/a b.p[s-u]') } }).got).toBe(join(folder, 'a b.pt'));
    expect(resume({ checkpoint: { path: join(dirname(folder), '*/\\*.pt') } }).got).toBe(join(folder, '*.pt'));
    expect(resume({ checkpoint: { path: join(dirname(folder), '$(echo a)') } }).got).toBe('');
  });

  test('at any depth with **, and never through a link to a folder', () => {
    const made = [{ path: 'attempts/train-1/runs/v 1/x.pt' }];
    expect(resume({ checkpoint: { path: '**/*.pt' }, made }).got).toBe('attempts/train-1/runs/v 1/x.pt');
  });

  test.each(['*', '*.json', '**', './*', '*/*'])('without the files that sheaf or a job made: %s', (path) => {
    const made = [...IN_ATTEMPT.map((name) => `attempts/train-1/${name}`), ...IN_EXPERIMENT.slice(1)]
      .filter((own) => !/\/(env|work)$/.test(own))
      .map((own) => ({ path: own }));
    const env = { path: 'attempts/train-1/env/packages.json' };
    expect(resume({ checkpoint: { path }, made: [...made, env] }).got).toBe('');
    const own = { path: 'attempts/train-1/work/model.json', age: 9 };
    const { got } = resume({ checkpoint: { path }, made: [...made, env, own] });
    expect(got.replace(/\/\.\//, '/')).toBe(path === '*/*' ? 'attempts/train-1/work/model.json' : own.path);
  });

  test.each(['newest', 'step'] as const)('where {step} stands for digits alone, by %s', (pick) => {
    const names = ['step_9.pt', 'step_10.pt', 'step_11.tmp.pt', 'step_x.pt', 'step_.pt'];
    const made = names.map((name, i) => ({ path: `attempts/train-1/ckpt/${name}`, age: 9 - i }));
    expect(resume({ checkpoint: { path: 'ckpt/step_{step}.pt', pick }, made }).got).toBe(
      'attempts/train-1/ckpt/step_10.pt',
    );
  });

  test('nowhere without a pattern: there is nothing to resume from', () => {
    const project = submittedProject({ runs: [SHOW] });
    spawnSync('bash', [join(project.folder, 'job.sbatch')], { env: { ...process.env, SHEAF_JOB_ID: '7' } });
    expect(project.read('out.log')).toBe('');
    expect(JSON.parse(project.read('started.json'))).toMatchObject({ checkpoint: null });
  });
});

describe('which checkpoint is taken', () => {
  const among = (names: readonly string[], pick: Checkpoint['pick'], path = 'ckpt/*'): string =>
    resume({
      checkpoint: { path, pick },
      made: names.map((name, age) => ({ path: `attempts/train-1/ckpt/${name}`, age })),
    }).got.replace('attempts/train-1/ckpt/', '');

  test('the newest', () => {
    expect(among(['b.pt', 'c.pt', 'a.pt'], 'newest')).toBe('b.pt');
  });

  test.each([
    ['epoch', ['epoch=2-step=900.ckpt', 'epoch=12-step=300.ckpt', 'last.ckpt'], 'epoch=12-step=300.ckpt'],
    ['step', ['epoch=12-step=300.ckpt', 'epoch=2-step=900.ckpt', 'last.ckpt'], 'epoch=2-step=900.ckpt'],
    ['step', ['checkpoint-500', 'checkpoint-1000', 'checkpoint-0900'], 'checkpoint-1000'],
    ['step', ['global_step80', 'globalstep090', 'Step_100', 'step-99'], 'Step_100'],
    ['epoch', ['model_9.h5', 'model_10.h5', 'model_8.h5'], 'model_10.h5'],
    ['epoch', ['epoch09.pt', 'epoch10.pt', 'epoch08.pt'], 'epoch10.pt'],
    ['epoch', ['last.ckpt', 'best.ckpt'], 'last.ckpt'],
  ] as const)('by %s: of %s it is %s', (pick, names, wanted) => {
    expect(among(names, pick)).toBe(wanted);
  });

  test('by the name of its folder, where its own has no such word', () => {
    expect(among(['step_9/model.pt', 'step_10/model.pt'], 'step', 'ckpt/*/model.pt')).toBe('step_10/model.pt');
  });
});

describe('a checkpoint that is not whole', () => {
  const good = { path: 'attempts/train-1/ckpt/good', age: 5 };
  const expectOver = (file: string, text: string | Buffer, why: string): void => {
    const { got, output } = resume({ made: [good, { path: `attempts/train-1/ckpt/${file}`, text }] });
    expect(got).toBe('attempts/train-1/ckpt/good');
    expect(output).toContain(`is skipped: ${why}`);
    expect(output).toContain('sheaf: resumes from attempts/train-1/ckpt/good');
  };
  const expectTaken = (file: string, text: string | Buffer): void =>
    expect(resume({ made: [good, { path: `attempts/train-1/ckpt/${file}`, text }] }).got).toBe(
      `attempts/train-1/ckpt/${file.replace(/\/.*/, '')}`,
    );

  test('is skipped for the one before: an empty file', () => expectOver('new.pt', '', 'new.pt is empty'));

  test('is skipped for the one before: an archive without its end', () => {
    const whole = archive();
    expectTaken('new.pt', whole);
    for (const length of [30, 5000, whole.length - 30]) {
      expectOver('new.pt', whole.subarray(0, length), 'new.pt is half an archive');
    }
    // Rooms that a file system has given and nothing was written into.
    expectOver(
      'new.pt',
      Buffer.concat([whole.subarray(0, 100_000), Buffer.alloc(100_000)]),
      'new.pt is half an archive',
    );
  });

  test('is skipped for the one before: tensors that are cut off', () => {
    expectTaken('new.safetensors', safetensors(1000));
    for (const text of [safetensors(999), safetensors(0), safetensors(0).subarray(0, 30), Buffer.from('abc')])
      expectOver('new.safetensors', text, 'new.safetensors is shorter than it says');
  });

  test('is skipped for the one before: a folder that holds one, or nothing', () => {
    expectTaken('new/model.safetensors', safetensors(1000));
    expectOver('new/model.safetensors', safetensors(10), 'model.safetensors is shorter');
    expectOver('new/global_step5/mp_rank_00.pt', '', 'mp_rank_00.pt is empty');
    const { project } = resume({ made: [good] });
    mkdirSync(join(project.root, 'experiments/exp0/attempts/train-1/ckpt/empty'));
    const next = submittedProject({
      root: project.root,
      token: 'exp-train-bbbbbbbb2345',
      n: 3,
      runs: [SHOW],
      members: [{ checkpoint: { path: 'ckpt/*', pick: 'newest' } }],
    });
    const { stdout } = spawnSync('bash', [join(next.folder, 'job.sbatch')], {
      env: { ...process.env, SHEAF_JOB_ID: '8' },
      encoding: 'utf8',
    });
    expect(stdout).toContain('empty is skipped: it is an empty folder');
    expect(next.read('out.log', 'train-3')).toMatch(/good$/);
  });

  test('is skipped for the one before: the command that verifies it fails', () => {
    const verify = `grep -q whole -- "$1"`;
    const made = [good, { path: 'attempts/train-1/ckpt/$(touch x) "new', text: 'half' }];
    const { got, output } = resume({ checkpoint: { verify }, made });
    expect(got).toBe('attempts/train-1/ckpt/good');
    expect(output).toContain('the command that verifies it ended with status 1');
    expect(resume({ checkpoint: { verify }, made: [{ path: 'attempts/train-1/ckpt/a "b' }] }).got).toMatch(/a "b$/);
  });

  test('in a folder with a link that leads back is read once', () => {
    const { project } = resume({ made: [{ path: 'attempts/train-1/ckpt/a/x.pt' }] });
    const folder = join(project.root, 'experiments/exp0/attempts/train-1/ckpt/a');
    symlinkSync('..', join(folder, 'up'));
    const again = submittedProject({
      root: project.root,
      token: 'exp-train-bbbbbbbb2345',
      n: 3,
      runs: [SHOW],
      members: [{ checkpoint: { path: 'ckpt/*', pick: 'newest' } }],
    });
    spawnSync('bash', [join(again.folder, 'job.sbatch')], { env: { ...process.env, SHEAF_JOB_ID: '8' } });
    expect(again.read('out.log', 'train-3')).toBe(folder);
  });
});

describe('after an early death on a checkpoint', () => {
  /** Attempts in a row in one project: each prints what it got, and ends with a status. */
  function attempts(statuses: readonly string[], checkpoints: readonly string[]): { got: string[]; output: string } {
    const root = join(temporaryFolder(), 'pro "ject');
    const folder = join(root, 'experiments/exp0');
    checkpoints.forEach((name, age) => make(join(folder, 'ckpt', name), 'x', age + 1));
    const got: string[] = [];
    let output = '';
    for (const [i, end] of statuses.entries()) {
      const project = submittedProject({
        root,
        token: `exp-train-bbbbbbbb234${i}`,
        n: i + 1,
        runs: [`${SHOW}${end}\n`],
        members: [{ checkpoint: { path: 'ckpt/*', pick: 'newest' } }],
      });
      const ran = spawnSync('bash', [join(project.folder, 'job.sbatch')], {
        env: { ...process.env, SHEAF_JOB_ID: String(i + 1) },
        encoding: 'utf8',
      });
      output = ran.stdout;
      got.push(readFileSync(join(folder, `attempts/train-${i + 1}/out.log`), 'utf8').replace(`${folder}/ckpt/`, ''));
    }
    return { got, output };
  }

  test('the next attempt goes one checkpoint back, and further after each', () => {
    const { got, output } = attempts(['exit 1', 'exit 1', 'exit 1'], ['c \\ "1', 'b', 'a']);
    expect(got).toEqual(['c \\ "1', 'b', 'a']);
    expect(output).toContain('is skipped: what resumed from it before failed within 5 minutes');
  });

  test('the next attempt keeps the checkpoint if the last one ended well, was killed or left a newer one', () => {
    expect(attempts(['exit 0', 'exit 0'], ['b', 'a']).got).toEqual(['b', 'b']);
    expect(attempts(['kill -KILL $$', 'exit 0'], ['b', 'a']).got).toEqual(['b', 'b']);
    expect(
      attempts(['touch "$SHEAF_DIR/ckpt/new"; echo x >"$SHEAF_DIR/ckpt/new"; exit 1', ''], ['b', 'a']).got,
    ).toEqual(['b', 'new']);
  });

  test('the next attempt tries the checkpoint again if there is no other', () => {
    const { got, output } = attempts(['exit 1', 'exit 1'], ['a']);
    expect(got).toEqual(['a', 'a']);
    expect(output).toContain('no other checkpoint is left: trying it again');
  });
});
