import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExperimentsProgress } from '../../app/index.ts';
import { textWidth } from '../../report/text-width.ts';
import type { ExpId } from '../../core/ids.ts';
import type { Screen } from '../shell/terminal.ts';
import { progressLine, progressText } from './progress-view.ts';

const WIDE: Screen = { tty: true, canRedraw: true, width: 80, height: 24, color: false, unicode: true };

const BEST = { expId: 'lrs_lr0.01_s2' as ExpId, metric: 'accuracy', value: 0.912345678, mode: 'max' } as const;

const PROGRESS: ExperimentsProgress = {
  total: 36,
  counts: { queued: 8, running: 4, completed: 21, failed: 3 },
  ended: 24,
  elapsedMs: 720_000,
  perHour: 120.4,
  leftMs: 720_000,
  best: BEST,
};

test('the progress of a sweep is a bar, the time left, counts, the rate and the best value so far', () => {
  expect(`\n${progressText(PROGRESS, WIDE)}`).toBe(`
━━━━━━━━━━━━━━━━━━━━━━━━━━━────·········  24 of 36  about 12 min left
3 failed · 21 completed · 4 running · 8 queued · 120 per hour
best accuracy 0.9123: lrs_lr0.01_s2
`);
  expect(`\n${progressText({ total: 2, counts: { queued: 2 }, ended: 0 }, { ...WIDE, width: 40 })}`).toBe(`
································  0 of 2
2 queued
`);
  expect(progressLine(PROGRESS)).toBe('24 of 36 ended: 3 failed, 21 completed, 4 running, 8 queued');
});

test('the progress of a sweep fits every terminal, whatever the counts', () => {
  const status = fc.nat(9_999);
  const counts = fc.record({ queued: status, running: status, completed: status, failed: status, cancelled: status });
  fc.assert(
    fc.property(counts, fc.integer({ min: 40, max: 140 }), fc.nat(1e9), (some, width, leftMs) => {
      const total = Object.values(some).reduce((sum, count) => sum + count, 0);
      const ended = some.completed + some.failed + some.cancelled;
      const best = { ...BEST, expId: 'x'.repeat(68) as ExpId, metric: '実験'.repeat(8) };
      const text = progressText({ ...PROGRESS, best, counts: some, total, ended, leftMs }, { ...WIDE, width });
      for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});
