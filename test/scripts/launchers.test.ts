import { describe, expect, it, test } from 'vitest';
import type { Container, Launcher } from '../../src/core/settings/run-settings.ts';
import type { Resources } from '../../src/core/settings/settings.ts';
import { checkCommand } from '../../src/template/render/command.ts';
import { getResourcesToAsk } from '../../src/template/launch/processes.ts';
import { buildContext, renderRun } from '../../src/template/job/run-script.ts';
import { launchPart, place, problemsOf, runOf, type RunChange } from './support.ts';

function run(
  command: string,
  use: Launcher['use'] = 'torchrun',
  more: { resources?: Resources; container?: Container } = {},
): RunChange {
  const { resources = { num_gpus: 2 }, container } = more;
  const environment = container === undefined ? {} : { environment: { container } };
  return {
    params: { lr: 0.1, name: "it's" },
    stage: { command, resources, run: { launcher: { use }, ...environment } },
  };
}

/** What is launched, on one line. */
function launched(change: RunChange): string {
  return (
    launchPart(change)
      .replace(/ \\\n\s*/g, ' ')
      .trimEnd()
      .split('\n')
      .at(-1) ?? ''
  );
}

const TORCHRUN = 'torchrun --standalone --nproc-per-node=2';

describe('a command that is one simple command is launched as a whole', () => {
  it.each([
    ['python train.py {{ flags }}', `${TORCHRUN} train.py --lr 0.1 --name 'it'\\''s'`],
    ['python3 -u train.py', `${TORCHRUN} train.py`],
    ['python -u -m pkg.train --x {{ name }}', `${TORCHRUN} -m pkg.train --x 'it'\\''s'`],
    ['A={{ name }} B=2 python train.py > log.txt 2>&1', `A='it'\\''s' B=2 ${TORCHRUN} train.py > log.txt 2>&1`],
    ['exec python train.py', `exec ${TORCHRUN} train.py`],
    ['python -X dev train.py', `${TORCHRUN} --no-python python -X dev train.py`],
    ['.venv/bin/python train.py', `${TORCHRUN} --no-python .venv/bin/python train.py`],
    ['./train.sh "a b"', `${TORCHRUN} --no-python ./train.sh "a b"`],
    ['"$PYTHON" train.py', `${TORCHRUN} --no-python "$PYTHON" train.py`],
    ['python train.py \\\n  --x 1', `${TORCHRUN} train.py --x 1`],
    ['\n# trains\npython train.py # here\n', `${TORCHRUN} train.py # here`],
  ])('%j', (command, expected) => {
    expect(launched(run(command))).toBe(expected);
  });

  it.each<[Launcher['use'], string, string]>([
    ['none', 'python -u train.py', 'python -u train.py'],
    [
      'srun',
      'python -u train.py',
      'srun --nodes=1 --ntasks=2 --ntasks-per-node=2 --kill-on-bad-exit=1 python -u train.py',
    ],
    [
      'accelerate',
      'python -m pkg',
      'accelerate launch --multi_gpu --num_machines=1 --num_processes=2 --main_process_port="$sheaf_port" --module pkg',
    ],
    ['deepspeed', './train', 'deepspeed "${sheaf_gpus[@]}" --master_port="$sheaf_port" --no_python ./train'],
  ])('%s: %s', (use, command, expected) => {
    expect(launched(run(command, use))).toBe(expected);
  });
});

describe('{{ launch }} stands for what starts a Python program', () => {
  it('wherever a program can stand', () => {
    const command =
      'mkdir -p out\nif [ -n "$X" ]; then LR=1 {{ launch }} a.py {{ lr }}; else {{ launch }} -m b & fi; wait';
    expect(launched(run(command))).toBe(
      `if [ -n "$X" ]; then LR=1 ${TORCHRUN} a.py 0.1; else ${TORCHRUN} -m b & fi; wait`,
    );
    expect(launched(run('cd x && {{ launch }} train.py', 'none'))).toBe('cd x && python3 train.py');
  });

  it.each(['"{{ launch }} train.py"', 'echo x{{ launch }}', 'bash -c "{{ launch }} a.py"', 'A={{ launch }}'])(
    'but not here: %s',
    (command) => {
      expect(problemsOf(() => renderRun(runOf(run(command))))).toMatchObject([
        {
          code: expect.stringMatching(/^command\.(?:words|place)$/) as string,
          fix: 'put it where the name of a program stands, with spaces around it and no quotes',
        },
      ]);
    },
  );
});

