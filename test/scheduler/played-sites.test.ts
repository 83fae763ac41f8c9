/** What sheaf makes of six real sites. The numbers are counted by hand from what their programs print. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { playSite, type PlayedCluster } from '../support/slurm-player/player.ts';

interface Gpus {
  readonly type: string;
  readonly total: number;
  readonly in_use: number;
  readonly free: number;
  readonly per_node: number;
}

interface Partition {
  readonly name: string;
  readonly default: boolean;
  readonly nodes: number;
  readonly gpu_types: readonly Gpus[];
  readonly max_time_seconds: number | null;
  readonly preempt_mode: string | null;
}

interface Info {
  readonly cluster: {
    readonly version: string;
    readonly cpus: number;
    readonly gpus: number;
    readonly partitions: readonly Partition[];
    readonly accounts: readonly { readonly name: string; readonly default: boolean }[] | null;
  };
  readonly notes: readonly string[];
}

interface Offer {
  readonly partition: string;
  readonly gpu_type: string | null;
  readonly gpu: { readonly name: string; readonly usable_gib: number } | null;
  readonly gpus_total: number | null;
  readonly gpus_free: number | null;
  readonly pending: number | null;
  readonly held: number | null;
  readonly accounts: readonly string[] | null;
  readonly exclusive: boolean;
  readonly access: readonly { readonly qos: string | null; readonly max_gpus_per_user: number | null }[] | null;
  readonly notes: readonly string[];
}

interface Advice {
  readonly choices: readonly { readonly partition: string; readonly gpus: number }[];
}

const DAY = 86_400;
const HOUR = 3_600;

/** A project with one template. */
function files(template: string, settings = ''): Record<string, string> {
  return {
    'sheaf.yaml': `scheduler: slurm\n${settings}`,
    'templates/train.yaml': `${template}\nlr: 0.1\ncommand: python3 -c 1\n`,
  };
}

/** `gpu v100: 258 of 304 in use, 42 free` */
function gpuWords({ cluster }: Info): string[] {
  return cluster.partitions.flatMap(({ name, gpu_types: types }) =>
    types.map(({ type, total, in_use: inUse, free }) => `${name} ${type}: ${inUse} of ${total} in use, ${free} free`),
  );
}

function limits({ cluster }: Info): Record<string, number | null> {
  return Object.fromEntries(cluster.partitions.map(({ name, max_time_seconds: seconds }) => [name, seconds]));
}

async function offers(cluster: PlayedCluster): Promise<readonly Offer[]> {
  return (await cluster.data<{ partitions: readonly Offer[] }>('partitions')).partitions;
}

