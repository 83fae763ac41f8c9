import { expect, test } from 'vitest';
import type { ValueMap } from '../../core/value.ts';
import { isWork, computeWork, type Work } from './work.ts';

const cases: readonly (readonly [ValueMap, number, Work | undefined])[] = [
  [{ epochs: 90 }, 1, { unit: 'epochs', amount: 90 }],
  [{ num_train_epochs: 3, max_steps: -1 }, 1, { unit: 'epochs', amount: 3 }],
  [{ num_train_epochs: 3, max_steps: 500 }, 1, { unit: 'steps', amount: 500 }],
  [{ epochs: 2, train_samples: 1000 }, 1, { unit: 'epochs', amount: 2000 }],
  [{ trainer: { max_epochs: 5 }, batch_size: 64 }, 1, { unit: 'epochs', amount: 5 }],
  [{ max_steps: 100, batch_size: 32 }, 4, { unit: 'steps', amount: 12_800 }],
  [
    { max_steps: 100, per_device_train_batch_size: 8, gradient_accumulation_steps: 2 },
    4,
    { unit: 'steps', amount: 6400 },
  ],
  [{ max_steps: 100, global_batch_size: 256, micro_batch_size: 8 }, 4, { unit: 'steps', amount: 25_600 }],
  [{ max_iters: 10 }, 1, { unit: 'steps', amount: 10 }],
  [{ num_samples: 1e6 }, 1, { unit: 'samples', amount: 1e6 }],
  [{ train_tokens: 1e9 }, 1, { unit: 'tokens', amount: 1e9 }],
  [{ warmup_steps: 100, eval_steps: 50, lr: 0.1 }, 1, undefined],
  [{ epochs: 'many', max_steps: null }, 1, undefined],
];

test.each(cases)('the work of %j on %i GPUs', (params, gpus, expected) => {
  expect(computeWork(params, gpus)).toEqual(expected);
});

test('what is work is no difference between two runs; their batch is', () => {
  expect(['optim.epochs', 'MAX_STEPS', 'num_samples'].every(isWork)).toBe(true);
  expect(['batch_size', 'lr', 'warmup_steps', 'model'].some(isWork)).toBe(false);
});

test('a global batch that is kept goes over what the parameters say', () => {
  expect(computeWork({ max_steps: 100, batch_size: 32 }, 4, 64)).toEqual({ unit: 'steps', amount: 6400 });
});
