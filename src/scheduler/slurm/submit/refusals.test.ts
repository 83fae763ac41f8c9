import { describe, expect, test } from 'vitest';
import { recordedRefusals } from '../../../../test/support/recorded-jobs.ts';
import type { CommandResult } from '../../../system/index.ts';
import { classifyChange, classifyRefusal, parsePrintedJob } from './refusals.ts';

const RECORDED = new Map(recordedRefusals().map((each) => [each.why, each]));

function result(rest: Partial<CommandResult>): CommandResult {
  return { argv: ['sbatch'], timedOut: false, stdout: '', stderr: '', durationMs: 1, ...rest };
}

function judged(why: string): ReturnType<typeof classifyRefusal> {
  const found = RECORDED.get(why);
  if (found === undefined) throw new Error(`not recorded: ${why}`);
  return classifyRefusal(result(found));
}

describe('calls of sbatch that Slurm 24.11 refused', () => {
  const fixes: readonly (readonly [why: string, fix: RegExp | undefined])[] = [
    ['an unknown account', /your accounts/],
    ['an unknown partition', /lists the partitions/],
    ['an unknown partition in a list', /lists the partitions/],
    ['an unknown QOS', /your QOS/],
    ['more GPUs than a node has', /no node of that partition/],
    ['GPUs of an unknown type', /no node of that partition/],
    ['GPUs in a partition without GPUs', /no node of that partition/],
    ['more CPUs than a node has', /no node of that partition/],
    ['more memory than a node has', /no node of that partition/],
    ['more nodes than there are', /no node of that partition/],
    ['a node that is not in the partition', /no node of that partition/],
    ['an unknown GRES', /no such GRES/],
    ['an unknown feature', /constraint/],
    ['an unknown node', /not there/],
    ['an unknown excluded node', /change exclude/],
    ['an unknown licence', undefined],
    ['an unknown reservation', /change reservation/],
    ['a QOS that denies what is over its limit of GPUs', /larger than its account or QOS permits/],
    ['a QOS that denies what is over its limit of time', /larger than its account or QOS permits/],
    ['more time than the partition permits', /time_limit/],
    ['a partition that does not permit the account', /your accounts/],
    ['a partition that does not permit the QOS', /your QOS/],
    ['a partition that takes no jobs', /lists the others/],
    ['more nodes than the partition permits', /num_nodes/],
    ['an index of an array that is too high', /fewer tasks/],
    ['an invalid array', /fewer tasks/],
    ['a dependency on an unknown job', /sheaf status/],
    ['an invalid dependency', /sheaf status/],
    ['a script that is too long', undefined],
    ['a name that is too long', undefined],
    ['a comment that is too long', undefined],
    ['an empty script', undefined],
    ['a script of spaces', undefined],
    ['a script without #!', undefined],
    ['a script with DOS line breaks', undefined],
    ['a script with a NUL', undefined],
    ['a script that is not there', undefined],
    ['an invalid time', /cannot read that value/],
    ['a directive with an invalid time', /cannot read that value/],
    ['invalid memory', /cannot read that value/],
    ['an unknown option', /does not know that option/],
    ['an unknown directive', /does not know that option/],
  ];

  test.each(fixes)('%s', (why, fix) => {
    expect(judged(why)).toEqual({ kind: 'refused', ...(fix && { fix: expect.stringMatching(fix) }) });
  });

  const unreachable: readonly string[] = ['a controller that is down', 'no munge'];

  test.each(unreachable)('%s: no answer of the cluster', (why) => {
    const fix: unknown = expect.stringMatching(/cannot be reached; nothing was sent/);
    expect(judged(why)).toEqual({ kind: 'refused', fix, unreachable: true });
  });

  const full: readonly string[] = [
    'one job more than a QOS permits to a user',
    'an array that is larger than a QOS permits',
    'one job more than a QOS permits to all',
    'one job more than an account permits to a user',
    'one job more than an account permits to all',
    'a queue that is full',
  ];

  test.each(full)('%s: later there may be room', (why) => {
    expect(judged(why)).toEqual({ kind: 'full' });
  });

  const hung = 'a controller that hangs';

  test(`${hung} may have taken the job`, () => {
    expect(judged(hung)).toEqual({ kind: 'doubtful' });
  });

  test('all that were recorded are judged here', () => {
    expect([...RECORDED.keys()].toSorted()).toEqual(
      [...fixes.map(([why]) => why), ...unreachable, ...full, hung].toSorted(),
    );
  });
});