function directives(cluster: PlayedCluster): string[] {
  const lines = cluster.script().split('\n');
  return lines.flatMap((line) => /^#SBATCH --((?!job-name|output|open-mode|no-requeue).*)$/.exec(line)?.[1] ?? []);
}

/** Submits one experiment, sees it wait and cancels it. */
async function runThrough(cluster: PlayedCluster): Promise<void> {
  const { submissions } = await cluster.data<{ submissions: readonly { job: string; outcome: string }[] }>(
    'submit',
    'a',
  );
  expect(submissions).toMatchObject([{ job: '4000001', outcome: 'accepted' }]);
  const status = async (): Promise<unknown> =>
    (await cluster.data<{ experiments: readonly { status: string; job: string }[] }>('status', 'a')).experiments[0];
  expect(await status()).toMatchObject({ status: 'queued', job: '4000001' });
  await cluster.data('cancel', 'a', '--yes');
  expect(cluster.calls().filter((call) => call.startsWith('scancel'))).toEqual([expect.stringMatching(/\b4000001$/)]);
  expect(await status()).toMatchObject({ status: 'cancelled' });
}

/** Makes the experiment a of the template. */
async function create(cluster: PlayedCluster): Promise<void> {
  await cluster.data('new', '--exp-id', 'a', '--template', 'train');
}

test('init finds each of the sites and writes down what it has', async () => {
  for (const [name, line] of [
    ['bridges2', 'GPU-shared: 46 nodes'],
    ['farmshare', 'gpu: 6 nodes'],
    ['parallelcluster', 'queue1: 2 nodes'],
    ['puhti', 'gpu: 76 nodes, 4 v100 each, up to 3d 00h'],
    ['trace', 'batch: 29 nodes, 1 a40 each, up to 2d 00h'],
    ['vista', 'gh: 1 node'],
  ] as const) {
    const cluster = await playSite(name);
    expect(await cluster.data('init')).toMatchObject({ scheduler: 'slurm', why: `Slurm cluster ${name} answers` });
    const text = readFileSync(join(cluster.folder.path, 'sheaf.yaml'), 'utf8');
    expect(text).toContain(`#   ${line}`);
    expect(text).toContain('\nscheduler: slurm\n');
  }
}, 180_000);

test('PSC Bridges-2: exclusive and shared partitions of the same nodes, GPU names with memory, QOS of partitions', async () => {
  const template = 'partition: GPU-shared\nnum_gpus: 2\ngpu_type: v100-32\nqos: gpu\ntime_limit: 08:00:00';
  const cluster = await playSite('bridges2', files(template));
  const info = await cluster.data<Info>('info');
  // Of v005 5 of 8 are in use, v006 is free, v007 full; of 16 on v034, which is drained, none is free.
  expect(gpuWords(info)).toEqual([
    'GPU v100-32: 13 of 40 in use, 8 free',
    'GPU l40s-48: 9 of 24 in use, 0 free',
    'GPU h100-80: 13 of 24 in use, 0 free',
    'GPU v100-16: 8 of 16 in use, 0 free',
    'GPU-shared v100-32: 13 of 40 in use, 11 free',
    'GPU-shared l40s-48: 9 of 24 in use, 15 free',
    'GPU-shared h100-80: 13 of 24 in use, 3 free',
    'GPU-shared v100-16: 8 of 16 in use, 0 free',
    'HACC mi210: 0 of 4 in use, 0 free',
    'GPU-dev a100: 0 of 1 in use, 1 free',
  ]);
  expect(limits(info)).toMatchObject({ RM: 3 * DAY, GPU: 2 * DAY, 'GPU-shared': 2 * DAY, 'GPU-dev': 2 * DAY });
  const all = await offers(cluster);
  const of = (partition: string, type: string): Offer | undefined =>
    all.find((offer) => offer.partition === partition && offer.gpu_type === type);
  expect(of('GPU', 'v100-32')).toMatchObject({ exclusive: true, gpus_free: 8, gpu: { usable_gib: 31.73 } });
  expect(of('GPU-shared', 'v100-16')).toMatchObject({ gpus_free: 0, gpu: { usable_gib: 15.77 } });
  expect(of('GPU-shared', 'l40s-48')).toMatchObject({ exclusive: false, gpus_free: 15, gpu: { usable_gib: 44.39 } });
  expect(of('GPU-shared', 'h100-80')).toMatchObject({
    gpus_free: 3,
    gpu: { usable_gib: 79.1 },
    accounts: ['project1'],
  });
  expect(of('GPU-shared', 'h100-80')?.access?.find(({ qos }) => qos === 'gpu')?.max_gpus_per_user).toBe(128);
  expect(all.find(({ partition }) => partition === 'RM')).toMatchObject({ accounts: [] });

  await create(cluster);
  const { choices } = await cluster.data<Advice>('advise', 'a');
  expect(choices[0]).toMatchObject({ partition: 'GPU-shared', gpus: 2 });
  await runThrough(cluster);
  // Memory is 63000 MiB for each GPU there.
  expect(directives(cluster)).toEqual([
    'partition=GPU-shared',
    'qos=gpu',
    'gres=gpu:v100-32:2',
    'mem=126000M',
    'time=08:00:00',
  ]);
}, 180_000);

test('trace of CMU and PSC: limits of partition QOS, groups, and preemption that is switched off', async () => {
  const cluster = await playSite('trace', files('partition: batch\nnum_gpus: 1\nmem: 16G\ntime_limit: 1-00:00:00'));
  const info = await cluster.data<Info>('info');
  expect(gpuWords(info)).toEqual(['batch a40: 4 of 4 in use, 0 free', 'lab1 a40: 4 of 4 in use, 0 free']);
  expect(limits(info)).toEqual({ batch: 2 * DAY, cpuonly: 2 * DAY, 'cpuonly-debug': 4 * HOUR, lab1: 2 * DAY });
  expect(info.cluster.partitions.map(({ preempt_mode: mode }) => mode)).toEqual(['off', 'off', 'off', 'off']);
  const all = await offers(cluster);
  expect(all.map(({ partition, accounts }) => [partition, accounts])).toEqual([
    ['batch', ['lab1']],
    ['cpuonly', ['lab1']],
    ['cpuonly-debug', ['lab1']],
    ['lab1', ['lab1']],
  ]);
  expect(all[0]).toMatchObject({ gpus_free: 0, gpu: { name: expect.stringContaining('A40') } });

  await create(cluster);
  const { choices } = await cluster.data<Advice>('advise', 'a');
  expect(choices[0]).toMatchObject({ partition: 'batch', gpus: 1 });
  await runThrough(cluster);
  expect(directives(cluster)).toEqual(['partition=batch', 'gres=gpu:1', 'mem=16G', 'time=1-00:00:00']);

  const { stderr, exitCode } = await cluster.sheaf(['submit', 'a', '--set', 'time_limit=3-00:00:00']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('time_limit 3-00:00:00 is more than QOS batchpartition permits');
}, 180_000);

test('Stanford FarmShare: GPUs without a type that features name, plans and refusals of Slurm 26.05', async () => {
  const template = 'partition: gpu\nnum_gpus: 2\ncpus_per_task: 8\nmem: 30G\ntime_limit: 06:00:00';
  const cluster = await playSite('farmshare', files(template));
  const info = await cluster.data<Info>('info');
  // 3 + 2 + 4 + 3 + 3 + 4 of 4 on each of oat-01 to oat-06.
  expect(gpuWords(info)).toEqual(['normal : 19 of 24 in use, 5 free', 'gpu : 19 of 24 in use, 5 free']);
  expect(limits(info)).toEqual({ normal: 2 * DAY, bigmem: 2 * DAY, gpu: 2 * DAY });
  const all = await offers(cluster);
  const gpu = all.find(({ partition }) => partition === 'gpu');
  expect(gpu).toMatchObject({ exclusive: false, gpus_total: 24, gpus_free: 5, pending: 3, held: 3 });
  expect(gpu?.access?.map(({ max_gpus_per_user: most }) => most)).toEqual(expect.arrayContaining([4]));
  expect(gpu?.gpu).toMatchObject({ name: expect.stringContaining('L40S'), usable_gib: 44.39 });

  await create(cluster);
  const { choices } = await cluster.data<Advice>('advise', 'a');
  expect(choices[0]).toMatchObject({ partition: 'gpu', gpus: 2 });
  // A plan in the words of 25.05 and newer is no refusal.
  expect(JSON.stringify(choices)).not.toContain('a using');
  await runThrough(cluster);
  expect(directives(cluster)).toEqual(['partition=gpu', 'gres=gpu:2', 'cpus-per-task=8', 'mem=30G', 'time=06:00:00']);

  const tooMany = await cluster.sheaf(['submit', 'a', '--set', 'num_gpus=5']);
  expect(tooMany).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('no node of partition gpu has 5 GPUs'),
  });
  const overQos = await cluster.sheaf(['submit', 'a', '--set', 'num_gpus=4', '--set', 'num_nodes=2']);
  expect(overQos.stderr).toMatch(/QOSMaxGRESPerUser[^]*Job violates accounting\/QOS policy/);
}, 180_000);

