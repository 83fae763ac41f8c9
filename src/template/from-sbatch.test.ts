import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/project-folder.ts';
import { renderCommand } from './command.ts';
import { templateProblems } from './compose.ts';
import { templateFromSbatch } from './from-sbatch.ts';
import { loadTemplate, type LoadedTemplate } from './load.ts';
import { openProjectConfig } from './project.ts';

/** The template that is made from a script, read again. */
function made(script: string): { text: string; loaded: LoadedTemplate } {
  const root = temporaryFolder();
  mkdirSync(join(root, 'templates'));
  writeFileSync(join(root, 'sheaf.yaml'), 'scheduler: local\n');
  const text = templateFromSbatch(script, 'job.sbatch');
  writeFileSync(join(root, 'templates/t.yaml'), text);
  return { text, loaded: loadTemplate(openProjectConfig({ root, env: {} }), 't') };
}

/** Directives as the resources that they become. */
function resourcesOf(...directives: readonly string[]): object {
  const { loaded } = made(`#!/bin/bash\n${directives.map((line) => `#SBATCH ${line}\n`).join('')}true\n`);
  expect(templateProblems(loaded)).toEqual([]);
  return loaded.settings.value.resources;
}

/** What the comment says of one directive. */
function leftOut(directive: string): string {
  const { text, loaded } = made(`#!/bin/bash\n#SBATCH ${directive}\ntrue\n`);
  expect(templateProblems(loaded)).toEqual([]);
  expect(loaded.settings.value.resources).toEqual({});
  return /^# Not taken over:\n# {3}(.*)\n(?!#)/m.exec(text)?.[1] ?? '';
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
])('#SBATCH %s', (directive, resources) => {
  expect(resourcesOf(directive)).toEqual(resources);
});

test.each([
  ['--array=0-9%4', 'each index becomes an experiment of a sweep'],
  ['--output=%j.log', 'each attempt has out.log and err.log of its own'],
  ['-e err', 'each attempt has out.log and err.log of its own'],
  ['-J name', 'sheaf names each job'],
  ['--dependency=afterok:1', 'stages: with after:'],
  ['-D /scratch', 'a job starts in the project folder'],
  ['--export=NONE', 'a job gets the environment of the shell that submits it'],
  ['--constraint=""', 'constraint must be a text, but is ""'],
  ['--mail-user=', 'it has no value'],
  [
    '--time=soon',
    'time_limit must be a time limit or auto, but is "soon"; to pass it on as it is: sbatch: {time: "soon"}',
  ],
  ['--nodes=2-4', 'num_nodes must be a whole number from 1, but is "2-4"; to pass'],
  ['--outp=%j', 'sheaf gives --outp to sbatch itself'],
  ['-M other', 'sheaf gives --clusters to sbatch itself'],
  ['-Z', '"Z" is not an option of sbatch'],
  ['--Odd=1', '"Odd" is not an option of sbatch'],
])('#SBATCH %s is left out, and the template says why', (directive, why) => {
  expect(leftOut(directive)).toContain(`${directive}: ${why}`);
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

test('options of the shell are told, and a script without commands gives a template without one', () => {
  const { text, loaded } = made('#!/bin/bash -l\n#SBATCH --mem=1G\n');
  expect(text).toContain('#!/bin/bash -l: a command runs in plain bash');
  expect(text).toContain('job.sbatch: it has no commands');
  expect(loaded.settings.value).toEqual({ resources: { mem: '1G' } });
});
