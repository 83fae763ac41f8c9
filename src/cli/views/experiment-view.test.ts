import { expect, test } from 'vitest';
import { formatResources } from './experiment-view.ts';

test('values that the advisor or past runs choose are described, not shown as auto', () => {
  expect(formatResources({ num_gpus: 1, partition: 'auto', time_limit: 'auto' })).toBe(
    '1 × GPU, where the advisor chooses, a time limit from past runs',
  );
  expect(formatResources({ partition: ['a100', 'l40s'] })).toBe('on a100 or l40s');
});
