import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeSlurm, userFolder } from '../support/slurm.ts';
import { testFolder } from '../support/run-sheaf.ts';

interface Told {
  readonly data: {
    readonly scheduler: string;
    readonly why: string;
    readonly cluster: {
      readonly id: string;
      readonly partitions: readonly {
        readonly name: string;
        readonly default: boolean;
        readonly gpu_types: object[];
      }[];
      readonly accounts: readonly { readonly name: string; readonly default: boolean }[];
      readonly qos: readonly { readonly name: string; readonly max_submit_per_user: number | null }[];
    } | null;
  };
}

describeSlurm('on a host of a cluster', (cluster) => {
  test('init decides for it, and writes down what there is to choose from', async () => {
    const folder = userFolder(cluster, 'sheaf1');
    const { stdout, stderr, exitCode } = await folder.sheaf(['init', '--json']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const { data } = JSON.parse(stdout) as Told;
    expect(data).toMatchObject({ scheduler: 'slurm', why: `Slurm cluster ${cluster.name} answers` });
    const text = readFileSync(join(folder.path, 'sheaf.yaml'), 'utf8');
    expect(text).toContain('\nscheduler: slurm\n');
    expect(text).toContain('\n#   l40s_public: 2 nodes, 4 l40s each, up to 7d 00h, the default\n');
    expect(text).toContain('\n# partition: l40s_public\n');
    if (cluster.accounting) expect(text).toMatch(/^# The account that jobs are charged to\. Yours: .*lab_a/m);
    expect(text).not.toMatch(/^(?:partition|account):/m);
    expect(text).toMatch(/^ {4}l40s_public: \{ gpu_type: l40s, gpus_per_node: 4, total_nodes: 2, arch: ada, /m);
    // What init wrote is read, and agrees with the cluster.
    expect((await folder.sheaf(['partitions', '--json'])).exitCode).toBe(0);
    expect((await folder.sheaf(['init'])).stdout).toContain('is already a project');
  });

  test('info shows its partitions, accounts and QOS', async () => {
    const folder = userFolder(cluster, 'sheaf1', { 'sheaf.yaml': 'scheduler: slurm\n' });
    const { stdout, exitCode } = await folder.sheaf(['info', '--json']);
    expect(exitCode).toBe(0);
    const { cluster: told } = (JSON.parse(stdout) as Told).data;
    expect(told?.id).toBe(`slurm:${cluster.name}`);
    expect(told?.partitions.find((partition) => partition.default)).toMatchObject({
      name: 'l40s_public',
      gpu_types: [{ type: 'l40s', total: 8, per_node: 4 }],
    });
    const words = (await folder.sheaf(['info'])).stdout;
    expect(words).toMatch(
      /^ {2}partition +a100_public: up to 7d 00h; 1 node; 4 a100 \(4 on a node\), \d in use, \d free$/m,
    );
    if (!cluster.accounting) return;
    expect(told?.accounts.find((account) => account.default)?.name).toBe('lab_a');
    expect(told?.qos.find(({ name }) => name === 'limited')?.max_submit_per_user).toBe(20);
    expect(words).toMatch(/^ {2}qos +limited: up to 1h 00m; 4 of yours run at once; 20 of yours in the queue$/m);
  });

  test('a project that says local stays so', async () => {
    const folder = userFolder(cluster, 'sheaf1');
    await folder.sheaf(['init', '--scheduler', 'local']);
    expect(readFileSync(join(folder.path, 'sheaf.yaml'), 'utf8')).toContain('\nscheduler: local\n');
    const { stdout } = await folder.sheaf(['info']);
    expect(stdout).toContain('scheduler    local scheduler of ');
    expect(stdout).toContain('jobs of this project run on this machine, as its sheaf.yaml says');
  });
});

test('init takes this machine where no cluster is set up, and says why', async () => {
  const folder = testFolder();
  const { stdout, exitCode } = await folder.sheaf(['init']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('scheduler  local: a test wants none\n');
  expect(readFileSync(join(folder.path, 'sheaf.yaml'), 'utf8')).toContain('\nscheduler: local\n');
});

test('a cluster that is misnamed is not taken for none: training would run on the login node', async () => {
  const folder = testFolder();
  expect(await folder.sheaf(['init'], { env: { SLURM_CONF: '/nowhere/slurm.conf' } })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('error: SLURM_CONF=/nowhere/slurm.conf: there is no such file\n') as string,
  });
  expect(existsSync(join(folder.path, 'sheaf.yaml'))).toBe(false);
});

test('a scheduler that is asked for is taken, there or not; another one is refused', async () => {
  const folder = testFolder();
  expect(await folder.sheaf(['init', '--scheduler', 'pbs'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('error: there is no scheduler "pbs"\n') as string,
  });
  expect(existsSync(join(folder.path, 'sheaf.yaml'))).toBe(false);
  const env = { SLURM_CONF: '/nowhere/slurm.conf' };
  const asked = await folder.sheaf(['init', '--scheduler', 'slurm'], { env });
  expect(asked).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('scheduler  slurm: as asked\n') as string,
  });
  const { stdout } = await folder.sheaf(['info'], { env });
  expect(stdout).toContain('scheduler    not known: the cluster does not answer\n');
});

test('a project that names no scheduler gets that line, and keeps all others', async () => {
  const folder = testFolder({ 'sheaf.yaml': '# mine\nproject: p\n' });
  await folder.sheaf(['init']);
  expect(readFileSync(join(folder.path, 'sheaf.yaml'), 'utf8')).toBe('# mine\nproject: p\nscheduler: local\n');
});
