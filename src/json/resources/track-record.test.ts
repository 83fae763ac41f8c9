import { expect, test } from 'vitest';
import { TRACK_RECORD } from '../../../test/support/track-record.ts';
import { trackRecordJson } from './track-record.ts';

test('the document of the track record names seconds and GiB, and has null for what is not known', () => {
  const json = JSON.parse(JSON.stringify(trackRecordJson(TRACK_RECORD))) as {
    readonly kinds: readonly unknown[];
    readonly forecasts: readonly unknown[];
  };
  expect(json.kinds).toMatchObject([
    {
      of: 'wait',
      kind: 'test_only',
      p90_held: { held: 6, of: 6 },
      median_factor: 1.5,
      log_loss: { p50: 0.4, p90: 0.25, of: 6 },
    },
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