describe('any other shell text with a launcher is refused', () => {
  const MANY = [
    'cd x && python train.py',
    'python a.py; python b.py',
    'python a.py | tee log',
    'python train.py &',
    'for i in 1 2; do python a.py; done',
  ];

  it.each([
    ...MANY,
    'if true; then python a.py; fi',
    'time python a.py',
    'source x',
    'f() { python a.py; }',
    'python - <<EOF\nx\nEOF',
    '# nothing',
  ])('%j: say which command is launched', (command) => {
    expect(problemsOf(() => renderRun(runOf(run(command))))).toMatchObject([
      { code: 'launcher.place', fix: expect.stringContaining('{{ launch }}') as string },
    ]);
    expect(checkCommand(command, buildContext(runOf(run(command)))).map(({ code }) => code)).toEqual([
      'launcher.place',
    ]);
    expect(checkCommand(command, buildContext(runOf(run(command, 'none'))))).toEqual([]);
  });

  it('also with a container, or when the command starts processes itself', () => {
    const container: Container = { image: 'a.sif', runtime: 'apptainer', binds: [], overlays: [], env: {}, args: [] };
    expect(problemsOf(() => renderRun(runOf(run('a; b', 'none', { container }))))).toMatchObject([
      { code: 'launcher.place' },
    ]);
    for (const command of ['torchrun train.py', 'srun python x', 'accelerate launch x'])
      expect(problemsOf(() => renderRun(runOf(run(command))))).toMatchObject([{ code: 'launcher.twice' }]);
    expect(launched(run('torchrun train.py', 'none'))).toBe('torchrun train.py');
  });
});

test('processes and CPUs follow from the requested resources; a task of srun is a process', () => {
  const asked = (use: Launcher['use'], resources: Resources, processes?: number): Resources =>
    getResourcesToAsk({ resources, run: { launcher: { use, ...(processes !== undefined && { processes }) } } });
  expect(asked('srun', { num_gpus: 4, cpus_per_task: 8 })).toEqual({
    num_gpus: 4,
    cpus_per_task: 8,
    ntasks_per_node: 4,
  });
  expect(asked('srun', { num_gpus: 4, ntasks_per_node: 2 })).toEqual({ num_gpus: 4, ntasks_per_node: 2 });
  expect(asked('torchrun', { num_gpus: 4 })).toEqual({ num_gpus: 4 });
  const srun = (resources: Resources): string =>
    launched(run('./a', 'srun', { resources })).replace(' --kill-on-bad-exit=1 ./a', '');
  expect(srun({ num_nodes: 2, num_gpus: 4, cpus_per_task: 8 })).toBe(
    'srun --nodes=2 --ntasks=8 --ntasks-per-node=4 --cpus-per-task=8',
  );
  expect(srun({ cpus_per_task: 8 })).toBe('srun --nodes=1 --ntasks=1 --ntasks-per-node=1 --cpus-per-task=8');
  const torchrun = launched(
    run('python a.py', 'torchrun', { resources: { num_nodes: 2, num_gpus: 4, cpus_per_task: 8, ntasks_per_node: 2 } }),
  );
  expect(torchrun).toContain(
    'srun --nodes=2 --ntasks=2 --ntasks-per-node=1 --cpus-per-task=16 --kill-on-bad-exit=1 torchrun --nnodes=2',
  );
});

test('in a pack each member starts processes for its share of the GPUs', () => {
  expect(launched(run('python a.py', 'torchrun', { resources: { num_gpus: 4, pack: { size: 2 } } }))).toBe(
    `${TORCHRUN} a.py`,
  );
});

test('the signal before the time limit does not end an agent that srun hands it to', () => {
  const requeue = { on: ['timeout'], max: 3, signal: 'USR1', before: 60 } as const;
  const deaf = `bash -c 'trap "" USR1; exec "$@"' bash torchrun`;
  expect(launched(run('python a.py', 'torchrun', { resources: { num_nodes: 2, requeue } }))).toContain(deaf);
  expect(launched(run('python a.py', 'torchrun', { resources: { num_nodes: 2 } }))).not.toContain('trap');
  // Not needed: the signal is not sent to those that do not listen. And Lightning takes an ignored signal for handled.
  expect(launched(run('python a.py', 'torchrun', { resources: { requeue } }))).not.toContain('trap');
  expect(launched(run('python a.py', 'srun', { resources: { requeue } }))).not.toContain('trap');
});

test('what an own kind of accelerate needs is not decided for it', () => {
  const args = ['--config_file=fsdp {{ lr }}.yaml'];
  const change = {
    params: { lr: 0.1 },
    stage: { command: 'python a.py', resources: { num_gpus: 2 }, run: { launcher: { use: 'accelerate', args } } },
  } as const;
  const { stage } = change;
  expect(launched({ params: { lr: 0.1 }, stage })).toBe(
    `accelerate launch --num_machines=1 --num_processes=2 --main_process_port="$sheaf_port" '--config_file=fsdp 0.1.yaml' a.py`,
  );
});

describe('what is missing is reported in one line, and nothing runs', () => {
  const none = { PATH: '/usr/bin:/bin', SLURM_JOB_ID: '' };

  it('the agent', () => {
    expect(place().job(run('python train.py', 'accelerate'), none)).toMatchObject({
      status: 78,
      stdout: '',
      stderr:
        'sheaf: there is no accelerate, which comes with Hugging Face Accelerate: name what has it under environment: (conda, venv, modules …)\n',
    });
  });

  it('a job of Slurm, or srun itself', () => {
    const ended = place().job(run('echo ran', 'srun'), none);
    expect(ended).toMatchObject({ status: 78, stdout: '' });
    expect(ended.stderr).toMatch(
      /^sheaf: this is launched with srun, which (?:needs a job of Slurm: run it with sbatch instead of bash|this machine does not have: submit it to Slurm, or set launcher: none)\n$/,
    );
  });
});
