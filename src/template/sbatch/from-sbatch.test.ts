import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ValueMap } from '../../core/value.ts';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import { renderCommand } from '../render/command.ts';
import { checkTemplate } from '../load/compose.ts';
import { buildTemplateFromSbatch, type FromSbatch } from './from-sbatch.ts';
import { loadTemplate, type LoadedTemplate } from '../load/load.ts';
import { openProjectConfig } from '../load/project.ts';

/** The template that is made from a script, read again. */
function made(script: string): FromSbatch & { loaded: LoadedTemplate } {
  const root = temporaryFolder();
  mkdirSync(join(root, 'templates'));
  writeFileSync(join(root, 'sheaf.yaml'), 'scheduler: local\n');
  const from = buildTemplateFromSbatch(script, 'job.sbatch', 't');
  writeFileSync(join(root, 'templates/t.yaml'), from.text);
  return { ...from, loaded: loadTemplate(openProjectConfig({ root, env: {} }), 't') };
}

/** Directives as the resources that they become. */
function resourcesOf(...directives: readonly string[]): object {
  const { loaded } = made(`#!/bin/bash\n${directives.map((line) => `#SBATCH ${line}\n`).join('')}true\n`);
  expect(checkTemplate(loaded)).toEqual([]);
  return loaded.settings.value.resources;
}

/** What the comment says of one directive. */
function leftOut(directive: string): string {
  const { text, loaded } = made(`#!/bin/bash\n#SBATCH ${directive}\ntrue\n`);
  expect(checkTemplate(loaded)).toEqual([]);
  expect(loaded.settings.value.resources).toEqual({});
  return /^# Left out:\n# {3}(.*)\n(?!#)/m.exec(text)?.[1] ?? '';
}

test.each<[string, object]>([
  ['--gres=gpu:2', { num_gpus: 2 }],
  ['--gres=gpu', { num_gpus: 1 }],
  ['--gres gpu:l40s:4', { num_gpus: 4, gpu_type: 'l40s' }],
  ['--gres=gpu:1g.5gb:1', { num_gpus: 1, gpu_type: '1g.5gb' }],
  ['--gres=gpu:2,nvme:1', { sbatch: { gres: 'gpu:2,nvme:1' } }],
  ['--gpus-per-node=3', { num_gpus: 3 }],
  ['--gpus-per-node=a100:2', { num_gpus: 2, gpu_type: 'a100' }],
  ['--gpus=2', { num_gpus: 2 }],
  ['-G h200:2', { num_gpus: 2, gpu_type: 'h200' }],
  ['--gpus=2 --nodes=1', { num_gpus: 2, num_nodes: 1 }],
  ['--gpus=4 -N2', { sbatch: { gpus: '4' }, num_nodes: 2 }],
  ['--gpus=4 --ntasks=4', { sbatch: { gpus: '4', ntasks: '4' } }],
  ['--gpus-per-task=1', { sbatch: { 'gpus-per-task': '1' } }],
  ['-p a,b -A lab -q high', { partition: 'a,b', account: 'lab', qos: 'high' }],
  ['-c 8 --mem=16G -t 1-00:00:00', { cpus_per_task: 8, mem: '16G', time_limit: '1-00:00:00' }],
  ['--requeue', { requeue: true }],
  ['--no-requeue', { requeue: false }],
  ['--nodes=1-1', { num_nodes: 1 }],
  ['--comment="a # b" --exclusive # why', { sbatch: { comment: 'a # b', exclusive: true } }],
  ['--time=10 --time=20', { time_limit: '20' }],
  ['--mem=128GB -t 0', { mem: '128GB', time_limit: '0' }],
  ['--mem 8gb', { mem: '8gb' }],
  ['--mem-per-cpu=4000Mb', { sbatch: { 'mem-per-cpu': '4000Mb' } }],
  ['--nodes=2-4', { sbatch: { nodes: '2-4' } }],
  ['-N 02 -c +4', { num_nodes: 2, cpus_per_task: 4 }],
  ['--part=cpu --tasks-per-node=2', { partition: 'cpu', ntasks_per_node: 2 }],
  ['--gres=gres/gpu:2', { num_gpus: 2 }],
  ['--gres=gpu=2', { num_gpus: 2 }],
  ['--gpus-per-node=l40s=2', { num_gpus: 2, gpu_type: 'l40s' }],
])('#SBATCH %s', (directive, resources) => {
  expect(resourcesOf(directive)).toEqual(resources);
});

test.each([
  ['--output=%j.log', 'each attempt has its own out.log and err.log'],
  ['-e err', 'each attempt has its own out.log and err.log'],
  ['-J name', 'sheaf names each job'],
  ['--dependency=afterok:1', 'for steps of one experiment, write stages: with after:'],
  ['-D /scratch', 'a job starts at the top of the project'],
  ['--export=NONE', 'a job gets the environment of the shell that submits it'],
  ['--constraint=""', 'constraint must be a text, but is ""'],
  ['--mail-user=', 'it has no value'],
  ['--ntasks-per-node= # ranks', 'ntasks_per_node must be a whole number from 1, but is ""'],
  [
    '--time=soon',
    'time_limit must be a time limit or auto, but is "soon"; to pass it on as it is: sbatch: {time: "soon"}',
  ],
  ['--outp=%j', 'each attempt has its own out.log and err.log'],
  ['-M other', 'sheaf gives --clusters to sbatch itself'],
  ['-nodelist=gpu1', 'ntasks must be a whole number, but is "odelist=gpu1"; long names have two dashes'],
  ['-Z', '"Z" is not an option of sbatch'],
  ['--Odd=1', '"Odd" is not an option of sbatch'],
])('#SBATCH %s is left out, and the template says why', (directive, why) => {
  expect(leftOut(directive)).toContain(`${directive.replace(/ #.*/, '')}: ${why}`);
});

test('what follows the first command is no directive, and what looks like Jinja stays what it is', () => {
  const script = `#!/bin/bash
#SBATCH --mem=1G

# count
list=(a b)
#SBATCH --mem=9G
echo \${#list[@]} '{{ x }} {% y %}'
echo "$HOME"
`;
  const { loaded } = made(script);
  expect(loaded.settings.value.resources).toEqual({ mem: '1G' });
  const { command = '' } = loaded.settings.value;
  const context = { params: {}, written: {}, expId: 'x', stage: 'train', attempt: 1, resources: {} };
  expect(renderCommand(command, context)).toBe(script.slice(script.indexOf('# count')));
});

test('a script of another language stays a file, which the command runs', () => {
  const { text, loaded } = made('#!/usr/bin/env python3\n#SBATCH --mem=1G\nprint(1)\n');
  expect(loaded.settings.value.command).toBe('/usr/bin/env python3 job.sbatch');
  expect(text).toContain('#!/usr/bin/env python3: a command runs in bash, so this one runs the script');
});

test('options of the shell are reported, and a script without commands gives a template without one', () => {
  const { text, loaded } = made('#!/bin/bash -l\n#SBATCH --mem=1G\n');
  expect(text).toContain('#!/bin/bash -l: a command runs in plain bash');
  expect(text).toContain('job.sbatch: it has no commands');
  expect(loaded.settings.value).toEqual({ resources: { mem: '1G' } });
});

/** The command of the template, rendered with its parameters. */
function commandOf({ loaded }: ReturnType<typeof made>, params: ValueMap = {}): string {
  expect(checkTemplate(loaded)).toEqual([]);
  const context = { params, written: {}, expId: 'x', stage: 'train', attempt: 1, resources: {} };
  return renderCommand(loaded.settings.value.command ?? '', context);
}

test.each([
  ['--array=0-9', '--grid task=0,1,2,3,4,5,6,7,8,9'],
  ['--array=1-10:2', '--grid task=1,3,5,7,9'],
  ['-a 1,3,7', '--grid task=1,3,7'],
  ['--array=0-99%8', '--grid task=$(seq -s, 0 99) --max-parallel 8'],
  ['--array=0-998:2', '--grid task=$(seq -s, 0 2 998)'],
])('#SBATCH %s becomes a sweep over the parameter task', (directive, axis) => {
  const from = made(`#!/bin/bash\n#SBATCH ${directive}\nSEEDS=(5 6)\npython3 t.py \${SEEDS[$SLURM_ARRAY_TASK_ID]}\n`);
  expect(from.sweep).toBe(`sheaf run t ${axis}`);
  expect(from.text).toContain(`# Instead of its job array:\n#   ${from.sweep}\n`);
  expect(from.loaded.open.map(({ keys }) => keys.join('.'))).toEqual(['params.task']);
  expect(from.changed).toEqual([
    expect.objectContaining({
      text: expect.stringMatching(/^--array=/),
      why: expect.stringContaining('the parameter task'),
    }),
  ]);
  expect(commandOf(from, { task: 7 })).toMatch(/^export SLURM_ARRAY_TASK_ID=7\nSEEDS=/);
});

test.each([
  ['SEEDS=(5 6)\npython3 t.py --seed ${SEEDS[$SLURM_ARRAY_TASK_ID]}\n', true],
  ['echo "task $SLURM_ARRAY_TASK_ID"\npython3 t.py --seed=$SLURM_ARRAY_TASK_ID\n', true],
  ['LRS=(1 2)\npython3 t.py --lr ${LRS[$SLURM_ARRAY_TASK_ID]} --seed $SLURM_ARRAY_TASK_ID\n', false],
])('the index is a seed when seeds are all that %j reads it for', (body, isSeed) => {
  const { loaded, text, changed } = made(`#!/bin/bash\n#SBATCH --array=0-1\n${body}`);
  expect(checkTemplate(loaded)).toEqual([]);
  expect(text.includes('role: seed')).toBe(isSeed);
  expect((changed[0]?.why ?? '').includes('averaged over it')).toBe(isSeed);
});

test('an array whose tasks do not read their index may be of repetitions, or a chain of restarts', () => {
  const repeated = made('#!/bin/bash\n#SBATCH --array=1-3\npython3 t.py\n');
  expect(repeated.sweep).toContain('--grid task=1,2,3');
  expect(repeated.changed[0]?.why).toContain('For mere repetitions: sheaf run … --grid seed=1,2,3 instead');
  const chain = made('#!/bin/bash\n#SBATCH --array=1-9%1\npython3 t.py\n');
  expect(chain.sweep).toBeUndefined();
  expect(chain.leftOut).toEqual([
    { text: '--array=1-9%1', why: expect.stringContaining('write checkpoint: and requeue:') },
  ]);
});

test('a script that reads an index and has no --array says that the indices are those of sbatch --array', () => {
  const from = made('#!/bin/bash\npython3 t.py $SLURM_ARRAY_TASK_ID\n');
  expect(from.changed[0]?.why).toContain('Give the indices that you gave sbatch --array');
  expect(made('#!/bin/bash\nSLURM_ARRAY_TASK_ID=2\npython3 t.py $SLURM_ARRAY_TASK_ID\n').sweep).toBeUndefined();
});

test('the other variables of an array have the values that they had in the script', () => {
  const body =
    'echo $SLURM_ARRAY_TASK_ID of $SLURM_ARRAY_TASK_COUNT, $SLURM_ARRAY_TASK_MIN to $SLURM_ARRAY_TASK_MAX in $SLURM_ARRAY_JOB_ID\n';
  const command = commandOf(made(`#!/bin/bash\n#SBATCH --array=2-8:3\n${body}`), { task: 2 });
  expect(command.split('\n').slice(0, -2)).toEqual([
    'export SLURM_ARRAY_TASK_ID=2',
    'export SLURM_ARRAY_TASK_COUNT=3',
    'export SLURM_ARRAY_TASK_MIN=2',
    'export SLURM_ARRAY_TASK_MAX=8',
    'SLURM_ARRAY_JOB_ID=$SLURM_JOB_ID',
  ]);
});

test('arguments of the script become parameters, named like the variables that they are put into', () => {
  const from = made('#!/bin/bash\nDATASET=${1:?which}\nqos=$2\npython3 t.py $DATASET ${3:-both} ${4:-1e-4} ${5:-}\n');
  expect(commandOf(from, { dataset: 'a b', arg2: 2, arg3: 'x', arg4: 1, arg5: '' })).toMatch(
    /^set -- 'a b' 2 x 1 ''\n/,
  );
  expect(from.text).toContain('\narg3: both\narg4: 1e-4\narg5: ""\n');
  expect(from.loaded.parameters.get('arg4')?.type).toBe('float');
  expect(from.loaded.parameters.get('arg3')?.default).toBe('both');
  expect(from.changed).toEqual([
    { text: '$1', why: 'the parameter dataset, which must be given' },
    { text: '$2', why: 'the parameter arg2, which must be given' },
    { text: '$3', why: 'the parameter arg3' },
    { text: '$4', why: 'the parameter arg4' },
    { text: '$5', why: 'the parameter arg5' },
  ]);
  expect(made('#!/bin/bash\npython3 t.py "$@"\n').leftOut).toEqual([
    { text: '"$@"', why: expect.stringContaining('write {{ flags }} in the command') },
  ]);
});

const KEY = '0123456789abcdef0123456789abcdef01234567';

test('a secret is in no template: the job takes it from the shell that submits', () => {
  const from = made(`#!/bin/bash
#SBATCH --export=ALL,HF_TOKEN=hf_abcdefghijklmnopqrst,DATA=/data
#SBATCH --comment=hf_abcdefghijklmnopqrst
export WANDB_API_KEY=${KEY}
# export OTHER_TOKEN='abc1'
wandb login ${KEY}
A=1 DB_PASSWORD=swordfish python3 t.py --hub-token hf_abcdefghijklmnopqrst
`);
  expect(from.text).not.toMatch(/0123456789abcdef|hf_|swordfish|abc1/);
  expect(commandOf(from)).toBe('wandb login $WANDB_API_KEY\nA=1 python3 t.py --hub-token $HF_TOKEN\n');
  expect(from.loaded.settings.value.environment?.exports).toEqual({
    HF_TOKEN: null,
    DATA: '/data',
    WANDB_API_KEY: null,
    OTHER_TOKEN: null,
    DB_PASSWORD: null,
  });
  expect(from.changed.map(({ text }) => text)).toEqual([
    'WANDB_API_KEY',
    'OTHER_TOKEN',
    'DB_PASSWORD',
    'HF_TOKEN',
    '--export=HF_TOKEN=…',
  ]);
  expect(from.leftOut).toEqual([
    { text: '--comment=…', why: 'it looks like a secret, and would be in files of the project' },
  ]);
});

test.each([
  ['python3 t.py --learning_rate 0.1 --epochs 3', 'underscore'],
  ['srun --cpu-bind=none python3 -u t.py \\\n  --learning_rate=0.1 \\\n  --epochs=3', 'equals'],
  ['python3 t.py -lr 0.1 -epochs 3', undefined],
  ['python3 t.py -rate 0.1 -epochs 3', 'single-dash'],
  ['python3 t.py --learning-rate 0.1 --batch_size 3', undefined],
  ['torchrun --nproc_per_node=2 t.py --epochs 3', undefined],
])('%s has flags of the style %s', (line, style) => {
  const { loaded } = made(`#!/bin/bash\n${line}\n`);
  expect(loaded.settings.value.flag_style).toBe(style);
});

test('an option that sbatch does not have is passed on, with a remark', () => {
  const { changed } = made('#!/bin/bash\n#SBATCH --container-image=a.sqsh --mail-type=END\ntrue\n');
  expect(changed).toEqual([
    { text: '--container-image', why: 'sheaf does not know it and passes it to sbatch as it is' },
  ]);
});

test('options of the shell such as -ex are set by the command', () => {
  expect(commandOf(made('#!/bin/bash -ex\ntrue\n'))).toBe('set -ex\ntrue\n');
});

test('a script with tabs stays a block of lines', () => {
  const from = made('#!/bin/bash\nif true; then\n\techo "a\tb"\nfi\n');
  expect(from.text).toContain('command: |\n  if true; then\n  \techo "a\tb"\n  fi\n');
  expect(commandOf(from)).toBe('if true; then\n\techo "a\tb"\nfi\n');
});

test('a script that submits jobs is named with what to do', () => {
  expect(made('#!/bin/bash\nfor s in 1 2; do sbatch run.sh $s; done\n').leftOut).toEqual([
    { text: 'sbatch', why: expect.stringContaining('make the template from the script that it submits') },
  ]);
  expect(made('#!/bin/bash\n# Usage: sbatch run.sh 1\ntrue\n').leftOut).toEqual([]);
});

test.each([
  ['module purge\nmodule load cuda/12.4 gcc/12', { purge: true, use: [], load: ['cuda/12.4', 'gcc/12'] }],
  ['# CUDA\nmodule load cuda/12.4   # new', { purge: false, use: [], load: ['cuda/12.4'] }],
  ['module use /apps/modules\nml cuda\nml gcc', { purge: false, use: ['/apps/modules'], load: ['cuda', 'gcc'] }],
])('%j before everything else becomes environment.modules', (lines, modules) => {
  const from = made(`#!/bin/bash\n${lines}\n\nsource ~/a\nmodule load late\n`);
  expect(from.loaded.settings.value.environment).toEqual({ modules });
  expect(commandOf(from)).toMatch(/^(?:# CUDA\n\n)?source ~\/a\nmodule load late\n$/);
});

test.each(['echo x\nmodule load cuda', 'module load $CUDA', 'ml purge', 'module load a || exit 1', 'module use /apps'])(
  '%j stays in the command',
  (lines) => {
    const from = made(`#!/bin/bash\n${lines}\ntrue\n`);
    expect(commandOf(from)).toBe(`${lines}\ntrue\n`);
    expect(from.loaded.settings.value.environment).toBeUndefined();
  },
);

test.each([
  ['source .venv/bin/activate', 'source "$SHEAF_PROJECT/.venv/bin/activate"'],
  ['. "./envs/a b/bin/activate"', undefined],
  ['. "./envs/a/bin/activate" || exit 1', '. "$SHEAF_PROJECT/envs/a/bin/activate" || exit 1'],
  ['source /apps/venv/bin/activate', undefined],
  ['source "$HOME/venv/bin/activate"', undefined],
])('%s finds the virtual environment of the project from the copy of its code', (line, expected) => {
  const from = made(`#!/bin/bash\n${line}\npython3 t.py\n`);
  expect(commandOf(from)).toBe(`${expected ?? line}\npython3 t.py\n`);
  expect(from.leftOut).toEqual([]);
  expect(from.changed).toHaveLength(expected === undefined ? 0 : 1);
});
