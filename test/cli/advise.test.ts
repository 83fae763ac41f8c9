/** What a user reads before a job goes in, on this machine and where only a description of the cluster is known. */
import { describe, expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

const RESNET =
  'model: resnet50\nbatch_size: 64\nprecision: bf16\noptimizer: sgd\nlr: 0.1\ncommand: "true {{ flags }}"\n';
const CLUSTER = `scheduler: slurm
cluster:
  partitions:
    a100: {gpu_type: A100, gpus_per_node: 4, total_nodes: 20, memory_gb: 80, cpus_per_node: 64, max_time: 2-00:00:00}
    v100: {gpu_type: V100, gpus_per_node: 2, total_nodes: 4, memory_gb: 16, cpus_per_node: 32}
    cpu: {total_nodes: 10, cpus_per_node: 64}
`;
/** No cluster answers here. */
const NO_SLURM = { SLURM_CONF: '/nowhere/slurm.conf' };

describe('advice with a cluster that only sheaf.yaml describes', () => {
  const folder = (): ReturnType<typeof testFolder> =>
    testFolder({
      'sheaf.yaml': CLUSTER,
      'templates/resnet.yaml': RESNET,
      'templates/plain.yaml': 'x: 1\ncommand: "true"\n',
      'templates/llm.yaml':
        'model: llama3-8b\nbatch_size: 8\nseq_len: 512\nprecision: bf16\ncommand: "true {{ flags }}"\n',
    });

  test('is one screen: what it needs, choices with reasons, what is not offered, and what to type', async () => {
    const { stdout, stderr, exitCode } = await folder().sheaf(
      ['advise', '--template', 'resnet', '--lr', '0.3', '--global-batch', '256', '--max-micro-batch', '48'],
      { env: NO_SLURM },
    );
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(/^resnet · train: needs ≈ [\d.]+ GiB on 1 GPU, .*; global batch 256$/m);
    expect(stdout).toMatch(/of the first choice, on each GPU: activations [\d.]+, overhead [\d.]+ GiB/);
    expect(stdout).toMatch(/^1\ta100\t1 × A100\t[\d.]+ of 79\.1\t2d 00h\tunknown\tunknown\tunknown$/m);
    expect(stdout).toContain('; batch 32 × 1 GPU × 8 accumulated');
    expect(stdout).toContain('no parameter is known for accumulation over 8 micro-batches');
    expect(stdout).toMatch(/^ {2}cpu: it has no GPUs$/m);
    expect(stdout).toContain('could not be asked');
    expect(stdout).toMatch(
      /^Use it {2}sheaf new resnet --lr 0\.3 --set partition=a100 --set num_gpus=1 --set cpus_per_task=8 --set batch_size=32$/m,
    );
    expect(stdout).toMatch(/^Then {4}sheaf submit NAME$/m);
    expect(stdout).toContain('limit: no time limit is set, so the partition ends a run after 2d 00h');
    expect(stdout.split('\n').length).toBeLessThanOrEqual(40);
  });

  test('is for one stage of a chain, and names the command for each of the others', async () => {
    const stages = 'train: { command: "true" }\n  eval: { after: train, command: "true" }\n';
    const project = testFolder({ 'sheaf.yaml': CLUSTER, 'templates/chain.yaml': `stages:\n  ${stages}` });
    const first = await project.sheaf(['advise', 'chain'], { env: NO_SLURM });
    expect(first.stdout).toMatch(/^Stages {2}this is train, 1 of 2; for the others: sheaf advise chain --stage eval$/m);
    const second = await project.sheaf(['advise', 'chain', '--stage', 'eval'], { env: NO_SLURM });
    expect(second.stdout).toMatch(/^Stages {2}this is eval, 2 of 2; .*--stage train$/m);
    expect((await folder().sheaf(['advise', 'plain'], { env: NO_SLURM })).stdout).not.toContain('Stages');
  });

  test('says what several GPUs require of the program, and what is unknown about a partition', async () => {
    const project = folder();
    const advised = async (template: string, ...more: string[]): Promise<string> =>
      (await project.sheaf(['advise', '--template', template, ...more], { env: NO_SLURM })).stdout;
    const once = /! no launcher is given: the command is started once, not on each of 4 GPUs \(launcher: torchrun/;
    expect(await advised('llm')).toMatch(/^llm · train: needs ≈ [\d.]+ GiB on each of \d+ GPUs/m);
    expect(await advised('resnet')).toMatch(once);
    expect(await advised('resnet', '--launcher', 'torchrun')).not.toMatch(once);
    expect(await advised('resnet', '--num-gpus', '4')).not.toMatch(once);
    // The partition v100 is written without a limit.
    expect(await advised('resnet', '--precision', 'fp16')).toMatch(/\tv100\t.*\tunknown\tunknown\tunknown\tunknown$/m);
  });

  test('weighs only the number of GPUs that is asked for, with the same global batch', async () => {
    const project = folder();
    const advised = (...words: string[]) => project.sheaf(['advise', ...words], { env: NO_SLURM });
    const { stdout } = await advised('resnet', '--gpus', '2', '--partition', 'a100', 'v100');
    expect(stdout).toMatch(/^1\ta100\t2 × A100\t/m);
    expect(stdout).toContain('batch 32 × 2 GPUs');
    expect(stdout).not.toMatch(/\d × 1 GPU\b|\b4 × A100/);
    expect((await advised('resnet', '--gpus', '6')).stdout).toContain('asks for 6 GPUs on a node, and a node has 4');
    await project.sheaf(['new', 'resnet', 'r', '--num-gpus', '1']);
    const frozen = await advised('r', '--gpus', '2');
    expect({ exitCode: frozen.exitCode, said: frozen.stderr }).toEqual({
      exitCode: 2,
      said: expect.stringContaining('sheaf advise r --global-batch 64 --gpus 2') as string,
    });
    const copy = await advised('r', '--global-batch', '64', '--gpus', '2', '--set', 'partition=a100');
    expect(copy.stdout).toMatch(/^Use it {2}sheaf clone r NEW --set partition=a100 --set num_gpus=2 /m);
  });

  test('weighs the partitions that are asked for alone, and says each thing once in the command', async () => {
    const project = folder();
    const asked = ['advise', 'resnet', '--precision', 'fp16', '--num-gpus', '1'];
    const { stdout } = await project.sheaf([...asked, '--partition', 'v100'], { env: NO_SLURM });
    expect(stdout).not.toMatch(/^\d\ta100\t/m);
    expect(stdout).toContain('only v100 as asked: no other partition is weighed');
    expect(stdout).toMatch(/^Use it .* --num-gpus 1 --set partition=v100 /m);
    expect(stdout).not.toContain('--partition v100');
    const strange = await project.sheaf([...asked, '--partition', 'v1000'], { env: NO_SLURM });
    expect({ exitCode: strange.exitCode, said: strange.stdout }).toEqual({
      exitCode: 1,
      said: expect.stringContaining('no partition is called v1000'),
    });
  });

  test('says once what holds for all choices', async () => {
    const project = folder();
    const { stdout } = await project.sheaf(['advise', 'plain', '--num-gpus', '1'], { env: NO_SLURM });
    const warnings = stdout.split('\n').filter((line) => line.startsWith('    ! '));
    expect(stdout).toMatch(/^2\t/m);
    expect(stdout).toMatch(/^all of them\n {4}! /m);
    expect(warnings.filter((line) => line.includes('not known whether it fits'))).toHaveLength(1);
  });

  test('as JSON has all that was weighed, and every number with its basis', async () => {
    const { stdout } = await folder().sheaf(['advise', '--template', 'resnet', '--json'], { env: NO_SLURM });
    const { data } = JSON.parse(stdout) as {
      data: {
        global_batch: number;
        considered: {
          gpus: number;
          micro_batch: number;
          accumulation: number;
          memory: { gib_per_gpu: number; basis: string };
          wait: { kind: string; basis: string };
          cost: { gpu_hours: unknown };
        }[];
        not_offered: { partition: string; kind: string; why: string }[];
      };
    };
    expect(data.global_batch).toBe(64);
    for (const { gpus, micro_batch, accumulation, memory, wait, cost } of data.considered) {
      expect(gpus * micro_batch * accumulation).toBe(64);
      expect(memory.gib_per_gpu).toBeGreaterThan(0);
      expect([memory.basis, wait.basis].filter((basis) => basis.length < 5)).toEqual([]);
      expect([wait.kind, cost.gpu_hours]).toEqual(['unknown', null]);
    }
    expect(data.not_offered).toContainEqual(expect.objectContaining({ partition: 'cpu', kind: 'gpu' }));
  });

  test('of an experiment keeps its frozen batch, and with another one is for a copy of it', async () => {
    const project = folder();
    await project.sheaf(['new', '--exp-id', 'r', '--template', 'resnet']);
    const asItIs = await project.sheaf(['advise', 'r'], { env: NO_SLURM });
    expect(asItIs.stdout).toMatch(
      /^Use it {2}sheaf submit r --set partition=a100 --set num_gpus=1 --set cpus_per_task=8$/m,
    );
    expect(asItIs.stdout).toContain('1 GPU as it is: its micro-batch is frozen');
    expect(asItIs.stdout).toContain('of a copy it need not be: sheaf advise r --global-batch 64');
    const other = await project.sheaf(['advise', 'r', '--global-batch', '256', '--max-micro-batch', '32'], {
      env: NO_SLURM,
    });
    expect(asItIs.stdout).not.toMatch(/^Then/m);
    expect(other.stdout).toMatch(/^Then {4}sheaf submit NEW$/m);
    expect(other.stdout).toMatch(/^Use it {2}sheaf clone r NEW --set partition=a100 .*--set batch_size=32$/m);
    const asBatch = await project.sheaf(['advise', 'r', '--global-batch', '128', '--max-micro-batch', '64'], {
      env: NO_SLURM,
    });
    // Its micro-batch stays: what another global batch asks for is another experiment anyway.
    expect(asBatch.stdout).toMatch(/^Use it {2}sheaf clone r NEW --set partition=a100/m);
    expect(asBatch.stdout).toContain('r is frozen with its own batch: the command makes a copy of it');
    const frozen = await project.sheaf(['advise', 'r', '--set', 'lr=1']);
    expect({ exitCode: frozen.exitCode, said: frozen.stderr }).toEqual({
      exitCode: 2,
      said: expect.stringContaining('the parameters of r are frozen'),
    });
  });

  test('of an experiment that fits no GPU alone is for a copy on several, with its global batch', async () => {
    const project = folder();
    await project.sheaf(['new', '--exp-id', 'l', '--template', 'llm']);
    const { stdout, exitCode } = await project.sheaf(['advise', 'l'], { env: NO_SLURM });
    expect(exitCode).toBe(1);
    const [, words = ''] = /need not be: sheaf (advise l --global-batch 8)$/m.exec(stdout) ?? [];
    const copy = await project.sheaf(words.split(' '), { env: NO_SLURM });
    expect(copy.stdout).toMatch(/^Use it {2}sheaf clone l NEW --set partition=a100 --set num_gpus=2 /m);
  });

  test('with a reference shows how comparable the results are, and what differs', async () => {
    const project = folder();
    await project.sheaf([
      'new',
      '--exp-id',
      'before',
      '--template',
      'resnet',
      '--gpu-type',
      'V100',
      '--precision',
      'fp16',
    ]);
    const { stdout } = await project.sheaf(['advise', '--template', 'resnet', '--like', 'before'], { env: NO_SLURM });
    expect(stdout).toMatch(/; results must be comparable with before$/m);
    expect(stdout).toContain('; level C');
    expect(stdout).toContain('levels: A bitwise plausible, B the same method, C a different method');
    expect(stdout).toMatch(/! a different method \(level C\): before computes in fp16, resnet in bf16/);
  });

  test('of a job without GPUs goes to nodes without any', async () => {
    const { stdout } = await folder().sheaf(['advise', '--template', 'plain'], { env: NO_SLURM });
    expect(stdout).toMatch(/^plain · train: no GPU, 1 CPU core, no time limit$/m);
    expect(stdout).toMatch(/^Use it {2}sheaf new plain --set partition=cpu$/m);
  });

  test('says when nothing fits, with exit code 1, and what would be needed', async () => {
    const { stdout, exitCode } = await folder().sheaf(['advise', '--template', 'resnet', '--set', 'time_limit=7-0'], {
      env: NO_SLURM,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^resnet · train: needs ≈ [\d.]+ GiB on 1 GPU/m);
    expect(stdout).toContain('has no bf16');
    expect(stdout).toContain('a100 A100: asks for 7d 00h, and 2d 00h is the most there; --set time_limit=2880');
    const large = await folder().sheaf(['advise', '--template', 'plain', '--set', 'num_gpus=8'], { env: NO_SLURM });
    expect(large.exitCode).toBe(1);
    expect(large.stdout).toContain('No partition can run this job as configured');
    expect(large.stdout).toContain('asks for 8 GPUs on a node, and a node has 4; --set num_gpus=4');
  });
});

describe('on this machine', () => {
  const files = { 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': `partition: auto\n${RESNET}` };

  test('partition: auto means no partition, with a note, and the experiment keeps its settings', async () => {
    const folder = testFolder(files);
    await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
    const { stderr, exitCode } = await folder.sheaf(['submit', 'a', '--wait']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('this scheduler has no partitions');
    const shown = JSON.parse((await folder.sheaf(['show', 'a', '--json'])).stdout) as {
      data: { resources: { partition: string }; attempts: { advised: unknown }[] };
    };
    expect(shown.data.resources.partition).toBe('auto');
    expect(shown.data.attempts[0]?.advised).toBeNull();
  });

  test('of what has run is for a copy of it, which can be submitted', async () => {
    const folder = testFolder(files);
    await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
    await folder.sheaf(['submit', 'a', '--wait']);
    const { stdout } = await folder.sheaf(['advise', 'a']);
    expect(stdout).toContain('a is already completed: the command makes a copy of it');
    const command = /^Use it {2}sheaf (clone a NEW.*)$/m.exec(stdout)?.[1]?.split(' ') ?? [];
    expect((await folder.sheaf(command)).exitCode).toBe(0);
    expect((await folder.sheaf(['submit', 'NEW', '--wait'])).exitCode).toBe(0);
  });

  test('advice names no partition either, and has a second name', async () => {
    const folder = testFolder(files);
    const { stdout } = await folder.sheaf(['resources', '--template', 't']);
    expect(stdout).toMatch(/^Use it {2}sheaf new t$/m);
  });

  test('advice is for one experiment or one template', async () => {
    const { stderr, exitCode } = await testFolder(files).sheaf(['advise']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('sheaf advise TEMPLATE') });
  });
});