describe('whether a job may exist', () => {
  test('a call that did not end by itself is doubtful', () => {
    expect(classifyRefusal(result({ timedOut: true, signal: 'SIGKILL' }))).toEqual({ kind: 'doubtful' });
    expect(classifyRefusal(result({ signal: 'SIGTERM' }))).toEqual({ kind: 'doubtful' });
    expect(classifyRefusal(result({ stderr: 'sbatch: error: Invalid qos specification', signal: 'SIGKILL' }))).toEqual({
      kind: 'doubtful',
    });
  });

  test('a call that went well without an id is doubtful, and one that failed without words too', () => {
    expect(classifyRefusal(result({ exitCode: 0, stdout: 'thank you' }))).toEqual({ kind: 'doubtful' });
    expect(classifyRefusal(result({ exitCode: 1 }))).toEqual({ kind: 'doubtful' });
    expect(classifyRefusal(result({ exitCode: 255, stderr: 'client_loop: send disconnect: Broken pipe' }))).toEqual({
      kind: 'doubtful',
    });
  });

  test('without sbatch there is no job', () => {
    expect(classifyRefusal(result({ notStarted: 'ENOENT' }))).toMatchObject({ kind: 'refused' });
  });

  test.each([
    'Batch job submission failed: Zero Bytes were transmitted or received',
    'Batch job submission failed: Unexpected message received',
    'Batch job submission failed: Unable to contact slurm controller (send failure)',
    'Batch job submission failed: Unable to contact slurm controller (receive failure)',
    'Batch job submission failed: Unable to contact slurm controller (shutdown failure)',
    'Batch job submission failed: Slurm backup controller in standby mode',
  ])('%s: doubtful; documented, not seen here', (words) => {
    expect(classifyRefusal(result({ exitCode: 1, stderr: `sbatch: error: ${words}` }))).toEqual({ kind: 'doubtful' });
  });

  test.each([
    ['a filter of the site', { stderr: 'sbatch: error: lua: Requesting memory by node is not supported' }],
    ['NYU Torch', { stderr: "sbatch: error: *** Error partition 'cpu_short' is not valid for this job" }],
    ['TACC Vista, on stdout', { stdout: '--> Submission error: all jobs must have a queue name specified with "-p"' }],
    [
      'TACC, on stdout behind a banner',
      { stdout: '-----\n Welcome\n-----\n--> Checking available allocation...FAILED' },
    ],
  ])('the words of %s are a refusal', (_site, output) => {
    expect(classifyRefusal(result({ exitCode: 1, ...output }))).toMatchObject({ kind: 'refused' });
  });

  /** TACC Vista and CU Boulder Alpine. */
  test.each([
    ['please define total node count with the "-N" option', /num_nodes=1/],
    ['all jobs must have a queue name specified with "-p"', /partition=/],
    ['all jobs must have a maximum runlimit defined with "-t"', /time_limit=/],
    ['A Quality of Service (QoS) has not been provided, specifying a QoS is now required.', /qos=/],
  ])('the request of a site filter is reported as a resource: %s', (words, fix) => {
    expect(classifyRefusal(result({ exitCode: 1, stdout: `--> Submission error: ${words}\n` }))).toEqual({
      kind: 'refused',
      fix: expect.stringMatching(fix) as string,
    });
  });

  test.each([
    ['26.05', 'sbatch: error: Batch job submission failed: MaxJobCount limit reached'],
    ['20.11 to 25.11', 'sbatch: error: Batch job submission failed: Unable to create job record, try again'],
    ['all, while it waits', 'sbatch: error: Slurm job queue full, sleeping and retrying'],
    [
      '23.02 and later, with a rate limit',
      'sbatch: error: Batch job submission failed: Rate limit exceeded, please retry momentarily',
    ],
    ['25.05 and later', 'sbatch: error: Batch job submission failed: System submissions disabled'],
  ])('a queue that takes no more jobs for now is full, in the words of %s', (_version, stderr) => {
    expect(classifyRefusal(result({ exitCode: 1, stderr }))).toEqual({ kind: 'full' });
  });
});

