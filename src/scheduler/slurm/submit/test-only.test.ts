import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { recordedTrials } from '../../../../test/support/recorded-jobs.ts';
import { nowMs, type CommandResult } from '../../../system/index.ts';
import type { TrialRequest } from '../../scheduler.ts';
import { openCache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { parseTestOnly, testOnlyArguments, predictStart } from './test-only.ts';

function result(rest: Partial<CommandResult>): CommandResult {
  return { argv: ['sbatch'], timedOut: false, stdout: '', stderr: '', durationMs: 1, ...rest };
}

const request: TrialRequest = { partition: 'gpu', nodes: 1, gpusPerNode: 2, cpusPerNode: 8, features: [] };

describe('what sbatch --test-only says', () => {
  const recorded = new Map(recordedTrials().map((each) => [each.why, each]));
  const trial = (why: string) => parseTestOnly(result(recorded.get(why) ?? {}));

  test('when it would start', () => {
    expect(trial('it would start behind others')).toEqual({ kind: 'starts', startMs: 1_795_721_892_000 });
  });
  test.each([
    ['24.11', 'sbatch: Job 12 to start at 2026-11-25T10:00:00 using 4 processors on nodes n[1-2] in partition gpu'],
    ['an older one', 'sbatch: Job 12 to start at 2026-11-25T10:00:00 using 4 processors on n1'],
    [
      'a federation',
      'sbatch: Job 12 to start at 2026-11-25T10:00:00 on cluster c using 4 processors on nodes n1 in partition gpu',
    ],
    [
      '25.05 and later (Stanford FarmShare, 26.05)',
      'sbatch: Job 12 to start at 2026-11-25T10:00:00 a using 8 processors on nodes oat-05 in partition gpu',
    ],
    [
      'a federation of 25.05',
      'sbatch: Job 12 to start at 2026-11-25T10:00:00 on cluster c a using 8 processors on nodes n1 in partition gpu',
    ],
    [
      'a site that has advice before the answer (DRAC Nibi)',
      'sbatch: NOTE: Your memory allocation 480000 may be wasteful;\nsbatch: NOTE: consider reducing to 64G per task.\nsbatch: Job 12 to start at 2026-11-25T10:00:00 using 1 processors on nodes g4 in partition gpubase_bygpu_b1',
    ],
  ])('in the words of %s, as local time', (_which, stderr) => {
    const startMs = new Date(2026, 10, 25, 10).getTime();
    expect(parseTestOnly(result({ exitCode: 0, stderr: `${stderr}\n` }))).toEqual({ kind: 'starts', startMs });
  });
  test('a century ahead is no answer: a job before it can never start', () => {
    expect(trial('it would start now')).toEqual({ kind: 'failed', said: 'it names no time within a year' });
  });
  test.each([
    ['more GPUs than a node has', 'Requested node configuration is not available'],
    ['GPUs in a partition without GPUs', 'Requested node configuration is not available'],
    ['an unknown partition', 'invalid partition specified: nope; Invalid partition name specified'],
    ['an unknown account', 'Invalid account or account/partition combination specified'],
    ['an unknown QOS', 'Invalid qos specification'],
    ['an unknown GRES', 'Invalid generic resource (gres) specification'],
    ['an unknown feature', 'Invalid feature specification'],
  ])('%s is refused', (why, said) => {
    expect(trial(why)).toEqual({ kind: 'refused', said });
  });
  test.each([
    [
      'on two lines (Stanford FarmShare, 26.05)',
      { stderr: 'sbatch: error: QOSMaxGRESPerUser\nallocation failure: Job violates accounting/QOS policy\n' },
      'QOSMaxGRESPerUser; Job violates accounting/QOS policy',
    ],
    [
      'before words that say nothing (CU Boulder Alpine)',
      {
        stderr:
          'sbatch: error: Error: A Quality of Service (QoS) has not been provided, specifying a QoS is now required.\nsbatch: error: Batch job submission failed: Unspecified error\n',
      },
      'Error: A Quality of Service (QoS) has not been provided, specifying a QoS is now required.',
    ],
    [
      'on stdout (TACC Vista)',
      { stdout: '--> Submission error: please define total node count with the "-N" option\n' },
      'Submission error: please define total node count with the "-N" option',
    ],
    [
      'on stdout behind a banner (TACC)',
      {
        stdout:
          '\n-----------\n   Welcome to the Lonestar6 Supercomputer\n-----------\n\nNo reservation for this job\n--> Verifying valid jobname...OK\n--> Verifying access to desired queue (gpu)...FAILED\n    Your account may not use this queue.\n',
      },
      'Verifying access to desired queue (gpu)...FAILED; Your account may not use this queue.',
    ],
  ])('the reason of the site is shown in full: %s', (_which, output, said) => {
    expect(parseTestOnly(result({ exitCode: 1, ...output }))).toEqual({ kind: 'refused', said });
  });
  test.each([
    'sbatch: error: QOSMaxSubmitJobPerUserLimit',
    'allocation failure: MaxJobCount limit reached',
    'allocation failure: Rate limit exceeded, please retry momentarily',
    'allocation failure: System submissions disabled',
  ])('that no more jobs may be submitted now refuses no job: %s', (stderr) => {
    expect(parseTestOnly(result({ exitCode: 1, stderr: `${stderr}\n` })).kind).toBe('failed');
  });
  test('a controller that does not answer has not refused', () => {
    const stderr = 'allocation failure: Unable to contact slurm controller (connect failure)\n';
    expect(parseTestOnly(result({ exitCode: 1, stderr })).kind).toBe('failed');
    expect(parseTestOnly(result({ timedOut: true })).kind).toBe('failed');
    expect(parseTestOnly(result({ notStarted: 'ENOENT' })).kind).toBe('failed');
  });
});

test('all that a job would ask for is asked, and no more', () => {
  expect(testOnlyArguments(request).join(' ')).toBe(
    'sbatch --test-only --partition=gpu --nodes=1 --ntasks-per-node=1 --cpus-per-task=8 --gres=gpu:2 --wrap=:',
  );
  const full = {
    ...request,
    gpuType: 'a100',
    account: 'lab',
    qos: 'long',
    reservation: 'course',
    memoryMib: 64_000,
    timeLimitS: 5401,
    features: ['ib', 'big'],
  };
  expect(testOnlyArguments(full).join(' ')).toContain(
    '--gres=gpu:a100:2 --account=lab --qos=long --reservation=course --mem=64000M --time=91 --constraint=ib&big',
  );
  expect(testOnlyArguments({ ...request, gpusPerNode: 0 }).join(' ')).not.toContain('gres');
});

test('the same is not asked again within a minute and a half', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  let calls = 0;
  const stderr = `sbatch: Job 1 to start at ${Math.floor(nowMs() / 1000)} using 1 processors on n1\n`;
  const commands = {
    tell: async () => {
      calls += 1;
      return result({ exitCode: 0, stderr });
    },
  } as unknown as SlurmCommands;
  const cache = openCache(folder);
  for (const gpusPerNode of [1, 2, 1, 2]) await predictStart(commands, cache, { ...request, gpusPerNode });
  expect(calls).toBe(2);
  const kept = cache.read<readonly { readonly atMs: number }[]>('trials', Infinity) ?? [];
  const beforeClockWasSetBack = kept.map((each) => ({ ...each, atMs: nowMs() + 3_600_000 }));
  cache.write('trials', beforeClockWasSetBack);
  await predictStart(commands, cache, { ...request, gpusPerNode: 1 });
  expect(calls).toBe(3);
});
