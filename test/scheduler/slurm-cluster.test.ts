import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startCluster, stopCluster } from '../../scripts/slurm/index.ts';
import { runs, startProgram } from '../support/processes.ts';
import { describeSlurm, disposableCluster, userFolder, type Cluster } from '../support/slurm.ts';
import { until } from '../support/until.ts';

const scripts: string = join(import.meta.dirname, '../../scripts');

describeSlurm('a cluster beside the shared one', (shared) => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await disposableCluster({ maxArraySize: 11, minJobAge: 20 });
  });

  test('all five nodes are idle, and l40s_public is the default partition', () => {
    expect(ask(cluster, ['sinfo', '-h', '-N', '-p', 'l40s_public,h200_tandon,a100_public,cpu', '-o', '%N %T %G'])).toBe(
      [
        'a100-1 idle gpu:a100:4',
        'cpu1 idle (null)',
        'h200-1 idle gpu:h200:2',
        'l40s1 idle gpu:l40s:4',
        'l40s2 idle gpu:l40s:4',
      ].join('\n'),
    );
    expect(ask(cluster, ['sinfo', '-h', '-o', '%P'])).toMatch(/^l40s_public\*$/m);
  });

  test('it is separate from the shared cluster, with its own settings', () => {
    expect(cluster.name).not.toBe(shared.name);
    const config = ask(cluster, ['scontrol', 'show', 'config']);
    expect(config).toMatch(/^MaxArraySize\s+= 11$/m);
    expect(config).toMatch(/^MinJobAge\s+= 20 sec$/m);
    expect(ask(shared, ['sinfo', '-h', '-o', '%P'])).toContain('l40s_public*');
  });

  test("a user's job runs as that user, on a GPU, and is in the accounting", async () => {
    const folder = userFolder(cluster, 'sheaf1');
    const { stdout: id } = await folder.run([
      'sbatch',
      '--parsable',
      '--gpus=l40s:2',
      '--wrap',
      'echo $(id -un) $CUDA_VISIBLE_DEVICES',
      '-o',
      'out',
    ]);
    const account: [string, ...string[]] = ['sacct', '-nXP', '-j', id.trim(), '-o', 'User,Account,State'];
    expect(await until(() => /.*COMPLETED/.exec(ask(cluster, account))?.[0])).toBe('sheaf1|lab_a|COMPLETED');
    expect(readFileSync(join(folder.path, 'out'), 'utf8')).toBe('sheaf1 0,1\n');
  });

  test('an ordinary user can start sheaf, wherever the clone lies', async () => {
    const { exitCode, stdout } = await userFolder(cluster, 'sheaf2').sheaf(['--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('sheaf');
  });

  test('the limits of a QOS are enforced', async () => {
    const folder = userFolder(cluster, 'sheaf2');
    const limited = ['--parsable', '--hold', '--qos=limited', '--time=10', '--wrap', 'true', '-o', '/dev/null'];
    const taken = await folder.run(['sbatch', '--array=0-9', ...limited]);
    expect(taken).toMatchObject({ exitCode: 0, stderr: '' });
    await folder.run(['sbatch', '--array=0-9', ...limited]);
    const refused = await folder.run(['sbatch', ...limited]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('QOSMaxSubmitJobPerUserLimit');
  });

  test('a job that takes more memory than it asked for is killed', async () => {
    const folder = userFolder(cluster, 'sheaf1');
    const hog = 'python3 -c "import time; x = bytearray(200 * 2**20); time.sleep(20)"; exit $?';
    const { stdout: id } = await folder.run(['sbatch', '--parsable', '--mem=50', '--wrap', hog, '-o', '/dev/null']);
    const state = await until(
      () => /OUT_OF_MEMORY|FAILED/.exec(ask(cluster, ['sacct', '-nXP', '-j', id.trim(), '-o', 'State']))?.[0],
    );
    expect(state).toBe(cluster.memoryLimit === 'cgroup' ? 'OUT_OF_MEMORY' : 'FAILED');
  });

  test('jobs of other partitions send those of preempt back to the queue', async () => {
    const folder = userFolder(cluster, 'sheaf2');
    const sleep = ['--wrap', 'sleep 60', '-o', '/dev/null', '--exclusive', '-w', 'a100-1'];
    const low = (await folder.run(['sbatch', '--parsable', '-p', 'preempt', ...sleep])).stdout.trim();
    await until(() => stateOf(cluster, low) === 'RUNNING');
    const high = (await folder.run(['sbatch', '--parsable', '-p', 'a100_public', ...sleep])).stdout.trim();
    await until(() => stateOf(cluster, high) === 'RUNNING');
    expect(stateOf(cluster, low)).toBe('PENDING');
    await folder.run(['scancel', low, high]);
  });

  test('it listens on 127.0.0.1 alone', () => {
    const pids = cluster.daemons.map((name) => cluster.daemon(name).pid());
    const sockets = ask(cluster, ['ss', '-Hltnp']).split('\n');
    const listening = sockets.filter((line) => pids.some((pid) => line.includes(`pid=${pid},`)));
    expect(listening).toHaveLength(7);
    for (const line of listening) expect(line).toMatch(/ 127\.0\.0\.1:\d+ /);
  });

  test('a daemon that was killed is started again by the next start, which finds the rest', async () => {
    await cluster.daemon('slurmd.cpu1').kill9();
    await cluster.daemon('slurmctld').kill9();
    expect(await cluster.answers()).toBe(false);
    const controller = cluster.daemon('slurmdbd').pid();
    expect(await startCluster({ dir: cluster.dir })).toMatchObject({ found: true, conf: cluster.conf });
    expect(cluster.daemon('slurmdbd').pid()).toBe(controller);
    expect(await cluster.answers()).toBe(true);
  });

  test('a controller that lost its state counts its jobs from 1 again', async () => {
    const controller = cluster.daemon('slurmctld');
    await controller.stop();
    await cluster.forgetState();
    await controller.start();
    expect(ask(cluster, ['sbatch', '--parsable', '--hold', '--wrap', 'true', '-o', '/dev/null'])).toBe('1');
  });

  test('without accounting sacct says so', async () => {
    const bare = await disposableCluster({ accounting: false });
    expect(bare.daemons).not.toContain('slurmdbd');
    const { status, stderr } = spawnSync('sacct', [], { env: bare.env, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('Slurm accounting storage is disabled');
  });
});

describeSlurm('npm run slurm:up and slurm:down', () => {
  const dir = `/tmp/sheaf-slurm-c${process.pid}`;
  const slurm = (...words: string[]) =>
    spawnSync(process.execPath, [join(scripts, 'slurm.ts'), ...words, '--dir', dir], { encoding: 'utf8' });

  test('up prints the line to paste; a second up finds the first; down leaves no process and no folder', async () => {
    try {
      const line = `export SLURM_CONF=${dir}/slurm.conf\n`;
      expect(slurm('up').stdout).toBe(line);
      const second = slurm('up');
      expect(second.stdout).toBe(line);
      expect(second.stderr).toContain('is up already');
      // A job that does not end by itself, and does not want to.
      const env = { ...process.env, SLURM_CONF: `${dir}/slurm.conf` };
      const stubborn = `trap '' TERM; setsid sleep 1000 & while :; do sleep 1; done`;
      spawnSync('sbatch', ['--wrap', stubborn, '-o', '/dev/null'], { env, cwd: '/tmp' });
      await until(() => processesOf(dir).some((command) => command.startsWith('slurmstepd')));
    } finally {
      expect(slurm('down').status).toBe(0);
    }
    expect(existsSync(dir)).toBe(false);
    expect(processesOf(dir)).toEqual([]);
    expect(slurm('down').stderr).toContain('There is no cluster');
  });

  test('an up that was killed half way is cleaned up by the next down', async () => {
    const up = startProgram([process.execPath, join(scripts, 'slurm.ts'), 'up', '--dir', dir]);
    await until(() => processesOf(dir).some((command) => command.startsWith('munged')));
    up.child.kill('SIGKILL');
    await until(() => !runs(up.pid));
    expect(await stopCluster(dir)).toBe(true);
    expect(existsSync(dir)).toBe(false);
    // What made the files of the database at that moment finds them gone, and ends.
    await until(() => processesOf(dir).length === 0);
  });

  test('a folder with other files is left as it is', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(scripts, 'slurm.ts'), 'up', '--dir', scripts], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^slurm: .*(?:is not the folder of a cluster|too long a path)/m);
  });
});

function ask(cluster: Cluster, [program, ...words]: readonly [string, ...string[]]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { env: cluster.env, cwd: '/tmp', encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

function stateOf(cluster: Cluster, job: string): string {
  return ask(cluster, ['squeue', '-h', '-t', 'all', '-j', job, '-o', '%T']);
}

/** The command of each process that has the folder in its command or its working folder. */
function processesOf(dir: string): string[] {
  return globSync('/proc/[0-9]*').flatMap((folder) => {
    try {
      const words = readFileSync(join(folder, 'cmdline'), 'utf8').split('\0');
      const environment = readFileSync(join(folder, 'environ'), 'utf8');
      const open = globSync(`${folder}/fd/*`).map((file) => readlinkSync(file));
      const isOurs = folder === `/proc/${process.pid}`;
      const mentions = [words.join(' '), environment, open.join('\n')].some((text) => text.includes(`${dir}/`));
      return mentions && !isOurs && words[0] !== '' ? [words.join(' ')] : [];
    } catch {
      return [];
    }
  });
}
