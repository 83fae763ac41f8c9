import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

interface Told {
  readonly data: {
    readonly cluster: string;
    readonly partitions: readonly Readonly<Record<string, unknown>>[];
    readonly unknown: readonly string[];
  };
  readonly warnings: readonly string[];
}

const AWAY = { env: { SLURM_CONF: '/nowhere/slurm.conf' } };

test('this machine is a partition of one node', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\ncluster: {local: {cpus: 3, gpus: 2}}\n' });
  const { stdout, exitCode } = await folder.sheaf(['partitions', '--json']);
  expect(exitCode).toBe(0);
  const { data } = JSON.parse(stdout) as Told;
  expect(data.partitions).toEqual([
    expect.objectContaining({
      partition: 'local',
      gpu_type: null,
      gpus_total: 2,
      gpus_free: 2,
      nodes: 1,
      pending: 0,
      cpus_per_node: 3,
      accounts: null,
    }),
  ]);
  expect(data.unknown).toContain('nvidia-smi does not tell what all of its GPUs are.');
  const words = await folder.sheaf(['partitions']);
  expect(words.stdout).toBe(
    'partition\tgpu\tGiB\tfree\tnodes\tpending\tlimit\taccounts\nlocal\tno type\t\t2/2\t1\t0\t\tnone needed\n',
  );
});

test('a cluster that does not answer is shown as sheaf.yaml describes it, and nothing unknown is shown as a number', async () => {
  const written =
    '{gpu_type: A100, gpus_per_node: 4, total_nodes: 20, arch: Ampere, memory_gb: 80, fp8_support: false}';
  const folder = testFolder({
    'sheaf.yaml': `scheduler: slurm\ncluster:\n  profile: nyu\n  partitions:\n    a100_public: ${written}\n`,
  });
  const { stdout, exitCode } = await folder.sheaf(['partitions', '--json'], AWAY);
  expect(exitCode).toBe(0);
  const { data, warnings } = JSON.parse(stdout) as Told;
  expect(data.cluster).toBe('catalogue');
  expect(data.partitions.map(({ partition }) => partition)).toEqual([
    'a100_public',
    'l40s_public',
    'h200_public',
    'h200_tandon',
  ]);
  expect(data.partitions[0]).toMatchObject({
    gpu: { id: 'a100_80_sxm', usable_gib: 79.14 },
    gpus_total: 80,
    nodes: 20,
    gpus_free: null,
    pending: null,
    accounts: null,
    max_time: null,
  });
  expect(data.partitions[1]).toMatchObject({ gpu: { id: 'l40s' }, gpus_per_node: 4, gpus_total: null, nodes: null });
  expect(warnings.join(' ')).toMatch(/nyu is approximate.*could not be asked/);
});

test('with nothing written of it, a cluster that does not answer is an error', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: slurm\n' });
  expect(await folder.sheaf(['partitions'], AWAY)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('error: the cluster does not answer\n') as string,
  });
});

test('errors in the description of partitions and GPUs are reported, with their key', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\ncluster: {partitions: {p: {memory: 80}}, gpus: {x: {memory_gb: 3}}}\n',
  });
  const { exitCode, stderr } = await folder.sheaf(['partitions']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('error: there is no key "memory" in cluster.partitions.p; there are gpu_type, ');
  expect(stderr).toContain('cluster.gpus.x.arch must be given');
});

test('init takes a profile by its name, and refuses an unknown one', async () => {
  const folder = testFolder();
  expect(await folder.sheaf(['init', '--scheduler', 'slurm', '--profile', 'atlas'], AWAY)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('error: there is no cluster profile "atlas"\n  why  there are: nyu\n') as string,
  });
  expect((await folder.sheaf(['init', '--scheduler', 'slurm', '--profile', 'NYU'], AWAY)).exitCode).toBe(0);
  const { stdout } = await folder.sheaf(['partitions', '--json'], AWAY);
  expect((JSON.parse(stdout) as Told).data.partitions).toHaveLength(4);
});
