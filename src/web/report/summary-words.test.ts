import { expect, test } from 'vitest';
import type { ReportData } from '../../server/index.ts';
import { describeTies, summarizeReport } from './summary-words.ts';

const column = (header: string, written: string[]) => ({ header, cells: [], written });

function makeReport(means: readonly { n: number; mean: number; std?: number }[], ranks: number[]): ReportData {
  const groups = means.map((_, i) => ({ id: String(i) }));
  const columns = [{ header: 'acc', summaries: means }, column('lr', ['0.1', '0.2', '0.3'])];
  const progress = { total: 12, counts: { completed: 9, failed: 2, running: 1 } };
  const failures = [{ note: 'no such key' }, { diagnosis: { says: 'GPU out of memory' } }];
  return {
    progress,
    failures,
    metric: 'acc',
    mode: 'max',
    ranked: { groups, columns, ranks },
  } as unknown as ReportData;
}

test('a report begins with how many runs there are, the best group and what failed', () => {
  const best = { n: 5, mean: 0.93125, std: 0.0021 };
  expect(summarizeReport(makeReport([best, { n: 5, mean: 0.9 }], [1, 2]))).toBe(
    '12 runs: 2 failed, 9 completed, 1 running. The highest mean acc is 0.9313 ± 0.0021 (mean ± std, n = 5 runs) with lr = 0.1. ' +
      '2 runs failed; the most frequent reason (1): no such key.',
  );
  expect(summarizeReport(makeReport([{ n: 1, mean: 0.5 }], [1]))).toContain(
    'The highest acc is 0.5, of one run with lr = 0.1.',
  );
});

test('a report says which groups tie, and how many runs do', () => {
  const same = { n: 2, mean: 0.5, std: 0.1 };
  expect(summarizeReport(makeReport([same, same, same], [1, 1, 1]))).toContain(
    '3 groups tie for the highest mean acc, 0.5: (lr = 0.1), (lr = 0.2), (lr = 0.3).',
  );
  expect(describeTies([0.5, 0.5, 0.5, 0.1])).toBe('3 runs tie for the best value.');
  expect(describeTies([0.5, 0.1])).toBe('');
  expect(describeTies([])).toBe('');
});
