import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import type { Launcher, Requeue } from '../../src/core/settings/run-settings.ts';
import { renderRun } from '../../src/template/job/run-script.ts';
import { describeSlurm, type Cluster } from '../support/slurm.ts';
import { until } from '../support/until.ts';
import { place, runOf, type RunChange } from './support.ts';

/** A Python with PyTorch: the named one, otherwise the first on the path. */
const python =
  process.env['SHEAF_TEST_TORCH'] ?? spawnSync('bash', ['-c', 'type -P python3'], { encoding: 'utf8' }).stdout.trim();

function has(name: string): boolean {
  return (
    spawnSync(python, ['-c', `import importlib.util, sys; sys.exit(importlib.util.find_spec("${name}") is None)`])
      .status === 0
  );
}

function needs(context: TestContext, ...names: readonly string[]): void {
  const missing = names.filter((name) => !has(name));
  context.skip(
    missing.length > 0,
    `NOT RUN: ${missing.join(' and ')} not in ${python}; set SHEAF_TEST_TORCH to a python that has it`,
  );
}

/** The agents of `torchrun` and `accelerate` meet through a store of PyTorch, which Debian builds without what it asks for. */
function needsAgent(context: TestContext): void {
  const store =
    'from torch.distributed import TCPStore; TCPStore("localhost", 0, is_master=True, wait_for_workers=False)';
  const { status, stderr } = spawnSync(python, ['-c', store], { encoding: 'utf8' });
  context.skip(
    status !== 0 && stderr.includes('without libuv'),
    `NOT RUN: the PyTorch of ${python} has no libuv, without which torchrun does not start; set SHEAF_TEST_TORCH`,
  );
}

const ALL_REDUCE = `
import os, sys, torch, torch.distributed as dist
if "RANK" not in os.environ:
    os.environ.update(RANK=os.environ["SLURM_PROCID"], WORLD_SIZE=os.environ["SLURM_NTASKS"])
dist.init_process_group("gloo")
x = torch.tensor([float(dist.get_rank() + 1)])
dist.all_reduce(x)
words = [a for a in sys.argv[1:] if "local_rank" not in a]
os.write(1, f"{dist.get_rank()} {dist.get_world_size()} {int(x.item())} {words}\\n".encode())
dist.destroy_process_group()
`;

function run(
  use: Launcher['use'],
  nodes: number,
  command = 'python all_reduce.py {{ flags }}',
  requeue?: Requeue,
): RunChange {
  const setup = `export PATH='${dirname(python)}':"$PATH"\nexport GLOO_SOCKET_IFNAME=lo`;
  return {
    params: { text: `it's "$HOME"` },
    stage: {
      command,
      resources: { num_nodes: nodes, cpus_per_task: 2, mem: '4G', time_limit: 10, ...(requeue && { requeue }) },
      run: { launcher: { use, processes: 2 }, environment: { setup } },
    },
  };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .toSorted();

function expected(size: number): string[] {
  const sum = (size * (size + 1)) / 2;
  return Array.from({ length: size }, (_, rank) => `${rank} ${size} ${sum} ['--text', 'it\\'s "$HOME"']`);
}

describe('two processes on one node compute one sum', () => {
  for (const [use, ...packages] of [['torchrun'], ['accelerate', 'accelerate'], ['deepspeed', 'deepspeed']] as const)
    it(`with ${use}`, { timeout: 180_000 }, (context) => {
      needs(context, 'torch', ...packages);
      needsAgent(context);
      const project = place(context.onTestFinished);
      project.write('all_reduce.py', ALL_REDUCE);
      const ended = project.job(run(use, 1));
      expect(ended.status, ended.stderr).toBe(0);
      expect(lines(ended.stdout)).toEqual(expected(2));
    });
});

describeSlurm('four processes on two nodes', (cluster) => {
  for (const [use, ...packages] of [
    ['torchrun'],
    ['accelerate', 'accelerate'],
    ['deepspeed', 'deepspeed'],
    ['srun'],
  ] as const)
    it(`compute one sum with ${use}, run by sbatch by hand`, { timeout: 300_000 }, async (context) => {
      needs(context, 'torch', ...packages);
      needsAgent(context);
      const job = submitted(cluster, run(use, 2), { 'all_reduce.py': ALL_REDUCE });
      expect(await job.ended, job.log()).toBe(0);
      expect(lines(job.log())).toEqual(expected(4));
    });

  it(
    'get the signal before the time limit when they listen; agents and those that do not live on',
    { timeout: 300_000 },
    async (context) => {
      needs(context, 'torch');
      needsAgent(context);
      const requeue: Requeue = { on: ['timeout'], max: 1, signal: 'USR1', before: 60 };
      const job = submitted(cluster, run('torchrun', 2, 'python listen.py', requeue), { 'listen.py': LISTEN });
      await until(() => job.log().split('ready').length === 5);
      spawnSync('scancel', ['--signal=USR1', job.id], { env: cluster.env });
      expect(await job.ended, job.log()).toBe(0);
      expect(
        job
          .log()
          .match(/saved|lived/g)
          ?.toSorted(),
      ).toEqual(['lived', 'lived', 'lived', 'saved']);
    },
  );
});

const LISTEN = `
import os, signal, time
saved = os.environ["SHEAF_OUT"] + "/saved"
if os.environ["RANK"] == "0":
    signal.signal(signal.SIGUSR1, lambda *_: open(saved, "w").close())
os.write(1, b"ready\\n")
for _ in range(600):
    if os.path.exists(saved):
        break
    time.sleep(0.1)
else:
    raise SystemExit("no signal")
time.sleep(1)
os.write(1, b"saved\\n" if os.environ["RANK"] == "0" else b"lived\\n")
`;

interface Job {
  readonly id: string;
  readonly ended: Promise<number | null>;
  readonly log: () => string;
}

/** By root, whose Python with PyTorch others may not be able to read. */
function submitted(cluster: Cluster, change: RunChange, files: Readonly<Record<string, string>>): Job {
  const root = mkdtempSync(join(tmpdir(), 'sheaf-torch-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const script = renderRun(runOf({ ...change, projectRoot: root }));
  writeFileSync(
    join(root, 'run.sh'),
    script.replace('#SBATCH --nodes', '#SBATCH --partition=l40s_public\n#SBATCH --nodes'),
  );
  const id = execFileSync('sbatch', ['--parsable', '-o', 'log', 'run.sh'], {
    cwd: root,
    env: cluster.env,
    encoding: 'utf8',
  }).trim();
  onTestFinished(() => {
    spawnSync('scancel', [id], { env: cluster.env });
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  const state = (): string => spawnSync('scontrol', ['show', 'job', id], { env: cluster.env, encoding: 'utf8' }).stdout;
  const code = async (): Promise<number | null> => {
    const status = await until(
      () => !/JobState=(?:PENDING|RUNNING|COMPLETING)/.test(state()) && /ExitCode=(\d+)/.exec(state())?.[1],
    );
    return Number(status);
  };
  return {
    id,
    ended: code(),
    log: () => (existsSync(join(root, 'log')) ? readFileSync(join(root, 'log'), 'utf8') : ''),
  };
}
