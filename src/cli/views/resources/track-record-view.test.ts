import { expect, test } from 'vitest';
import { TRACK_RECORD } from '../../../../test/support/track-record.ts';
import { trackRecordText } from './track-record-view.ts';

const screen = { tty: false, color: false, width: 200, unicode: true } as Parameters<typeof trackRecordText>[1];

test('the table compares claims with what held, and predictions with what happened, with units', () => {
  const text = trackRecordText(TRACK_RECORD, screen);
  expect(text).toContain('all\twait\ttest only\t6\t1\t2 of 6\t6 of 6\t0.40\t0.25\n');
  expect(text).toContain('wait, test only: as claimed, for all that is known\n');
  expect(text).toContain('Claim: half of all p50 and nine of ten p90 hold');
  expect(text).toContain('r50 train-1: wait 1m; predicted half within 1m, 9 of 10 within 12m');
  expect(text).toContain('r50 train-2: run at least 2h 00m; predicted half within 1m');
  expect(text).toContain('r50 train-1: memory 18.3 GiB; predicted 20.0 GiB');
});

test('each partition that was chosen has a line, as in the JSON', () => {
  const rows = TRACK_RECORD.rows.map((row) => ({
    ...row,
    settled: 4,
    p50: { held: 1, of: 4 },
    p90: { held: 3, of: 4 },
  }));
  const text = trackRecordText({ ...TRACK_RECORD, partitions: [{ partition: 'a100', rows }] }, screen);
  expect(text).toContain('a100\twait\ttest only\t4\t1\t1 of 4\t3 of 4\t0.40\t0.25\n');
});

test('on 80 columns nothing is left out', () => {
  const narrow = { ...screen, tty: true, width: 80 };
  const long = {
    ...TRACK_RECORD,
    rows: TRACK_RECORD.rows.map((row) => ({ ...row, words: `${row.words}, and more than that`.repeat(3) })),
  };
  expect(trackRecordText(long, narrow)).not.toContain('Hidden columns');
});

test('without forecasts, the report says how to get some', () => {
  expect(trackRecordText({ rows: [], partitions: [], settled: [] }, screen)).toContain('sheaf submit --advise');
});
