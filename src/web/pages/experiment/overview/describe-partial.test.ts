import { expect, test } from 'vitest';
import { describePartial } from './describe-partial.ts';

test('results are partial because the run went on when they were read, or because it ended without completing', () => {
  const [early, late] = ['2026-11-30T10:00:00.000Z', '2026-11-30T10:10:00.000Z'];
  expect(describePartial([{ ended_at: early }], late)).toBe(', partial: it did not complete');
  expect(describePartial([{ ended_at: early }, { ended_at: null }], late)).toBe(', while it ran');
  expect(describePartial([{ ended_at: late }], early)).toBe(', while it ran');
});
