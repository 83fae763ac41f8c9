/** Experiments whose nodes fail, drain or are needed by others. */
import { beforeAll, expect, test } from 'vitest';
import { WAITS, GRACE_PASSED, projectOn, seen, statusOf, statuses, ask } from '../support/slurm-faults.ts';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { until } from '../support/until.ts';

describeSlurm('a node', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    // A node that dies is to be given up soon.
    cluster = await disposableCluster({ slurmdTimeout: 10 });
  });

  test('that dies fails its job, or the job goes on elsewhere as the next attempt if it may be requeued', async () => {
    const project = projectOn(cluster);
    await project.submit({ once: WAITS });
    await project.submit({ again: WAITS }, '--template again');
    await seen(project, { once: 'running', again: 'running' });
    expect(ask(cluster, 'squeue -h -a -t R -o %N')).toBe('l40s1\nl40s1');
    await cluster.daemon('slurmd.l40s1').kill9();
    const failed = await seen(project, { once: 'failed/node_fail' });
    expect(failed.of['once']?.note).toBe('its node failed (l40s1)');
    await until(() => ask(cluster, 'squeue -h -a -t R -o %N') === 'l40s2');
    await until(async () => (await project.look()).of['again']?.attempt === 2);
    await seen(project, { again: 'running' });
    project.letGo('again-2');
    const { of } = await seen(project, { again: 'completed', once: 'failed/node_fail' });
    expect(of['again']?.attempt).toBe(2);
    expect(await project.show('again')).toMatch(/^train-1\tfailed\t.*node_fail: its node failed \(l40s1\)$/m);
    expect(await project.show('again')).toMatch(/^train-2\tcompleted\t/m);
    expect((await project.sheaf('logs again')).stdout).toContain('attempt 2');
    await cluster.daemon('slurmd.l40s1').start();
    expect(statuses(await project.look())).toEqual({ again: 'completed', once: 'failed/node_fail' });
  }, 90_000);

  test('that is drained is given as the reason that its jobs wait, and they run when it is back', async () => {
    const project = projectOn(cluster);
    ask(cluster, 'scontrol update nodename=cpu1 state=drain reason=test');
    await project.submit({ waits: 'true' }, '--template once --partition cpu');
    const note = await until(async () => (await project.look()).of['waits']?.note);
    expect(note).toMatch(/^waits for nodes that .*\(.*\)$/);
    ask(cluster, 'scontrol update nodename=cpu1 state=resume');
    await seen(project, { waits: 'completed' });
  }, 90_000);

  test('may run jobs that someone holds, releases, requeues and cancels with the tools of Slurm: sheaf follows', async () => {
    const project = projectOn(cluster);
    await project.submit({ held: 'true' }, undefined, '--hold');
    await project.submit({ moved: WAITS, ended: WAITS }, '--template again');
    const { of } = await seen(project, { held: 'queued', moved: 'running', ended: 'running' });
    const [held, moved, ended] = ['held', 'moved', 'ended'].map((name) => of[name]?.job);
    expect(of['held']?.note).toBe('is held; sheaf release lets it go (JobHeldUser)');
    ask(cluster, `scontrol release ${held}`);
    ask(cluster, `scontrol requeue ${moved}`);
    ask(cluster, `scontrol hold ${moved}`);
    ask(cluster, `scancel ${ended}`);
    const requeued = await seen(project, { held: 'completed', moved: 'queued', ended: 'cancelled' });
    expect(requeued.of['moved']).toMatchObject({ attempt: 2 });
    await until(async () => (await project.look()).of['moved']?.note === 'is held by an administrator (JobHeldAdmin)');
    ask(cluster, `scontrol release ${moved}`);
    await seen(project, { moved: 'running' });
    project.letGo('moved-2');
    await seen(project, { moved: 'completed' });
    expect(await project.show('moved')).toMatch(/^train-1\tfailed\t.*preempted: it was requeued$/m);
  }, 90_000);

  test('may have array tasks that someone cancels with scancel: Slurm keeps no trace of a waiting one, which is lost', async () => {
    const project = projectOn(cluster);
    const sweep = ['--template', 'once', '--name', 's', '--grid', 'seed=1,2,3,4', '--run', WAITS];
    await project.folder.sheaf(['sweep', ...sweep, '--submit', '--max-parallel', '2']);
    const { of } = await seen(project, { s_s1: 'running', s_s2: 'running', s_s3: 'queued', s_s4: 'queued' });
    const task = (name: string) => of[name]?.job ?? '';
    ask(cluster, `scancel ${task('s_s1')} ${task('s_s4')}`);
    const some = await seen(project, { s_s1: 'cancelled', s_s2: 'running', s_s3: 'running', s_s4: 'queued' });
    expect(some.of['s_s4']?.unseen_since).not.toBeNull();
    ask(cluster, `scancel ${task('s_s1').replace(/_.*/, '')}`);
    await seen(project, { s_s1: 'cancelled', s_s2: 'cancelled', s_s3: 'cancelled' });
    const later = await project.look(GRACE_PASSED);
    expect(statusOf(later.of['s_s4'])).toBe('failed/lost');
    expect(later.of['s_s4']?.note).toContain('a task of an array that someone cancels while it waits leaves no trace');
  }, 90_000);

  test('on which a job is preempted fails it, or runs it again if it may be requeued', async () => {
    const project = projectOn(cluster);
    const place = '--partition preempt --gpu-type a100 --num-gpus 1';
    await project.submit({ once: WAITS }, `--template once ${place}`);
    await project.submit({ again: WAITS }, `--template again ${place}`);
    await seen(project, { once: 'running', again: 'running' });
    const high = ['-p', 'a100_public', '--exclusive', '-o', '/dev/null', '--wrap', 'sleep 3'];
    await project.folder.run(['sbatch', ...high]);
    const { of } = await seen(project, { once: 'failed/preempted' });
    expect(of['once']?.note).toBe('a job of higher priority took its place');
    await until(async () => (await project.look()).of['again']?.attempt === 2);
    await seen(project, { again: 'running' });
    project.letGo('again-2');
    await seen(project, { again: 'completed', once: 'failed/preempted' });
    expect(await project.show('again')).toMatch(
      /^train-1\tfailed\t.*preempted: a job of higher priority took its place$/m,
    );
  }, 90_000);
});
