/** Experiments while accounting is unavailable, late or missing. */
import { expect, test } from 'vitest';
import {
  WAITS,
  GRACE_PASSED,
  projectOn,
  seen,
  statusOf,
  statuses,
  ask,
  recorded,
  type Project,
} from '../support/slurm-faults.ts';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { until } from '../support/until.ts';

describeSlurm('jobs that end and leave the queue', () => {
  /** All kinds of ends; no command runs before the last of them has left the queue. */
  async function endAll(cluster: Cluster): Promise<Project> {
    const project = projectOn(cluster);
    await project.submit({ limited: 'sleep 300' }, '--template once --time-limit 00:01:00');
    await project.submit({ killed: WAITS, cancelled: WAITS });
    await project.submit({ held: 'true', vanished: 'true' }, undefined, '--hold');
    await recorded(project, 'started', 'limited', 'killed', 'cancelled');
    const { of } = await project.look();
    expect(await project.sheaf('cancel cancelled held --yes')).toMatchObject({ exitCode: 0 });
    ask(cluster, `scancel ${of['killed']?.job} ${of['vanished']?.job}`);
    await project.submit({ good: 'true', bad: 'exit 3' });
    const hog = 'python3 -c "import time; x = bytearray(200 * 2**20); time.sleep(20)"; exit $?';
    await project.submit({ hungry: hog }, '--template once --mem 50M');
    await recorded(project, 'ended', 'limited', 'good', 'bad');
    await until(() => ask(cluster, 'squeue -h -a -t all') === '');
    return project;
  }

  test('sheaf learns every end that can be known without accounting, and the others when accounting is back', async () => {
    const [none, away] = await Promise.all([
      disposableCluster({ accounting: false, minJobAge: 2 }),
      disposableCluster({ minJobAge: 2 }),
    ]);
    await away.daemon('slurmdbd').stop();
    const [withNone, withAway] = await Promise.all([endAll(none), endAll(away)]);

    const known = {
      good: 'completed',
      bad: 'failed/exit_code',
      cancelled: 'cancelled',
      held: 'cancelled',
      hungry: 'failed/host_oom',
      limited: 'failed/timeout',
    };
    await withNone.look();
    const ofNone = await withNone.look(GRACE_PASSED);
    expect(statuses(ofNone)).toEqual({ ...known, killed: 'failed/exit_code', vanished: 'failed/lost' });
    expect(ofNone.of['killed']?.exit_code).toBe(143);
    expect(ofNone.of['hungry']?.note).toMatch(/^it used 0\.\d+ GiB of memory, and had asked for 0\.049 GiB$/);
    expect(ofNone.of['vanished']?.note).toMatch(/^last seen pending .*; the queue does not know it, and it left no/);
    expect(ofNone.warnings).toBe('');

    await withAway.look();
    const later = await withAway.look(GRACE_PASSED);
    expect(later.warnings).toContain('accounting could not be asked, so that some ends are not known yet');
    const unknown = { hungry: 'running', limited: 'running', killed: 'running', vanished: 'queued' };
    expect(statuses(later)).toEqual({ ...known, ...unknown });
    expect(later.of['limited']?.unseen_since).not.toBeNull();
    await away.daemon('slurmdbd').start();
    await seen(withAway, { ...known, killed: 'cancelled', vanished: 'cancelled' });

    await away.daemon('mariadbd').stop();
    await withAway.submit({ late: WAITS });
    await recorded(withAway, 'started', 'late');
    ask(away, `scancel ${(await withAway.look()).of['late']?.job}`);
    await until(() => ask(away, 'squeue -h -a -t all') === '');
    const withoutDatabase = await withAway.look();
    expect(withoutDatabase.warnings).toContain('accounting could not be asked');
    expect(statusOf(withoutDatabase.of['late'])).toBe('running');
    await away.daemon('mariadbd').start();
    await seen(withAway, { late: 'cancelled' });
  }, 240_000);
});
