/** Experiments while the controller of a real cluster fails. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import {
  WAITS,
  LONG_GRACE_PASSED,
  projectOn,
  seen,
  statusOf,
  statuses,
  idsOf,
  ask,
  recorded,
  submitOther,
  askedInVain,
} from '../support/slurm-faults.ts';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { until } from '../support/until.ts';

describeSlurm('a controller', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    // Without munge the nodes do not answer either: commands that wait for an answer take longer than nodes are given by default.
    cluster = await disposableCluster({ slurmdTimeout: 120 });
  });

  afterEach(async () => {
    cluster.daemon('slurmctld').resume();
    await cluster.daemon('munged').start();
    await cluster.daemon('slurmctld').start();
  });

  test('that is down changes nothing that was known, and reports what ended when it is back', async () => {
    const project = projectOn(cluster);
    await project.submit({ good: WAITS, bad: `${WAITS}; exit 3`, long: WAITS });
    await project.submit({ held: 'true' }, undefined, '--hold');
    await project.sheaf('new --exp-id late --template once');
    const before = await seen(project, { good: 'running', bad: 'running', long: 'running', held: 'queued' });
    await cluster.daemon('slurmctld').stop();
    project.letGo('good-1');
    project.letGo('bad-1');
    await recorded(project, 'ended', 'good', 'bad');

    const [during, refused] = await Promise.all([askedInVain(project), project.sheaf('submit late')]);
    expect(statuses(during)).toEqual(statuses(before));
    expect(during.exitCode).toBe(0);
    expect(during.warnings).toContain('the scheduler could not be asked, so that this is what was known before');
    expect(during.warnings).toContain('Unable to contact slurm controller');
    expect(during.seconds).toBeLessThan(25);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('the cluster cannot be reached; nothing was sent');

    await cluster.daemon('slurmctld').start();
    const after = { good: 'completed', bad: 'failed/exit_code', long: 'running', held: 'queued', late: 'created' };
    const { of } = await seen(project, after);
    expect(of['bad']).toMatchObject({ exit_code: 3, note: 'exit code 3' });
    await project.sheaf('submit late');
    await seen(project, { late: 'completed' });
    await project.sheaf('cancel long held --yes');
    await seen(project, { long: 'cancelled', held: 'cancelled' });
  }, 90_000);

  test('that hangs leaves a submission in doubt, which is looked up later and runs once', async () => {
    const project = projectOn(cluster);
    await project.submit({ long: WAITS });
    await seen(project, { long: 'running' });
    await project.sheaf('new --exp-id doubtful --template once');
    cluster.daemon('slurmctld').pause();
    const [during, submitted] = await Promise.all([askedInVain(project), project.sheaf('submit doubtful')]);
    expect(statusOf(during.of['long'])).toBe('running');
    expect(submitted.exitCode).toBe(1);
    expect(submitted.stderr).toContain('it is not known whether the scheduler took it');
    expect(submitted.stderr).toContain('nothing will be submitted twice');
    cluster.daemon('slurmctld').resume();
    const { of } = await seen(project, { long: 'running', doubtful: 'completed' });
    expect(of['doubtful']?.attempt).toBe(1);
    const jobs = (): string[] => {
      const all = ask(cluster, 'squeue -h -a -t all -o %j|%T').split('\n');
      return all.filter((row) => row.startsWith('doubtful-'));
    };
    // The job itself ends a moment after the record of its program.
    await until(() => jobs().every((row) => row.endsWith('|COMPLETED')));
    expect(jobs()).toHaveLength(1);
    await project.sheaf('cancel long --yes');
  }, 90_000);

  test('that crashes forgets jobs: they are lost after a while, no job with the same id is taken for them, and they run again', async () => {
    const project = projectOn(cluster);
    ask(cluster, 'scontrol update nodename=cpu1 state=drain reason=test');
    const program = `echo >>ran-$SHEAF_EXP_ID; ${WAITS}`;
    for (const [name, partition] of [
      ['waits', 'cpu'],
      ['runs', 'a100_public'],
    ] as const) {
      const words = ['--exp-id', name, '--template', 'once', '--partition', partition, '--run', program];
      await project.folder.sheaf(['new', ...words]);
    }
    await project.submit({ kept: WAITS });
    const began = Date.now();
    const saved = join(cluster.dir, 'state/job_state');
    // It saves its state every 5 s. It forgets what it accepts after this, even if it saved in between.
    await until(() => existsSync(saved) && statSync(saved).mtimeMs > began);
    const lastSaved = readFileSync(saved);
    await project.sheaf('submit waits runs');
    await recorded(project, 'started', 'runs');
    await cluster.daemon('slurmctld').kill9();
    writeFileSync(saved, lastSaved);
    await cluster.daemon('slurmctld').start();

    const others = [await submitOther(project), await submitOther(project), await submitOther(project)];
    const soon = await project.look();
    const forgotten = [soon.of['waits']?.job, soon.of['runs']?.job];
    expect(others).toEqual(expect.arrayContaining(forgotten));
    expect(soon.of['waits']?.unseen_since).not.toBeNull();
    expect(soon.of['runs']?.unseen_since).not.toBeNull();
    expect(statuses(soon)).toEqual({ waits: 'queued', runs: 'running', kept: 'running' });

    const later = await seen(project, { waits: 'failed/lost', runs: 'failed/lost' }, LONG_GRACE_PASSED);
    expect(later.of['waits']?.note).toContain('a controller that crashes forgets what it took in its last seconds');
    // That the node is drained may be among what it forgot: then there is nothing to resume.
    spawnSync('scontrol', ['update', 'nodename=cpu1', 'state=resume'], { env: cluster.env });
    const again = await project.sheaf('retry waits runs', LONG_GRACE_PASSED);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('attempt 2') as string });
    for (const name of ['waits-2', 'runs-2', 'kept-1']) project.letGo(name);
    await seen(project, { waits: 'completed', runs: 'completed', kept: 'completed' }, LONG_GRACE_PASSED);
    const timesRun = (name: string) => readFileSync(join(project.folder.path, `ran-${name}`), 'utf8').length;
    expect([timesRun('waits'), timesRun('runs')]).toEqual([1, 2]);
    expect(ask(cluster, 'squeue -h -a -n other -o %T')).toBe('PENDING\nPENDING\nPENDING');
    ask(cluster, `scancel ${others.join(' ')}`);
  }, 90_000);

  test('that cannot be reached without munge is reported, and nothing changes', async () => {
    const project = projectOn(cluster);
    await project.submit({ runs: WAITS });
    await project.sheaf('new --exp-id other --template once');
    await seen(project, { runs: 'running' });
    await cluster.daemon('munged').stop();
    const during = await askedInVain(project);
    expect(during.warnings).toContain('Protocol authentication error');
    expect(statuses(during)).toEqual({ runs: 'running', other: 'created' });
    const refused = await project.sheaf('submit other');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('the cluster cannot be reached; nothing was sent');
    const cancelled = await project.sheaf('cancel runs --yes');
    expect(cancelled.exitCode).toBe(1);
    expect(cancelled.stderr).toContain('the cluster does not answer');
    expect(cancelled.stderr).toContain('the jobs continue');
    await cluster.daemon('munged').start();
    project.letGo('runs-1');
    await seen(project, { runs: 'completed', other: 'created' });
  }, 180_000);

  test('whose SLURM_CONF is missing is reported before Slurm is asked', async () => {
    const project = projectOn(cluster);
    await project.submit({ runs: WAITS });
    await project.sheaf('new --exp-id other --template once');
    await seen(project, { runs: 'running' });
    const nowhere = { SLURM_CONF: '/nowhere/slurm.conf' };
    const status = await project.sheaf('status', nowhere);
    expect(status).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^runs\ttrain\trunning/m) as string,
      stderr: expect.stringContaining('SLURM_CONF=/nowhere/slurm.conf: there is no such file') as string,
    });
    for (const line of ['submit other', 'cancel runs --yes', 'retry runs']) {
      const { exitCode, stderr } = await project.sheaf(line, nowhere);
      expect({ line, exitCode }).toEqual({ line, exitCode: 1 });
      expect(stderr).toContain('SLURM_CONF=/nowhere/slurm.conf: there is no such file');
      expect(stderr).toContain('Nothing was changed.');
    }
    project.letGo('runs-1');
    await seen(project, { runs: 'completed', other: 'created' });
  }, 90_000);

  test('that was set up again gives old ids to new jobs, which are neither taken for the old ones nor cancelled with them', async () => {
    const cluster = await disposableCluster();
    const controller = cluster.daemon('slurmctld');
    const nodes = [cluster.daemon('slurmd.l40s1'), cluster.daemon('slurmd.l40s2')];
    const old = projectOn(cluster);
    await old.submit({ done: 'true' });
    await old.submit({ waits: 'true', unwanted: 'true' }, undefined, '--hold');
    await seen(old, { done: 'completed', waits: 'queued', unwanted: 'queued' });
    await Promise.all([controller, ...nodes].map(async (daemon) => await daemon.stop()));
    await cluster.forgetState();
    await controller.start();
    await Promise.all(nodes.map(async (node) => await node.start()));
    const fresh = projectOn(cluster);
    await fresh.submit({ done: WAITS, waits: WAITS, unwanted: WAITS });

    expect((await old.sheaf('cancel unwanted --yes')).exitCode).toBe(0);
    const after = await seen(old, { done: 'completed', waits: 'cancelled', unwanted: 'cancelled' });
    const all = await seen(fresh, { done: 'running', waits: 'running', unwanted: 'running' });
    expect(idsOf(after)).toEqual({ done: '1', waits: '2', unwanted: '3' });
    expect(idsOf(all)).toEqual(idsOf(after));
    for (const name of ['done-1', 'waits-1', 'unwanted-1']) fresh.letGo(name);
    await seen(fresh, { done: 'completed', waits: 'completed', unwanted: 'completed' });
    expect(statuses(await old.look())).toEqual(statuses(after));
  }, 90_000);
});
