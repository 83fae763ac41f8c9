import type { TrackRecord } from '../../src/app/index.ts';

/** A track record with one row, and one forecast of each kind. */
export const TRACK_RECORD: TrackRecord = {
  rows: [
    {
      of: 'wait',
      kind: 'test_only',
      settled: 6,
      open: 1,
      p50: { held: 2, of: 6 },
      p90: { held: 6, of: 6 },
      factor: 1.5,
      loss: { p50: 0.4, p90: 0.25, of: 6 },
      words: 'as claimed, for all that is known',
    },
  ],
  partitions: [],
  settled: [
    { of: 'wait', kind: 'test_only', p50: 60, p90: 720, actual: 90, where: 'r50 train-1', atMs: 0 },
    { of: 'run', kind: 'history', p50: 60, actual: 7200, atLeast: true, where: 'r50 train-2' },
    { of: 'memory', kind: 'estimate', p50: 20, p90: 20, actual: 18.25, where: 'r50 train-1' },
  ],
};
