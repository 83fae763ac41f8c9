import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeSlurm } from '../support/slurm.ts';
import { slurmProject, SMALL, type SlurmProject } from '../support/slurm-project.ts';
import { until } from '../support/until.ts';

const COMMAND = "'until test -e go; do sleep 0.2; done; echo step=1 acc={{ lr }}'";
const HARVEST = "harvest: {acc: {log: 'step=(?<step>\\d+) acc=(?<value>\\S+)', mode: max}}";
const AS_JOB = ['wait', '--sweep', 's', '--as-job'];

interface WaitJob {
  readonly job: string;
  readonly state: string;
  readonly node: string | null;
  readonly log: string;
}

interface Answer {
  readonly outcome: string;
  readonly wait_job: WaitJob | null;
}

async function ask<T>(project: SlurmProject, ...words: readonly string[]): Promise<T> {
  return (JSON.parse(await project.ok(...words, '--json')) as { data: T }).data;
}

async function seeJobs(project: SlurmProject): Promise<readonly WaitJob[]> {
  return (await ask<{ wait_jobs: readonly WaitJob[] }>(project, 'status')).wait_jobs;
}

describeSlurm('a job that waits for a sweep', (cluster) => {
  test('is submitted once, decides on its node, is followed by its successor, and ends with the sweep', async () => {
    const settings = 'wait_job: {partition: cpu, mem: 500M, time_limit: 1}\n';
    const project = slurmProject(cluster, { t: `lr: 0.5\ncommand: ${COMMAND}\n${HARVEST}\n${SMALL}` }, { settings });
    const sweep = ['--draw', 'lr=uniform(0,1)', '--search', '4', '--metric', 'acc', '--max-parallel', '2'];
    await project.sweep('s', 't', ...sweep, '--submit');
    const answers = await Promise.all([ask<Answer>(project, ...AS_JOB), ask<Answer>(project, ...AS_JOB)]);
    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['exists', 'submitted']);
    const waiting = (): string[] => project.queue('%j').filter((name) => name.startsWith('s-wait-'));
    expect(waiting()).toHaveLength(1);
    const first = await until(async () =>
      (await seeJobs(project)).find(({ state, node }) => state === 'running' && node),
    );
    expect(await project.ok('sweep', 'show', 's')).toContain(`  decides   job ${first.job} on ${first.node}, since `);

    const second = await until(async () =>
      (await seeJobs(project)).find(({ state, node, job }) => state === 'running' && node && job !== first.job),
    );
    expect(project.read(first.log)).toContain(`Job ${second.job} is queued, and goes on when it starts.`);

    await project.run(['touch', 'go']);
    await until(async () => (await ask<Answer>(project, ...AS_JOB)).outcome === 'ended');
    expect(await ask(project, 'sweep', 'show', 's')).toMatchObject({ by_status: { completed: 4 } });
    await until(() => waiting().length === 0);
  }, 280_000);

  test('that is cancelled with scancel is reported; --stop ends it, and members run on', async () => {
    const settings = 'wait_job: {partition: cpu, mem: 500M, time_limit: 10}\n';
    const project = slurmProject(cluster, { t: `lr: 0.5\ncommand: ${COMMAND}\n${HARVEST}\n${SMALL}` }, { settings });
    await project.sweep('s', 't', '--grid', 'lr=1,2', '--submit');
    const { wait_job: first } = await ask<Answer>(project, ...AS_JOB);
    await project.run(['scancel', first?.job ?? '']);
    const told = await until(async () => {
      const { stderr } = await project.sheaf(['status']);
      return stderr.includes('no longer in the queue') && stderr;
    });
    expect(told).toContain('to submit another: sheaf wait --sweep s --as-job');
    const { wait_job: second, outcome } = await ask<Answer>(project, ...AS_JOB);
    expect(outcome).toBe('submitted');
    await until(async () => (await seeJobs(project)).some(({ job, node }) => job === second?.job && node));
    expect(await ask(project, ...AS_JOB, '--stop')).toEqual({ sweep: 's', stopped: [second?.job] });
    expect(await seeJobs(project)).toEqual([]);
    expect(existsSync(join(project.path, 'go'))).toBe(false);
    await project.run(['touch', 'go']);
    await project.waitFor('s_lr1', 'completed');
  }, 280_000);
});
