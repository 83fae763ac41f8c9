/** How long real jobs waited, as accounting tells, and when Slurm would start a job that is not submitted. */
import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { judgeBounds, QUANTILES, replayWaits } from '../../src/advisor/index.ts';
import type { PastWait } from '../../src/core/cluster/past-wait.ts';
import { openSlurmScheduler } from '../../src/scheduler/index.ts';
import type { PastWaits, Scheduler, TrialRequest } from '../../src/scheduler/scheduler.ts';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { until } from '../support/until.ts';

const MINUTE_S = 60;
/** One node with two GPUs. */
const PARTITION = 'h200_tandon';
const one: TrialRequest = {
  partition: PARTITION,
  nodes: 1,
  gpusPerNode: 1,
  gpuType: 'h200',
  cpusPerNode: 1,
  timeLimitS: 5 * MINUTE_S,
  features: [],
};

describeSlurm('waits', () => {
  let cluster: Cluster;
  let scheduler: Scheduler;

  beforeAll(async () => {
    cluster = await disposableCluster();
    scheduler = await openSlurmScheduler({ env: cluster.env, folder: () => undefined });
  });

  function ask(...argv: readonly [string, ...string[]]): string {
    const [program, ...words] = argv;
    return execFileSync(program, words, { env: cluster.env, encoding: 'utf8', cwd: '/tmp' }).trim();
  }

  /** A job that sleeps; its limit in minutes identifies it. */
  function submit(seconds: number, minutes: number, ...words: readonly string[]): string {
    const all = ['--parsable', `--partition=${PARTITION}`, `--time=${minutes}`, '--output=/dev/null', ...words];
    return ask('sbatch', ...all, `--wrap=sleep ${seconds}`);
  }

  async function empty(): Promise<void> {
    await until(() => ask('squeue', '-h', '-o', '%i') === '');
  }

  async function waits(): Promise<readonly PastWait[]> {
    const answer: PastWaits | undefined = await scheduler.waits?.();
    if (answer?.kind !== 'answer') throw new Error(JSON.stringify(answer));
    return answer.waits;
  }

  /** Seconds that the job with this limit waited. */
  async function waited(minutes: number): Promise<number | undefined> {
    const own = (await waits()).find(({ timeLimitS }) => timeLimitS === minutes * MINUTE_S);
    return own?.startMs === undefined ? undefined : (own.startMs - own.eligibleMs) / 1000;
  }

  test('a job behind another one waited; the time of a hold and of a dependency does not count', async () => {
    submit(5, 21, '--gres=gpu:2');
    const behind = submit(1, 22, '--gres=gpu:1');
    const held = submit(1, 23, '--hold');
    submit(1, 24, `--dependency=afterany:${behind}`);
    const waiting = (await waits()).filter(({ startMs }) => startMs === undefined);
    expect(waiting.map(({ timeLimitS }) => timeLimitS)).toContain(22 * MINUTE_S);
    await until(() => !ask('squeue', '-h', '-o', '%i').split('\n').includes(behind));
    ask('scontrol', 'release', held);
    await empty();
    await until(async () => (await waited(24)) !== undefined);
    expect(await waited(22)).toBeGreaterThanOrEqual(4);
    // Held and dependent for as long as the other one waited and ran; Slurm looks at its queue every second or two.
    expect(await waited(23)).toBeLessThan(4);
    expect(await waited(24)).toBeLessThan(4);
  });

  test('the predicted start follows from time limits, and the job that then comes starts no later', async () => {
    const now = await scheduler.predictStart?.(one);
    expect(now).toMatchObject({ kind: 'starts' });
    expect(Math.abs((now?.kind === 'starts' ? now.startMs : 0) - Date.now())).toBeLessThan(30_000);
    submit(4, 11, '--gres=gpu:2');
    await until(() => ask('squeue', '-h', '-t', 'R', '-o', '%i') !== '');
    const told = await scheduler.predictStart?.(one);
    const startMs = told?.kind === 'starts' ? told.startMs : 0;
    // The job before it has a limit of eleven minutes, and takes four seconds.
    expect(startMs - Date.now()).toBeGreaterThan(9 * MINUTE_S * 1000);
    expect(startMs - Date.now()).toBeLessThan(12 * MINUTE_S * 1000);
    submit(1, 31, '--gres=gpu:1');
    await empty();
    await until(async () => (await waited(31)) !== undefined);
    const real = (await waits()).find(({ timeLimitS }) => timeLimitS === 31 * MINUTE_S);
    expect(real?.startMs).toBeLessThan(startMs);
  });

  test.each([
    [{ gpusPerNode: 3 }, 'Requested node configuration is not available'],
    [{ partition: 'nope' }, 'invalid partition specified: nope; Invalid partition name specified'],
    [{ account: 'nope' }, 'Invalid account or account/partition combination specified'],
    [{ qos: 'nope' }, 'Invalid qos specification'],
    [{ gpuType: 'a100' }, 'Requested node configuration is not available'],
  ])('a job that Slurm would reject is refused with its message: %j', async (differs, said) => {
    expect(await scheduler.predictStart?.({ ...one, ...differs })).toEqual({ kind: 'refused', said });
    expect(ask('squeue', '-h', '-o', '%i')).toBe('');
  });

  test('bounds learned from waits hold for half of the jobs, and for nine of ten', async () => {
    // A short form of `npm run bench:wait -- --slurm`: two nodes with four GPUs each, which one job in five takes half of.
    for (let i = 0; i < 80; i += 1) {
      submit(0.5 * (1 + (i % 3)), 100 + i, '--partition=l40s_public', `--gres=gpu:${i % 5 === 0 ? 4 : 1}`);
      await pause(500);
    }
    await empty();
    await until(async () => (await waited(179)) !== undefined);
    const own = (await waits()).filter(({ timeLimitS = 0 }) => timeLimitS >= 100 * MINUTE_S);
    expect(own).toHaveLength(80);
    const { replayed } = replayWaits(own, Date.now());
    for (const [i, q] of QUANTILES.entries()) {
      const bounded = replayed.map(({ waitS, boundsS }) => ({ waitS, boundS: boundsS[i] ?? 0 }));
      const { of = 0, covered = 0, below = 1 } = judgeBounds(bounded, q) ?? {};
      expect(of).toBeGreaterThan(10);
      // So few tell no more than that it is not far off: four standard errors.
      const slack = 4 * Math.sqrt((q * (1 - q)) / of);
      expect(covered).toBeGreaterThan(q - slack);
      expect(below).toBeLessThan(q + slack);
    }
  }, 240_000);
});
