import { describe, expect, test } from 'vitest';
import { recorded } from '../../../../test/support/recorded-jobs.ts';
import { noCache, recordedSlurm } from '../../../../test/support/recorded-slurm.ts';
import { parseWaits, askRecentWaits } from './waits.ts';

const { waits, onlyOwn } = parseWaits(recorded('sacct-waits.txt'), 'sheaf1');
/** When the first of them was submitted. */
const START_MS = 1_795_627_692_000;

/** Seconds of each that has these. */
function lengths(match: object): (number | undefined)[] {
  return waits
    .filter((each) => Object.entries(match).every(([key, value]) => Reflect.get(each, key) === value))
    .map(({ eligibleMs, startMs }) => (startMs === undefined ? undefined : (startMs - eligibleMs) / 1000));
}

describe('what sacct says of how long jobs waited', () => {
  test('one that waited for GPUs, behind one that did not', () => {
    expect(waits.slice(0, 2)).toEqual([
      {
        eligibleMs: START_MS,
        startMs: START_MS,
        partition: 'h200_tandon',
        gpus: 2,
        timeLimitS: 300,
        account: 'lab_a',
        submission: expect.any(String),
      },
      expect.objectContaining({ startMs: START_MS + 8_000, gpus: 1, timeLimitS: 1800 }),
    ]);
  });

  test('a limit of days, and none', () => {
    expect(waits.find(({ partition }) => partition === 'a100_public')?.timeLimitS).toBe(26 * 3600);
    expect(waits.filter(({ timeLimitS }) => timeLimitS === undefined)).toHaveLength(1);
  });

  test('what a job waited for another, while it was held and until it was to begin is no wait', () => {
    const afterwards = waits.filter(({ eligibleMs }) => eligibleMs > START_MS && eligibleMs < START_MS + 15_000);
    // The dependency, the held one, the one to begin later, and the second run of the requeued one.
    expect(afterwards.map(({ eligibleMs, startMs = 0 }) => startMs - eligibleMs)).toEqual([0, 0, 0, 0]);
  });

  test('what waited for a limit of its own, or for the throttle of its array, is left out', () => {
    // Of five with a limit of four the fifth waited 9 s; of four tasks with a throttle of two, two waited.
    expect(lengths({ partition: 'cpu' }).filter((seconds) => seconds === 9)).toEqual([]);
    expect(waits.filter(({ submission = '' }) => submission.startsWith('26 '))).toHaveLength(2);
  });

  test('one that was cancelled before it started is left out; those that wait still have no start', () => {
    expect(lengths({ partition: 'h200_tandon' })).toEqual([0, 8, 0]);
    expect(lengths({ partition: 'a100_public' })).toEqual([0, undefined]);
  });

  test('equal jobs of one second, and tasks of an array, are one submission', () => {
    const loop = waits.filter(({ timeLimitS }) => timeLimitS === 3600);
    expect(loop).toHaveLength(2);
    expect(new Set(loop.map(({ submission }) => submission)).size).toBe(1);
  });

  test('whether jobs of others are seen', () => {
    expect(onlyOwn).toBe(false);
    const own = recorded('sacct-waits.txt')
      .split('\n')
      .filter((line) => !line.includes('sheaf2'));
    expect(parseWaits(own.join('\n'), 'sheaf1').onlyOwn).toBe(true);
    expect(parseWaits('', 'sheaf1')).toEqual({ waits: [], onlyOwn: false });
  });

  test('GPUs of a named type', () => {
    const typed = recorded('sacct-waits.txt').replaceAll('gres/gpu=2,', 'gres/gpu:h200=2,gres/gpu=2,');
    expect(parseWaits(typed, 'sheaf1').waits[0]).toMatchObject({ gpuType: 'h200', gpus: 2 });
    // A site that tracks types alone has no sum of them.
    const alone = recorded('sacct-waits.txt').replaceAll('gres/gpu=2,', 'gres/gpu:h200=2,');
    expect(parseWaits(alone, 'sheaf1').waits[0]).toMatchObject({ gpuType: 'h200', gpus: 2 });
  });

  test('foreign lines are skipped', () => {
    expect(parseWaits('sacct: a warning\n\n', 'sheaf1').waits).toEqual([]);
  });
});

test('it is one question, of all users', async () => {
  const slurm = recordedSlurm();
  expect(await askRecentWaits(slurm, noCache)).toEqual({ kind: 'answer', waits: [], onlyOwn: false });
  expect(slurm.asked).toEqual([expect.stringMatching(/^sacct -n -P -X -D -a .* -S \S+ -E now$/)]);
});

test('a site without accounting has none, and one that does not answer may have some', async () => {
  expect(await askRecentWaits(recordedSlurm(['sacct']), noCache)).toEqual({ kind: 'failed', said: 'sacct: no answer' });
  const disabled = {
    ...recordedSlurm(),
    ask: async () => ({ kind: 'failed', said: DISABLED, durationMs: 1 }) as const,
  };
  expect(await askRecentWaits(disabled, noCache)).toEqual({ kind: 'none' });
});

const DISABLED = 'Slurm accounting storage is disabled';
