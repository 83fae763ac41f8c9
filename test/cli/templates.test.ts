import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/staged.yaml': `learning_rate: 0.1
data: null
num_gpus: 1
stages:
  eval: {after: train, num_gpus: 0, command: "echo {{ data }}"}
  train:
    pack: 2
    command: |
      echo begin
      echo {{ flags }}
`,
  'templates/stage_key.yaml': 'stages: {train: {comand: x, command: "true"}}\n',
  'templates/constraint.yaml': 'constraint: ""\ncommand: "true"\n',
  'templates/undefined.yaml': 'lr: 1\ncommand: "echo {{ lrr }}"\n',
  'templates/circle.yaml': 'stages: {a: {after: b, command: x}, b: {after: a, command: x}}\n',
  'templates/empty.yaml': 'lr: 1\n',
  'templates/parent.yaml': 'abstract: true\ncommand: "echo {{ of_the_child }}"\n',
};

interface Listed {
  readonly name: string;
  readonly problem: string | null;
}

test('list and show tell what new would refuse', async () => {
  const folder = testFolder(FILES);
  const { stdout } = await folder.sheaf(['template', 'list', '--json']);
  const { data } = JSON.parse(stdout) as { data: Listed[] };
  expect(data.map(({ name, problem }) => [name, problem])).toEqual([
    ['circle', 'stages wait for each other in a circle: a → b → a'],
    ['constraint', 'constraint must be a text, but is ""'],
    ['empty', null],
    ['parent', null],
    ['stage_key', 'there is no key "comand" in stages.train'],
    ['staged', null],
    ['undefined', 'lrr is not defined'],
  ]);
  for (const { name, problem } of data) {
    const shown = await folder.sheaf(['template', 'show', name]);
    expect(shown.exitCode).toBe(problem === null ? 0 : 2);
    expect(shown.stderr).toContain(problem === null ? '' : `error: ${problem}`);
    if (problem === null) continue;
    const made = await folder.sheaf(['new', '--exp-id', 'x', '--template', name]);
    expect(made.stderr).toContain(`error: ${problem}`);
  }
});

test('show tells the stages in the order they run, with what they ask for and their commands', async () => {
  const folder = testFolder(FILES);
  const { stdout } = await folder.sheaf(['template', 'show', 'staged']);
  expect(stdout).toContain(`  num_gpus: 1
  stages:
    train
      pack: {"size": 2}
      command:
        echo begin
        echo {{ flags }}
    eval, after train
      num_gpus: 0
      command: echo {{ data }}
