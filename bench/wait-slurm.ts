import { execFile, execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startCluster, stopCluster } from '../scripts/slurm/index.ts';
import type { TraceWait } from './wait-traces.ts';
import { openSlurmScheduler } from '../src/scheduler/index.ts';
import { randomFrom } from './synthetic-queue.ts';

/** Two nodes with four GPUs each. */
const PARTITION = 'l40s_public';
const GPUS = 8;
const SIZES = [1, 1, 1, 2, 2, 4];
const LONGEST_S = 5;
/** Overhead of a job, measured here: start, end, and the time until the next one is chosen. */
const OVERHEAD_S = 1;
/** Average demand for GPUs as a share of all; it rises and falls. */
const LOAD = 0.85;
const SWELL_S = 120;

/**
 * Waits of real jobs, as accounting has them: on a cluster brought up for it (root is needed), jobs of 1 to 5 seconds
 * with 1 to 4 GPUs and different limits come by chance, some more than the GPUs can take at once.
 */
export async function slurmWaits(count: number): Promise<readonly TraceWait[]> {
  const dir = `/tmp/sheaf-slurm-w${process.pid}`;
  const { env } = await startCluster({ dir, bound: true });
  try {
    await submitAll(count, env);
    while (execFileSync('squeue', ['-h', '-o', '%i'], { env, encoding: 'utf8' }) !== '') await pause(1_000);
    const scheduler = await openSlurmScheduler({ env, folder: () => undefined });
    const answer = await scheduler.waits?.();
    if (answer?.kind !== 'answer') throw new Error(`no waits: ${JSON.stringify(answer)}`);
    return answer.waits.flatMap((wait) =>
      wait.startMs === undefined ? [] : [{ ...wait, startMs: wait.startMs, endMs: wait.startMs }],
    );
  } finally {
    await stopCluster(dir);
  }
}

async function submitAll(count: number, env: NodeJS.ProcessEnv): Promise<void> {
  const random = randomFrom(7);
  const gpusEach = SIZES.reduce((sum, gpus) => sum + gpus, 0) / SIZES.length;
  const pauseS = (gpusEach * ((1 + LONGEST_S) / 2 + OVERHEAD_S)) / GPUS / LOAD;
  const calls: Promise<unknown>[] = [];
  let atS = 0;
  const started = Date.now();
  for (let i = 0; i < count; i += 1) {
    const gpus = SIZES[Math.floor(random() * SIZES.length)] ?? 1;
    const seconds = 1 + Math.floor(random() * LONGEST_S);
    const minutes = 1 + Math.floor(random() * 10);
    atS += (-Math.log(random()) * pauseS) / (1 + 0.7 * Math.sin((2 * Math.PI * atS) / SWELL_S));
    await pause(Math.max(0, started + atS * 1000 - Date.now()));
    const words = [`--partition=${PARTITION}`, `--gres=gpu:${gpus}`, `--time=${minutes}`, '--output=/dev/null'];
    calls.push(promisify(execFile)('sbatch', [...words, `--wrap=sleep ${seconds}`], { env, cwd: '/tmp' }));
    if (i % 50 === 49) process.stderr.write(`${i + 1} of ${count} jobs submitted\n`);
  }
  await Promise.all(calls);
}
