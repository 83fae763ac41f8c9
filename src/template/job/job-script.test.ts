import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asToken } from '../../core/ids.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { SCHEDULERS } from '../../scheduler/index.ts';
import { renderJobScript, type JobScriptRequest } from './job-script.ts';

const REQUEST: JobScriptRequest = {
  token: asToken('exp-train-abcdefgh2345'),
  resources: {},
  array: false,
  project: '/home/ann/project',
  experiments: 'experiments',
  about: ['Stage train of exp.'],
};

function directives(resources: Resources, rest: Partial<JobScriptRequest> = {}): string[] {
  return renderJobScript({ ...REQUEST, ...rest, resources })
    .split('\n')
    .filter((line) => line.startsWith('#SBATCH'));
}

test('each resource is a directive of Slurm', () => {
  const resources: Resources = {
    partition: ['a100_public', 'h200'],
    account: 'lab',
    qos: 'normal',
    num_nodes: 2,
    num_gpus: 4,
    gpu_type: 'a100',
    cpus_per_task: 8,
    ntasks_per_node: 4,
    mem: '64G',
    time_limit: '1-12:00:00',
    constraint: 'ib&(rack1|rack2)',
    exclude: 'node[1-3]',
    reservation: 'course',
    sbatch: { 'mail-type': 'END,FAIL', exclusive: true, 'gpu-bind': false, nice: 100, comment: null },
  };
  expect(directives(resources)).toEqual([
    '#SBATCH --job-name=exp-train-abcdefgh2345',
    '#SBATCH --partition=a100_public,h200',
    '#SBATCH --account=lab',
    '#SBATCH --qos=normal',
    '#SBATCH --nodes=2',
    '#SBATCH --gres=gpu:a100:4',
    '#SBATCH --cpus-per-task=8',
    '#SBATCH --ntasks-per-node=4',
    '#SBATCH --mem=64G',
    '#SBATCH --time=1-12:00:00',
    '#SBATCH --constraint="ib&(rack1|rack2)"',
    '#SBATCH --exclude="node[1-3]"',
    '#SBATCH --reservation=course',
    '#SBATCH --mail-type=END,FAIL',
    '#SBATCH --exclusive',
    '#SBATCH --nice=100',
    '#SBATCH --output=.sheaf/submissions/exp-train-abcdefgh2345/slurm-%j.out',
    '#SBATCH --open-mode=append',
    '#SBATCH --no-requeue',
  ]);
});

test('what is not asked for is left to the scheduler; no GPU is no request for one', () => {
  expect(directives({ num_gpus: 0 })).toHaveLength(4);
  expect(directives({ num_gpus: 2 })).toContain('#SBATCH --gres=gpu:2');
});

test('whether it may be requeued is always said, once', () => {
  const said = (resources: Resources) => directives(resources).filter((line) => line.includes('requeue'));
  expect(said({ requeue: true })).toEqual(['#SBATCH --requeue']);
  expect(said({ requeue: false })).toEqual(['#SBATCH --no-requeue']);
  expect(said({ sbatch: { requeue: true } })).toEqual(['#SBATCH --requeue']);
  expect(said({ requeue: true, sbatch: { 'no-requeue': true } })).toEqual(['#SBATCH --no-requeue']);
  expect(said({ requeue: true, sbatch: { 'no-requeue': false } })).toEqual(['#SBATCH --requeue']);
});

test('a job that continues after its time limit gets the signal in its shell alone, and its wrapper knows when and how', () => {
  const requeue = { on: ['timeout'], max: 3, signal: 'USR2', before: 60 } as const;
  const resources: Resources = { requeue, time_limit: '1:00:00' };
  expect(directives(resources).slice(-2)).toEqual(['#SBATCH --requeue', '#SBATCH --signal=B:USR2@90']);
  const variables = renderJobScript({ ...REQUEST, resources }).match(/^sheaf_requeue_.*$/gm);
  expect(variables).toEqual([
    "sheaf_requeue_signal=$'USR2'",
    'sheaf_requeue_before=60',
    'sheaf_requeue_margin=30',
    'sheaf_requeue_max=3',
    'sheaf_requeue_last=60',
  ]);
  expect(directives({ requeue: { ...requeue, on: ['preempted'] } }).at(-1)).toBe('#SBATCH --requeue');
  const own = directives({ ...resources, sbatch: { signal: 'B:TERM@5' } }).filter((line) => line.includes('signal'));
  expect(own).toEqual(['#SBATCH --signal=B:TERM@5']);
});

test('a resource that sbatch: removes, or memory of 0, is no directive', () => {
  const lines = directives({ num_gpus: 1, mem: 'none', time_limit: '10', sbatch: { gres: false } });
  expect(lines.filter((line) => /gres|mem/.test(line))).toEqual([]);
  expect(lines).toContain('#SBATCH --time=10');
  expect(directives({ mem: '4G', sbatch: { mem: false } }).join(' ')).not.toContain('--mem');
});