test('TACC Vista: no GRES on nodes with GPUs, and a program of the site that speaks on stdout', async () => {
  const plain = await playSite('vista', files('partition: gh\ntime_limit: 06:00:00'));
  await create(plain);
  const refused = await plain.sheaf(['submit', 'a']);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('--> Submission error: please define total node count with the "-N" option');
  expect(refused.stderr).toContain('num_nodes: 1');

  const catalogue = 'cluster: {partitions: {gh: {gpu_type: GH200, gpus_per_node: 1, memory_gb: 96}}}\n';
  const template = 'partition: gh\nnum_nodes: 1\nnum_gpus: 1\ntime_limit: 06:00:00';
  const cluster = await playSite('vista', files(template, catalogue));
  const [gh] = await offers(cluster);
  expect(gh).toMatchObject({ partition: 'gh', gpu_type: 'GH200', gpus_total: 1, gpus_free: 1, accounts: ['project1'] });
  await create(cluster);
  expect((await cluster.data<Advice>('advise', 'a')).choices[0]).toMatchObject({ partition: 'gh', gpus: 1 });
  await runThrough(cluster);
  expect(directives(cluster).filter((line) => /^(?:partition|nodes|gres|gpus|time)/.test(line))).toEqual([
    'partition=gh',
    'nodes=1',
    'time=06:00:00',
  ]);
}, 180_000);