`);
  const { data } = JSON.parse((await folder.sheaf(['template', 'show', 'staged', '--json'])).stdout) as {
    data: object;
  };
  expect(data).toMatchObject({
    stages: [
      { name: 'train', after: null, resources: { pack: { size: 2 } }, command: 'echo begin\necho {{ flags }}\n' },
      { name: 'eval', after: 'train', resources: { num_gpus: 0 }, command: 'echo {{ data }}' },
    ],
    problems: [],
  });
});

test('new --from without a name takes that of the file', async () => {
  const folder = testFolder({ ...FILES, 'jobs/my train.v2.sbatch': '#!/bin/bash\n#SBATCH --gpus-per-node=2\ntrue\n' });
  const made = await folder.sheaf(['template', 'new', '--from', 'jobs/my train.v2.sbatch']);
  expect(made).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(
      /^Created templates\/my_train\.v2\.yaml\nResults of its runs go to experiments\/ID\n/,
    ) as string,
  });
  expect((await folder.sheaf(['template', 'show', 'my_train.v2'])).stdout).toContain('  num_gpus: 2\n');
  const nameless = await folder.sheaf(['template', 'new']);
  expect(nameless.exitCode).toBe(2);
  expect(nameless.stderr).toContain('error: sheaf template new needs T, the name of the template\n');
});

test('a command, setup lines, own script or called script that read the index of an array are refused with the way to a parameter', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/command.yaml': 'command: |\n  SEEDS=(3 5 7)\n  echo ${SEEDS[$SLURM_ARRAY_TASK_ID]}\n',
    'templates/setup.yaml': 'environment: {setup: "export N=$SLURM_ARRAY_TASK_ID"}\ncommand: "true"\n',
    'templates/script.yaml': 'script: templates/own.j2\ncommand: "true"\n',
    'templates/own.j2': '#!/bin/bash\n{{ command }}\necho $SLURM_ARRAY_TASK_ID\n',
    'templates/called.yaml': 'command: bash scripts/train.sh\n',
    'templates/called_set.yaml':
      'task: 1\ncommand: |\n  export SLURM_ARRAY_TASK_ID={{ task }}\n  bash scripts/train.sh\n',
    'scripts/train.sh': '#!/bin/bash\npython3 train.py --seed $SLURM_ARRAY_TASK_ID\n',
    'templates/meant.yaml': 'command: |\n  # sheaf: allow SLURM_ARRAY_TASK_ID\n  echo "<$SLURM_ARRAY_TASK_ID>"\n',
    'templates/param.yaml':
      'task: null\ncommand: |\n  export SLURM_ARRAY_TASK_ID={{ task }}\n  SEEDS=(3 5 7)\n  echo ${SEEDS[$SLURM_ARRAY_TASK_ID]}\n',
  });
  const places = {
    command: 'templates/command.yaml:3:',
    setup: 'templates/setup.yaml:1:',
    script: 'templates/own.j2:3:',
    called: 'scripts/train.sh:2:',
  };
  for (const [name, place] of Object.entries(places)) {
    const made = await folder.sheaf(['new', '--exp-id', name, '--template', name]);
    expect(made.exitCode).toBe(2);
    expect(made.stderr).toContain('error: SLURM_ARRAY_TASK_ID does not reach the program');
    expect(made.stderr).toContain(place);
    expect(made.stderr).toMatch(/add task: null to the template/);
    expect(made.stderr).toContain('# sheaf: allow SLURM_ARRAY_TASK_ID');
  }
  expect((await folder.sheaf(['new', '--exp-id', 'm', '--template', 'meant'])).exitCode).toBe(0);
  expect((await folder.sheaf(['new', '--exp-id', 'c', '--template', 'called_set'])).exitCode).toBe(0);
  await folder.sheaf(['sweep', '--template', 'param', '--name', 's', '--grid', 'task=1,2', '--submit', '--yes']);
  await folder.sheaf(['submit', 'm']);
  expect((await folder.sheaf(['wait', 'm', 's_t1', 's_t2'])).exitCode).toBe(0);
  expect((await folder.sheaf(['logs', 's_t2'])).stdout).toContain('7\n');
  expect((await folder.sheaf(['logs', 'm'])).stdout).toContain('<>\n');
});

test('new --from prints what is different from the sbatch script, what is left out, and the run of its array', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'job.sbatch': `#!/bin/bash
#SBATCH --mem=128GB --array=0-9%8 --chdir=/data
export HF_TOKEN=hf_abcdefghijklmnopqrst
python3 train.py $SLURM_ARRAY_TASK_ID "$@"
`,
  });
  const { stdout, stderr } = await folder.sheaf(['template', 'new', 't', '--from', 'job.sbatch']);
  expect(stdout).toMatch(/\nChanged\n {2}HF_TOKEN: .*\n {2}--array=0-9%8: the index is the parameter task/);
  expect(stdout).toMatch(/\nLeft out\n {2}"\$@": .*\n {2}--chdir=\/data: /);
  expect(stdout).toContain('sheaf run t --grid task=0,1,2,3,4,5,6,7,8,9 --max-parallel 8');
  expect(stdout + stderr + readFileSync(join(folder.path, 'templates/t.yaml'), 'utf8')).not.toContain('hf_abc');
  expect((await folder.sheaf(['template', 'show', 't'])).stdout).toContain('mem: 128GB');
});

test('flag_style decides how {{ flags }} writes names, and is no parameter', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\nflag_style: underscore\n',
    'templates/project.yaml': 'batch_size: 8\ncommand: echo {{ flags }}\n',
    'templates/own.yaml': 'batch_size: 8\nflag_style: equals\ncommand: echo {{ flags }}\n',
    'templates/stage.yaml':
      'batch_size: 8\nstages: {a: {flag_style: single-dash, command: "echo {{ flags }}"}, b: {command: "echo {{ flags }}"}}\n',
    'templates/param.yaml': 'flag_style: long\ncommand: echo {{ flags }}\n',
    'templates/below.yaml': 'params: {flag_style: long}\ncommand: echo {{ flags }}\n',
    'templates/hydra.yaml': 'params: {+trainer.max_epochs: 5}\ncommand: echo {{ hydra }}\n',
  });
  const command = async (template: string, ...words: readonly string[]): Promise<string[]> => {
    const made = await folder.sheaf(['new', '--exp-id', template, '--template', template, ...words]);
    expect(made.exitCode, made.stderr).toBe(0);
    const { stdout } = await folder.sheaf(['submit', template, '--dry-run']);
    return stdout.match(/^.*echo .*8$|^.*echo .*(?:long|epochs).*$/gm) ?? [];
  };
  expect(await command('project')).toEqual(['echo --batch_size 8']);
  expect(await command('own')).toEqual(['echo --batch_size=8']);
  expect(await command('stage')).toEqual(['echo -batch_size 8', 'echo --batch_size 8']);
  expect(await command('below')).toEqual(['echo --flag_style long']);
  expect(await command('hydra', '--set', '+trainer.max_epochs=9')).toEqual(['echo +trainer.max_epochs=9']);
  const given = await folder.sheaf(['new', '--exp-id', 'x', '--template', 'own', '--flag-style', 'hyphen']);
  expect(given.exitCode, given.stderr).toBe(0);
  expect((await folder.sheaf(['submit', 'x', '--dry-run'])).stdout).toContain('echo --batch-size 8\n');
  const refused = await folder.sheaf(['new', '--exp-id', 'y', '--template', 'param']);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('error: flag_style must be one of hyphen, underscore, single-dash, equals');
  expect(refused.stderr).toContain('write params: {flag_style: …}');
});

test('a template without a command is shown with a warning, and only new refuses it', async () => {
  const text = readFileSync(join(import.meta.dirname, '../fixtures/templates/imagenet_resnet.yaml'), 'utf8');
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/imagenet_resnet.yaml': text });
  const warning = 'there is nothing to run: neither templates/imagenet_resnet.yaml nor sheaf.yaml has a command';
  const shown = await folder.sheaf(['template', 'show', 'imagenet_resnet']);
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toContain('momentum\tfloat\t0.9');
  expect(shown.stderr).toContain(`warning: sheaf new needs a command: ${warning}; add to sheaf.yaml: command: `);
  const listed = await folder.sheaf(['template', 'list']);
  expect(listed).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\(has no command\)/) });
  expect(listed.stdout).not.toContain('cannot be used');
  const { warnings, data } = JSON.parse(
    (await folder.sheaf(['template', 'show', 'imagenet_resnet', '--json'])).stdout,
  ) as {
    warnings: string[];
    data: { problems: unknown[] };
  };
  expect(warnings).toEqual([expect.stringContaining(warning)]);
  expect(data.problems).toEqual([]);
  const made = await folder.sheaf(['new', '--template', 'imagenet_resnet']);
  expect(made).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`error: ${warning}`) });
});

test('show prints numbers as they are written', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml': 'lr: 2.5e-4\nbetas: [9e-1, 0.999]\nsteps: 1e6\nname: x\ncommand: "true"\n',
  });
  const { stdout } = await folder.sheaf(['template', 'show', 't']);
  expect(stdout).toContain('lr\tfloat\t2.5e-4');
  expect(stdout).toContain('betas\tlist\t[9e-1, 0.999]');
  expect(stdout).toContain('steps\tfloat\t1e6');
  expect((await folder.sheaf(['new', '--template', 't', '--help'])).stdout).toContain('default 2.5e-4');
});

test('new warns of a Python program of the project that reads the index of an array', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'train.py': 'import os\nseed = int(os.environ.get("SLURM_ARRAY_TASK_ID", 0))\n',
    'templates/t.yaml': 'command: python3 train.py\n',
    'templates/set.yaml': 'task: 1\ncommand: SLURM_ARRAY_TASK_ID={{ task }} python3 train.py\n',
  });
  const made = await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  expect(made.exitCode).toBe(0);
  expect(made.stderr).toContain('warning: train.py:2 reads SLURM_ARRAY_TASK_ID, which does not reach the program');
  expect((await folder.sheaf(['new', '--exp-id', 'b', '--template', 'set'])).stderr).not.toContain('SLURM_ARRAY');
});