describe('the outcome of a change; messages of Slurm 24.11', () => {
  const change = (stderr: string, rest: Partial<CommandResult> = {}): ReturnType<typeof classifyChange> =>
    classifyChange(result({ argv: ['scontrol', 'hold'], exitCode: 1, stderr, ...rest }));

  test.each([
    ['tasks that have ended since', 'Job has already finished for job 2619\nslurm_suspend error: No error\n'],
    ['a task that ended, and two that were held', '2681_0: Job has already finished\n2681_1-2: No error\n'],
    ['a job that is no more', 'Invalid job id specified for job 999999\n'],
    ['all ended', 'Job has already finished for job 2619\nslurm_suspend error: Job has already finished\n'],
    ['a requeue of what waits already', 'Job is pending execution for job 2618\n'],
  ])('%s: it is as it was to be', (_, stderr) => {
    expect(change(stderr)).toEqual({ kind: 'done' });
  });

  test('one that needed nothing does not hide that another one was refused', () => {
    expect(
      change('2617_0-1: Invalid user id\nJob has already finished for job 2619\nslurm_suspend error: No error\n'),
    ).toEqual({ kind: 'refused', said: '2617_0-1: Invalid user id', some: true });
    const stderr = 'Job is pending execution for job 2618\nRequested operation is presently disabled for job 2620\n';
    expect(change(stderr)).toEqual({
      kind: 'refused',
      said: 'Requested operation is presently disabled for job 2620',
      some: true,
    });
    const denied = 'scancel: error: Kill job error on job id 2617: Access/permission denied';
    expect(change(`${denied}\n`, { exitCode: 210 })).toEqual({ kind: 'refused', said: denied, some: false });
  });

  test('a few of many refusals are shown', () => {
    const stderr = Array.from({ length: 9 }, (_, i) => `Invalid user id for job ${i}`).join('\n');
    const judged = change(stderr);
    expect(judged.kind === 'refused' && judged.said.split('\n')).toHaveLength(6);
    expect(judged).toMatchObject({ said: expect.stringContaining('(and 4 lines more)') as string });
  });

  test('a controller that does not answer is no refusal', () => {
    const said = 'slurm_suspend error: Unable to contact slurm controller (connect failure)';
    expect(change(`${said}\n`)).toEqual({ kind: 'unreachable', said });
    expect(change('', { timedOut: true })).toMatchObject({ kind: 'unreachable' });
    expect(change('', { exitCode: 0 })).toEqual({ kind: 'done' });
    expect(change('')).toMatchObject({ kind: 'refused' });
  });
});

describe('the id of a job that was taken', () => {
  const job = { kind: 'job', id: '86' };

  test('is what --parsable prints, with the name of a cluster too', () => {
    expect(parsePrintedJob('86\n', 'lab')).toEqual(job);
    expect(parsePrintedJob('86;lab\n', 'lab')).toEqual(job);
    expect(parsePrintedJob('86;Lab\n', 'lab')).toEqual(job);
  });

  test('is in the sentence that is printed without it', () => {
    expect(parsePrintedJob('Submitted batch job 86\n', 'lab')).toEqual(job);
    expect(parsePrintedJob('Submitted batch job 86 on cluster lab\n', 'lab')).toEqual(job);
  });

  test('is no job of ours when another cluster took it', () => {
    expect(parsePrintedJob('86;other\n', 'lab')).toEqual({ kind: 'elsewhere', line: '86;other' });
    expect(parsePrintedJob('Submitted batch job 86 on cluster other\n', 'lab')).toMatchObject({ kind: 'elsewhere' });
  });

  test.each([
    [
      'TACC Frontera, with --parsable',
      '-----\n  Welcome\n-----\n\nNo reservation for this job\n--> Verifying valid submit host (login3)...OK\n--> Checking available allocation (EAR21042)...OK\n86\n\n',
    ],
    [
      'TACC Lonestar6',
      '--> Verifying that quota for filesystem /home1/user1 is at 63.09% allocated...OK\nSubmitted batch job 86\n',
    ],
    ['LONI qbd', 'sbatch: 4252226.7 SUs available in <account>\nsbatch: lua: Submitted job 732234\n86\n'],
  ])('is found behind what %s prints', (_site, stdout) => {
    expect(parsePrintedJob(stdout, 'lab')).toEqual(job);
  });

  test('is found among what a wrapper of the site prints; documented, not seen here', () => {
    expect(parsePrintedJob('Welcome!\nYou have 12 core hours left\n\n86\n', 'lab')).toEqual(job);
    expect(parsePrintedJob('86\nThank you.\n', 'lab')).toEqual(job);
  });

  test('is nowhere else', () => {
    expect(parsePrintedJob('', 'lab')).toEqual({ kind: 'none' });
    expect(parsePrintedJob('error 12\n', 'lab')).toEqual({ kind: 'none' });
  });
});