test('AWS ParallelCluster: no accounting, unknown memory, nodes that are switched on for a job', async () => {
  const cluster = await playSite('parallelcluster', files('partition: queue1\ncpus_per_task: 2\ntime_limit: 06:00:00'));
  const info = await cluster.data<Info>('info');
  expect(info.cluster).toMatchObject({ version: '20.11.8', cpus: 16, gpus: 0 });
  expect(info.cluster.accounts ?? []).toEqual([]);
  expect(info.cluster.partitions).toMatchObject([{ name: 'queue1', default: true, nodes: 2, max_time_seconds: null }]);
  expect(info.notes.join('\n')).toContain('there is no accounting here');
  expect(await offers(cluster)).toMatchObject([{ partition: 'queue1', gpu_type: null }]);
  await create(cluster);
  expect((await cluster.data<Advice>('advise', 'a')).choices[0]).toMatchObject({ partition: 'queue1', gpus: 0 });
  await runThrough(cluster);
  expect(directives(cluster)).toEqual(['partition=queue1', 'cpus-per-task=2', 'time=06:00:00']);
}, 180_000);

test('CSC Puhti: partitions without TRES, more GPUs counted in use than a node has, a queue of others', async () => {
  const template = 'partition: gpu\nnum_gpus: 1\ncpus_per_task: 10\nmem: 60G\ntime_limit: 06:00:00';
  const cluster = await playSite('puhti', files(template));
  const info = await cluster.data<Info>('info');
  // On r01g01 6 of 4 are counted in use; r18g08 is drained.
  expect(gpuWords(info)).toEqual(['gputest v100: 4 of 8 in use, 4 free', 'gpu v100: 258 of 304 in use, 42 free']);
  expect(limits(info)).toEqual({ test: HOUR / 4, hugemem: 3 * DAY, gputest: HOUR / 4, gpu: 3 * DAY });
  const gpu = (await offers(cluster)).find(({ partition }) => partition === 'gpu');
  expect(gpu).toMatchObject({ gpus_total: 304, gpus_free: 42, pending: 30, held: 0, gpu: { usable_gib: 15.77 } });
  expect(gpu?.notes.join('\n')).toContain('"v100" may have 16 or 32 GB');
  await create(cluster);
  const { choices } = await cluster.data<Advice>('advise', 'a');
  expect(choices).toMatchObject([{ partition: 'gpu', gpus: 1 }]);
  await runThrough(cluster);
  expect(directives(cluster)).toEqual(['partition=gpu', 'gres=gpu:1', 'cpus-per-task=10', 'mem=60G', 'time=06:00:00']);
  const long = await cluster.sheaf(['submit', 'a', '--set', 'time_limit=4-00:00:00']);
  expect(long).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('partition gpu permits') });
}, 180_000);

test('run with a partition that is not there makes nothing', async () => {
  const cluster = await playSite('bridges2', files('partition: GPU\nnum_gpus: 1\nmem: 16G\ntime_limit: 1-00:00:00'));
  const refused = async (...words: string[]): Promise<string> => {
    const { stdout, stderr, exitCode } = await cluster.sheaf(['run', 'train', ...words, '--detach']);
    expect([stdout, exitCode]).toEqual(['', 2]);
    return stderr;
  };
  expect(await refused('--partition', 'GPUs')).toContain('there is no partition GPUs\n  fix  did you mean GPU?\n');
  expect(await refused('--grid', 'seed=1,2', '--partition', 'none')).toContain('fix  sheaf info lists the partitions');
  expect(await cluster.data('list')).toEqual([]);
});
