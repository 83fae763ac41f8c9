import { expect, test } from 'vitest';
import { countBefore } from './queue-place.ts';
import type { QueueRow } from '../parse/squeue.ts';

const own: QueueRow = {
  id: '50',
  state: 'PENDING',
  reason: 'Priority',
  priority: 100,
  partition: 'gpu',
  rawId: '50',
  name: 'mine',
};

test('ahead of a job are those of higher priority, or older ones of the same, with all their tasks', () => {
  const rows = ['200 60 N/A Resources', '100 49 [0-9%2] Priority', '100 51 N/A Priority', '99 1 N/A Priority'];
  expect(countBefore(rows.join('\n'), own)).toBe(11);
});

test('no job waits behind one that is held or waits for a limit, another job or a spent budget', () => {
  const rows = [
    '200 60 N/A MaxGRESPerAccount',
    '200 61 [0-99%4] JobArrayTaskLimit',
    '200 62 N/A AssocGrpBillingMinutes',
    '200 63 N/A launch failure limit exceeded requeued held',
    '200 64 N/A Dependency',
    '200 65 N/A QOSMaxWallDurationPerJobLimit',
    '200 66 N/A ReqNodeNotAvail, UnavailableNodes:n3',
    '200 67 N/A None',
  ];
  expect(countBefore(rows.join('\n'), own)).toBe(2);
});
