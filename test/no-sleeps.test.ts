import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root: string = join(import.meta.dirname, '..');

/** Files of tests that use a timer, and what for. A wait for something is `until()`, which ends as soon as it is there. */
const TIMERS: Readonly<Record<string, string>> = {
  'src/scheduler/slurm/queue/shared-queue.test.ts': 'nothing may happen in that time',
  'test/crash/campaign.ts': 'kills a command that hangs, and leaves Slurm the time to forget a job',
  'test/crash/random-kills.ts': 'strikes at random moments, after which no command runs for a while',
  'test/crash/sbatch.ts': 'pauses between two looks, also in the soak',
  'test/crash/slurm-site.ts': 'pauses between two looks, also in the soak',
  'test/jobs/pack.test.ts': 'measures what a pack computes in that time',
  'test/launcher.test.ts': 'is part of a program that is run',
  'test/no-sleeps.test.ts': 'has the word',
  'test/scheduler/local-scheduler.test.ts': 'submits at each moment of the end of a supervisor',
  'test/scheduler/slurm-waits.test.ts': 'spreads submissions over time',
  'test/server/actions.test.ts': 'lets other work go on while it looks for the moment to strike',
  'test/support/local-crash.ts': 'strikes at random moments',
  'test/support/mlflow-server.ts': 'pauses between two looks, for longer than a test has',
  'test/support/until.ts': 'pauses between two looks',
};

/** Files that compare times with the clock, and why that fails on no busy machine. */
const CLOCKS: Readonly<Record<string, string>> = {
  'test/architecture.test.ts': 'has the words',
  'test/scheduler/contract.ts': 'asks what was submitted since a moment',
  'test/scheduler/slurm-hostile.test.ts': 'the time that Slurm gives lies between two readings of the same clock',
  'test/scheduler/slurm-waits.test.ts': 'the start that Slurm predicts is minutes away',
};

function filesWith(pattern: RegExp): string[] {
  const files = globSync(['test/**/*.ts', 'src/**/*.test.ts'], { cwd: root });
  return files.filter((path) => pattern.test(readFileSync(join(root, path), 'utf8'))).toSorted();
}

test('no test sleeps for a fixed time to await something: each timer has a reason', () => {
  expect(filesWith(/\bsetTimeout\(|node:timers/)).toEqual(Object.keys(TIMERS).toSorted());
});

test('no test asserts how long something took', () => {
  expect(filesWith(/expect\([^\n]*(?:Date|performance)\.now\(\)|\.now\(\)[^\n]*\)\.to(?!Sorted)/)).toEqual(
    Object.keys(CLOCKS).toSorted(),
  );
});