test('the limits of the members of a pack are plain numbers for its wrapper; 0 means no limit', () => {
  const variables = (resources: Resources, rest: Partial<JobScriptRequest> = {}) =>
    renderJobScript({ ...REQUEST, ...rest, resources })
      .split('\n')
      .filter((line) => /^sheaf_pack\w*=/.test(line))
      .map((line) => line.replace('sheaf_', ''));
  expect(variables({})).toEqual(['packed=', 'pack_seconds=0', 'pack_kib=0']);
  expect(variables({ pack: { size: 1 } })).toEqual(['packed=', 'pack_seconds=0', 'pack_kib=0']);
  expect(variables({}, { packed: true })).toEqual(['packed=1', 'pack_seconds=0', 'pack_kib=0']);
  expect(variables({ pack: { size: 4, time_limit: '00:30:00', mem: '8G' } })).toEqual([
    'packed=1',
    'pack_seconds=1800',
    'pack_kib=8388608',
  ]);
  expect(variables({ pack: { size: 1, time_limit: 'UNLIMITED', mem: 0 } })).toEqual([
    'packed=1',
    'pack_seconds=0',
    'pack_kib=0',
  ]);
});

test('the tasks of an array have a log each', () => {
  expect(directives({}, { array: true })).toContain(
    '#SBATCH --output=.sheaf/submissions/exp-train-abcdefgh2345/slurm-%A_%a.out',
  );
});

test('quotes, backslashes and # in a value are kept', () => {
  expect(directives({ constraint: String.raw`a "b" \ # c` })).toContain(
    String.raw`#SBATCH --constraint="a \"b\" \\ # c"`,
  );
});

test('all values and options that cannot be directives are reported at once', () => {
  const resources: Resources = {
    account: 'lab\n#SBATCH --qos=high',
    sbatch: { 'mail-user': 'a\u0000b', output: 'x', wrap: 'rm', 'x y': 1, J: 'name' },
  };
  let problems: readonly { code: string; message: string; fix?: string }[] = [];
  try {
    renderJobScript({ ...REQUEST, resources });
  } catch (error) {
    ({ problems } = error as { problems: typeof problems });
  }
  expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'resources.unsafe: "lab\\n#SBATCH --qos=high" cannot be the value of --account',
    'resources.unsafe: "a\\u0000b" cannot be the value of --mail-user',
    'resources.sbatch.option: "output" is not allowed under sbatch:',
    'resources.sbatch.option: "wrap" is not allowed under sbatch:',
    'resources.sbatch.option: "x y" is not allowed under sbatch:',
    'resources.sbatch.option: "J" is not allowed under sbatch:',
  ]);
});

test.each(['clusters', 'cluster', 'cluster-constraint', 'export', 'export-file', 'get-user-env', 'arr', 'depend'])(
  'what decides where a job runs and with which environment is not for a template: %s',
  (name) => {
    expect(() => renderJobScript({ ...REQUEST, resources: { sbatch: { [name]: 'x' } } })).toThrow(
      'is not allowed under sbatch:',
    );
  },
);

test('no folder, comment or value can begin a directive or a command', () => {
  const nasty = fc
    .array(fc.constantFrom('\n', '#SBATCH --qos=evil', '\r', "'", '"', '\\', '$(exit 9)', '`', ' ', 'é', 'x'), {
      maxLength: 12,
    })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(nasty, nasty, nasty, (project, experiments, about) => {
      const script = renderJobScript({ ...REQUEST, project: `/${project}`, experiments, about: [about] });
      expect(script.split('\n').filter((line) => line.startsWith('#SBATCH'))).toHaveLength(4);
      const assignments = script.split('\n').filter((line) => /^sheaf_(project|experiments)=/.test(line));
      const output = execFileSync('bash', [
        '-c',
        `${assignments.join('\n')}\nprintf '%s\\0%s' "$sheaf_project" "$sheaf_experiments"`,
      ]);
      expect(output.toString()).toBe(`/${project}\0${experiments}`);
    }),
    { numRuns: 60 },
  );
});

test('the script has no fault that shellcheck knows', (context) => {
  let installed = true;
  try {
    execFileSync('shellcheck', ['--version']);
  } catch {
    installed = false;
  }
  if (!installed) return context.skip('shellcheck is not installed');
  const resources: Resources = { num_gpus: 1 };
  const shellcheck = () =>
    execFileSync('shellcheck', ['-s', 'bash', '-S', 'warning', '-'], {
      input: renderJobScript({ ...REQUEST, resources, jobShell: SCHEDULERS.slurm.jobShell }),
    });
  expect(shellcheck).not.toThrow();
});
