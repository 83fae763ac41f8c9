import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { describeSlurm, userFolder } from '../support/slurm.ts';

/** Says what it was given, as a training script would read it. */
const TRAIN = `import json, os, sys
print("given", json.dumps(sys.argv[1:]))
print("accuracy: 0.5")
`;

function template(name: string): string {
  return readFileSync(join(import.meta.dirname, `../fixtures/templates/${name}.yaml`), 'utf8');
}

/** The words that the training script of an experiment was given. */
async function given(folder: Pick<TestFolder, 'sheaf'>, id: string): Promise<string[]> {
  const { stdout } = await folder.sheaf(['logs', id]);
  return JSON.parse(/^given (.*)$/m.exec(stdout)?.[1] ?? '[]') as string[];
}

/** The value after a flag. */
function valueOf(words: readonly string[], flag: string): string | undefined {
  return words[words.indexOf(flag) + 1];
}

// Line by line as users have them in their scripts.
const LOOPS = `set -e
for lr in 0.001 0.0001 0.00001; do
    sheaf new --exp-id exp_lr_\${lr} --template my_template --description "LR sweep: \${lr}" --learning-rate \${lr} --tags hp-sweep lr
    sheaf submit exp_lr_\${lr}
done
for model in resnet50 vit_base efficientnet_b0; do
    sheaf new --exp-id \${model}_exp --template imagenet --description "\${model} baseline" --model \${model} --tags model-comparison
    sheaf submit \${model}_exp
done
for seed in 42 123 456; do
    sheaf new --exp-id exp_seed_\${seed} --template my_template --description "Seed \${seed}" --seed \${seed} --tags reproducibility
    sheaf submit exp_seed_\${seed}
done
sheaf harvest resnet50_exp
sheaf export imagenet_results.csv
`;

type Folder = Pick<TestFolder, 'run' | 'sheaf' | 'path'>;

/** Runs them, waits for the jobs, and looks at what each of them was given. */
async function expectLoopsToRun(folder: Folder): Promise<void> {
  const { stderr, exitCode } = await folder.run(['bash', 'loops.sh']);
  expect({ exitCode, errors: stderr.includes('error:') }, stderr).toEqual({ exitCode: 0, errors: false });
  expect(await folder.sheaf(['wait', '--where', 'status != created'])).toMatchObject({ exitCode: 0 });

  const table = await folder.sheaf(['list', '--columns', 'exp_id,status,tags,description', '--sort', 'exp_id']);
  expect(table.stdout).toBe(`exp_id	status	tags	description
efficientnet_b0_exp	completed	["model-comparison"]	efficientnet_b0 baseline
exp_lr_0.00001	completed	["hp-sweep","lr"]	LR sweep: 0.00001
exp_lr_0.0001	completed	["hp-sweep","lr"]	LR sweep: 0.0001
exp_lr_0.001	completed	["hp-sweep","lr"]	LR sweep: 0.001
exp_seed_123	completed	["reproducibility"]	Seed 123
exp_seed_42	completed	["reproducibility"]	Seed 42
exp_seed_456	completed	["reproducibility"]	Seed 456
resnet50_exp	completed	["model-comparison"]	resnet50 baseline
vit_base_exp	completed	["model-comparison"]	vit_base baseline
`);
  expect(valueOf(await given(folder, 'exp_lr_0.00001'), '--learning-rate')).toBe('0.00001');
  expect(valueOf(await given(folder, 'vit_base_exp'), '--model')).toBe('vit_base');
  expect(valueOf(await given(folder, 'exp_seed_456'), '--seed')).toBe('456');
  expect(readFileSync(join(folder.path, 'imagenet_results.csv'), 'utf8').trim().split('\n')).toHaveLength(10);
}

test('shell loops that make and submit experiments run as they stand, without asking', async () => {
  const folder = testFolder({
    // The templates ask for GPUs that a machine of a test need not have.
    'sheaf.yaml': 'scheduler: local\ncommand: python3 train.py {{ flags }}\ncluster: {local: {gpus: 8}}\n',
    'train.py': TRAIN,
    'templates/imagenet.yaml': template('imagenet_resnet'),
    'templates/my_template.yaml': template('ppo_atari'),
    'loops.sh': LOOPS,
  });
  await expectLoopsToRun(folder);
}, 60_000);

describeSlurm('the same loops', (cluster) => {
  const files = {
    'sheaf.yaml': 'scheduler: slurm\ncommand: python3 train.py {{ flags }}\n',
    'train.py': TRAIN,
    'templates/imagenet_resnet.yaml': template('imagenet_resnet'),
    'templates/my_template.yaml': template('ppo_atari'),
    'loops.sh': LOOPS,
  };

  test('run on the cluster; only the number of GPUs in the templates changes, because no node has that many', async () => {
    const imagenet = 'extends: imagenet_resnet\nnum_gpus: 4\n';
    const user = userFolder(cluster, 'sheaf1', { ...files, 'templates/imagenet.yaml': imagenet });
    onTestFinished(async () => {
      await user.sheaf(['cancel', '--where', 'status in (queued, running)', '--yes']);
    });
    await expectLoopsToRun(user);
    const again = await user.sheaf(['submit', 'exp_seed_42', 'vit_base_exp']);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('already completed') as string });
  }, 180_000);

  test('with the unchanged template the first one is refused with a message, and no job is created', async () => {
    const user = userFolder(cluster, 'sheaf1', { ...files, 'templates/imagenet.yaml': 'extends: imagenet_resnet\n' });
    await user.sheaf(['new', '--exp-id', 'resnet50_exp', '--template', 'imagenet']);
    const { exitCode, stderr } = await user.sheaf(['submit', 'resnet50_exp']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatchInlineSnapshot(`
      "error: resnet50_exp: no node of partition a100_public has 8 GPUs
        why  the most on one node is 4; num_gpus counts those of each node
        fix  --set num_gpus=4 (and more num_nodes)
      Nothing was submitted.
      "
    `);
  });
});

test('values reach the training script as they were typed', async () => {
  const hostile = `a'b; rm -rf ~ $(touch broken) "é` + '\n';
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'train.py': TRAIN,
    'templates/t.yaml': 'text: x\noffset: 0\nlayers: [1]\ncommand: python3 train.py {{ flags }}\n',
  });
  const values = ['--text', hostile, '--offset', '-1', '--layers', '512', '0x10'];
  const { exitCode, stderr } = await folder.sheaf(['new', '--exp-id', 'x', '--template', 't', ...values]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  await folder.sheaf(['submit', 'x', '--wait']);
  expect(await given(folder, 'x')).toEqual(['--text', hostile, '--offset=-1', '--layers', '512', '0x10']);
});
