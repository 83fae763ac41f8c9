import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Resources } from '../../src/core/settings/settings.ts';
import { newToken, type SchedulerBench } from '../support/local-scheduler.ts';
import { REQUEUE, submittedProject, type SubmittedProject } from '../support/project-folder.ts';
import { slurmBench } from '../support/slurm-bench.ts';
import { describeSlurm } from '../support/slurm.ts';
import { until } from '../support/until.ts';
import { expectRegularResume, STEPS, storyOf, trains, trainsDeaf, upTo } from './trains.ts';

/**
 * The shortest limit that Slurm has. It looks at limits twice a minute, and signals them at the last check that is soon
 * enough: of one that ends 25 s after the word of it (10 s to save, 15 s to be put back), 5 to 35 s after the start.
 */
const RESOURCES: Resources = { partition: 'cpu', mem: '100M', time_limit: 1, requeue: { ...REQUEUE, before: 10 } };
const MINUTES = 60_000;

let projects = 0;

/** A job with these programs, an array if there are several. */
async function submit(scheduler: SchedulerBench, runs: readonly string[], resources: Partial<Resources> = {}) {
  projects += 1;
  const project = submittedProject({
    root: join(scheduler.root, String(projects)),
    token: newToken(),
    runs,
    members: runs.map(() => ({ checkpoint: STEPS })),
    resources: { ...RESOURCES, ...resources },
  });
  const { task } = await scheduler.submit(project.script, {
    token: project.token,
    cwd: project.root,
    ...(runs.length > 1 ? { indices: runs.map((_, i) => i) } : {}),
  });
  return { project, task };
}

function saidBy(project: SubmittedProject): string {
  return readdirSync(project.folder)
    .filter((name) => name.startsWith('slurm-'))
    .map((name) => readFileSync(join(project.folder, name), 'utf8'))
    .join('');
}

describeSlurm('jobs that outlive their time limit', (cluster) => {
  test(
    'save, are requeued and go on until they are done: alone, as an array, and under srun',
    async () => {
      const scheduler = await slurmBench(cluster);
      const [alone, array, stepped, late] = await Promise.all([
        submit(scheduler, [trains(900)]),
        submit(scheduler, [trainsDeaf(1200), trains(900)]),
        submit(scheduler, [trains(900, 'srun')]),
        // It only listens to what it is sent when its time to save is over.
        submit(scheduler, [trains(1200, 'srun').replace('SIGUSR1', 'SIGTERM')]),
      ]);
      await Promise.all([
        ...[alone, stepped, late].map(({ task }) => scheduler.untilEnded(task())),
        ...[0, 1].map((index) => scheduler.untilEnded(array.task(index))),
      ]);
      for (const [project, expId, steps] of [
        [alone.project, 'exp0', 900],
        [array.project, 'exp1', 900],
        [stepped.project, 'exp0', 900],
        [late.project, 'exp0', 1200],
      ] as const) {
        const { attempts, ends, logs } = storyOf(project, expId);
        expect(attempts.length, saidBy(project)).toBeGreaterThan(1);
        expect(logs.flat(), saidBy(project)).toEqual(upTo(steps));
        for (const end of ends.slice(0, -1))
          expect(end).toMatchObject({ exitCode: 0, cause: 'timeout', requeued: true });
        expect(ends.at(-1)).toMatchObject({ exitCode: 0 });
      }
      expect(saidBy(late.project)).toContain('nothing of it listens to USR1');
      const { ends, logs } = storyOf(array.project, 'exp0');
      expect(ends[0], saidBy(array.project)).toMatchObject({ cause: 'timeout', requeued: true });
      expectRegularResume(logs, 1200);
    },
    8 * MINUTES,
  );

  test(
    'go on from what they saved last when they are preempted',
    async () => {
      const scheduler = await slurmBench(cluster);
      const place: Resources = { partition: 'preempt', gpu_type: 'a100', num_gpus: 1, time_limit: 5 };
      const { project, task } = await submit(scheduler, [trainsDeaf(200)], place);
      await until(() => existsSync(join(project.root, 'experiments/exp0/attempts/train-1/ckpt/step20')));
      const high = ['-p', 'a100_public', '--exclusive', '--time=1', '-o', '/dev/null', '--wrap', 'sleep 2'];
      expect(spawnSync('sbatch', high, { env: cluster.env }).status).toBe(0);
      await scheduler.untilEnded(task());
      const { attempts, ends, logs } = storyOf(project);
      expect(attempts, saidBy(project)).toEqual(['train-1', 'train-2']);
      expect(ends[0]).toMatchObject({ signal: 'TERM' });
      expectRegularResume(logs, 200);
    },
    3 * MINUTES,
  );

  test(
    'do not come back when they were cancelled while they saved, nor more often than they may',
    async () => {
      const scheduler = await slurmBench(cluster);
      const saving = `trap 'touch "$SHEAF_OUT/saving"; sleep 1000 & wait' USR1; while :; do sleep 0.2; done\n`;
      const [cancelled, often] = await Promise.all([
        submit(scheduler, [saving]),
        submit(scheduler, [trains(100_000)], { requeue: { ...REQUEUE, before: 10, max: 1 } }),
      ]);
      const mark = join(cancelled.project.root, 'experiments/exp0/attempts/train-1/saving');
      await until(async () => existsSync(mark) || (await scheduler.look(cancelled.task()))?.kind === 'accounted');
      expect(existsSync(mark), saidBy(cancelled.project)).toBe(true);
      expect(spawnSync('scancel', [cancelled.task().job.id], { env: cluster.env }).status).toBe(0);
      expect(await scheduler.untilEnded(cancelled.task())).toMatchObject({ state: 'cancelled' });
      expect(await scheduler.untilEnded(often.task())).toMatchObject({ state: 'failed' });
      expect(storyOf(cancelled.project).attempts).toEqual(['train-1']);
      expect(storyOf(cancelled.project).ends[0]).toMatchObject({ signal: 'TERM' });
      const { attempts, ends } = storyOf(often.project);
      expect(attempts).toEqual(['train-1', 'train-2']);
      expect(ends.map((end) => [end?.cause, end?.requeued])).toEqual([
        ['timeout', true],
        ['timeout', undefined],
      ]);
    },
    8 * MINUTES,
  );
});
