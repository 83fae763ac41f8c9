import { expect, test } from 'vitest';
import type { TrackRecord } from '../../app/index.ts';
import { trackRecordJson } from './track-record.ts';

const record: TrackRecord = {
  rows: [
    {
      of: 'wait',
      kind: 'test_only',
      settled: 6,
      open: 1,
      p50: { held: 2, of: 6 },
      p90: { held: 6, of: 6 },
      factor: 1.5,
      words: 'as claimed, for all that is known',
    },
  ],
  settled: [
    { of: 'wait', kind: 'test_only', p50: 60, p90: 720, actual: 90, where: 'r50 train-1', atMs: 0 },
    { of: 'run', kind: 'history', p50: 60, actual: 7200, atLeast: true, where: 'r50 train-2' },
    { of: 'memory', kind: 'estimate', p50: 20, p90: 20, actual: 18.25, where: 'r50 train-1' },
  ],
};

test('the document of the track record names seconds and GiB, and has null for what is not known', () => {
  const json = JSON.parse(JSON.stringify(trackRecordJson(record))) as {
    readonly kinds: readonly unknown[];
    readonly forecasts: readonly unknown[];
  };
  expect(json.kinds).toMatchObject([
    { of: 'wait', kind: 'test_only', p90_held: { held: 6, of: 6 }, median_factor: 1.5 },
  ]);
  expect(json.forecasts).toMatchObject([
    {
      attempt: 'r50 train-1',
      submitted: '1970-01-01T00:00:00.000Z',
      p50_seconds: 60,
      actual_seconds: 90,
      at_least: false,
    },
    { p90_seconds: null, submitted: null, at_least: true },
    { p50_gib: 20, actual_gib: 18.25 },
  ]);
});
