import { expect, test } from 'vitest';
import { resourceWords } from './experiment-view.ts';

test('what is left to advice and to past runs is said in words, not as the value auto', () => {
  expect(resourceWords({ num_gpus: 1, partition: 'auto', time_limit: 'auto' })).toBe(
    '1 × GPU, where advice finds best, as long as past runs took',
  );
  expect(resourceWords({ partition: ['a100', 'l40s'] })).toBe('on a100 or l40s');
});
