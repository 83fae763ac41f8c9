import { describe, expect, test } from 'vitest';
import { recorded } from '../../../../test/support/recorded-jobs.ts';
import { describePending } from './reasons.ts';
import { parseQueue } from './squeue.ts';

const RECORDED = new Map([
  ...['squeue-reasons.txt', 'squeue-reservation-deleted.txt'].flatMap((file) =>
    recorded(file)
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const fields = line.split('\u001f');
        return [fields[0] ?? '', fields.at(-1) ?? ''];
      }),
  ),
  ...['squeue-tasks.txt', 'squeue-launch.txt'].flatMap((file) =>
    parseQueue(recorded(file))
      .filter(({ state }) => state === 'PENDING')
      .map(({ name, reason }): [string, string] => [name, reason]),
  ),
]);

type Row = readonly [name: string, words: string | RegExp, more?: 'stuck' | 'held'];

describe('reasons that Slurm 24.11 gave', () => {
  const rows: readonly Row[] = [
    ['priority', 'waits behind jobs of higher priority (Priority)'],
    ['resources', 'waits for free resources; it is among the next (Resources)'],
    ['dependency', 'waits for another job to end (Dependency)'],
    ['neverstays', 'waits for a job that did not complete (DependencyNeverSatisfied)', 'stuck'],
    ['begin', 'may not start before a set time, as after a requeue (BeginTime)'],
    ['nodefailrequeue', /^may not start before a set time/],
    ['throttled', 'waits because of --max-parallel: others of its array run (JobArrayTaskLimit)'],
    ['held', 'is held; sheaf release lets it go (JobHeldUser)', 'held'],
    ['adminheld', 'is held by an administrator (JobHeldAdmin)', 'held'],
    ['requeuehold', /^was requeued and is held; .*\(job requeued in held state\)$/, 'held'],
    ['launchheld', /^could not be launched on its node and is held; .*\(launch failed requeued held\)$/, 'held'],
    ['reservation', 'waits for its reservation (Reservation)'],
    ['reservation-deleted', /^names a reservation that was deleted \(Reservation \S+ was deleted\)$/, 'stuck'],
    ['reserved-for-other', /^waits for nodes that may be reserved for another job/],
    ['node-drained', /^waits for nodes that are down, drained or reserved for jobs of higher priority/],
    ['partition-time', 'asks for more time than its partition permits (PartitionTimeLimit)', 'stuck'],
    ['part_nodes', 'asks for more nodes than its partition permits (PartitionNodeLimit)', 'stuck'],
    ['part_down', 'waits for its partition, which is down (PartitionDown)'],
    ['part_inactive', 'waits for its partition, which is inactive (PartitionInactive)'],
    ['part_account', 'asks for what its partition does not permit (PartitionConfig)', 'stuck'],
    ['part_qos', /^has an account or a QOS that its partition does not permit \(Job's QOS not permitted/, 'stuck'],
    ['qos-gpus-per-user', 'waits for the limit of GPUs that its QOS sets for you (QOSMaxGRESPerUser)'],
    ['qos-jobs-per-user', 'waits for the limit of jobs that its QOS sets for you (QOSMaxJobsPerUserLimit)'],
    ['qos-wall', 'asks for more time than its QOS permits for one job (QOSMaxWallDurationPerJobLimit)', 'stuck'],
    ['qos-grp-cpu', 'waits for the limit of CPUs that its QOS sets for all (QOSGrpCpuLimit)'],
    ['qos-grp-jobs', 'waits for the limit of jobs that its QOS sets for all (QOSGrpJobsLimit)'],
    ['qos-max-cpu-per-job', 'asks for more CPUs than its QOS permits for one job (QOSMaxCpuPerJobLimit)', 'stuck'],
    ['qos-min-cpu', 'asks for less CPUs than its QOS demands (QOSMinCpuNotSatisfied)', 'stuck'],
    ['assoc-grp-cpu', 'waits for the limit of CPUs that its account sets for all (AssocGrpCpuLimit)'],
    ['assoc-max-gpu-per-job', 'asks for more GPUs than its account permits for one job (AssocMaxGRESPerJob)', 'stuck'],
    [
      'assoc-max-wall',
      'asks for more time than its account permits for one job (AssocMaxWallDurationPerJobLimit)',
      'stuck',
    ],
    ['assoc-max-jobs', 'waits for the limit of jobs that its account sets for you (AssocMaxJobsLimit)'],
  ];

  test.each(rows.map(([name, words, more]) => ({ name, words, more })))('$name', ({ name, words, more }) => {
    const reason = RECORDED.get(name);
    expect(reason).toBeDefined();
    expect(describePending(reason ?? '')).toEqual({
      words: typeof words === 'string' ? words : expect.stringMatching(words),
      stuck: more === 'stuck',
      held: more === 'held',
    });
  });

  test('all that were recorded are known', () => {
    const strange = [...RECORDED.values()].filter((reason) => describePending(reason)?.words === `waits (${reason})`);
    expect(strange).toEqual([]);
  });

  test('a job that the scheduler has not looked at yet has no reason', () => {
    for (const reason of ['None', '', '(null)']) expect(describePending(reason)).toBeUndefined();
  });
});

describe('reasons that are documented, not seen here', () => {
  test.each<[string, 'stuck' | 'waits']>([
    ['BadConstraints', 'stuck'],
    ['InvalidAccount', 'stuck'],
    ['InvalidQOS', 'stuck'],
    ['AccountNotAllowed', 'stuck'],
    ['QOSNotAllowed', 'stuck'],
    ['PartitionConfig', 'stuck'],
    ['ReservationDeleted', 'stuck'],
    ['JobLaunchFailure', 'stuck'],
    ['QOSMaxMemoryPerNode', 'stuck'],
    ['QOSMaxNodePerJobLimit', 'stuck'],
    ['QOSMaxCpuMinutesPerJobLimit', 'stuck'],
    ['AssocMaxCpuPerJobLimit', 'stuck'],
    ['QOSMinGRES', 'stuck'],
    ['QOSMaxNodePerUserLimit', 'waits'],
    ['QOSMaxMemoryPerUser', 'waits'],
    ['QOSMaxGRESPerAccount', 'waits'],
    ['QOSGrpWallLimit', 'waits'],
    ['AssocGrpGRESRunMinutes', 'waits'],
    ['Licenses', 'waits'],
    ['NodeDown', 'waits'],
    ['Prolog', 'waits'],
    ['Cleaning', 'waits'],
  ])('%s', (reason, kind) => {
    const { words = '', ...rest } = describePending(reason) ?? {};
    expect(rest).toEqual({ stuck: kind === 'stuck', held: false });
    expect(words).toMatch(new RegExp(`^[a-z].+ \\(${reason}\\)$`));
    expect(words).not.toBe(`waits (${reason})`);
  });

  test('some have names in them', () => {
    expect(describePending('ReqNodeNotAvail, UnavailableNodes:n3')).toEqual({
      words: 'waits for nodes that are not available (ReqNodeNotAvail, UnavailableNodes:n3)',
      stuck: false,
      held: false,
    });
    const account = "Job's account not permitted to use this partition (debug allows lab_b not lab_a)";
    expect(describePending(account)).toMatchObject({
      stuck: true,
      words: expect.stringMatching(/^has an account or a QOS/),
    });
  });

  test('an unknown reason means that the job waits, and is shown as it is', () => {
    expect(describePending('MoonInWrongPhase')).toEqual({
      words: 'waits (MoonInWrongPhase)',
      stuck: false,
      held: false,
    });
  });
});
