import { expect, test } from 'vitest';
import { readSetup } from '../memory/setup-from.ts';
import { batchParams, MICRO_BATCH_NAMES } from './batch-params.ts';

test.each(MICRO_BATCH_NAMES)('%s is the batch of one GPU, for advice and for memory', (name) => {
  const params = { model: 'resnet50', train: { [name.replaceAll('_', '-')]: 48 } };
  expect(batchParams(params).micro).toMatchObject({ value: 48 });
  expect(readSetup(params)).toMatchObject({ setup: { microBatch: 48 } });
});

test('of several the most telling one is', () => {
  expect(batchParams({ batch_size: 256, micro_batch_size: 8 }).micro).toEqual({ name: 'micro_batch_size', value: 8 });
});
