import { expect, test } from 'vitest';
import { readSetup } from '../memory/setup-from.ts';
import type { ValueMap } from '../../core/value.ts';
import { computeTrainingWork } from './training-work.ts';

function work(params: ValueMap): { flops: number; precision: string | undefined } | undefined {
  const found = readSetup(params);
  if ('unknown' in found) throw new Error(found.unknown.join());
  const told = computeTrainingWork(params, found.setup, 1);
  return told && { flops: told.flops, precision: told.precision };
}

test('90 epochs of ImageNet with ResNet-50 are 3 × 4.1 multiply-adds, times two, of 1,281,167 images', () => {
  const told = work({ model: 'resnet50', dataset: 'imagenet', epochs: 90, batch_size: 256, precision: 'amp' });
  // 3 × 8.2e9 × 1,281,167 × 90
  expect(told?.flops).toBeGreaterThan(2.7e18);
  expect(told?.flops).toBeLessThan(3e18);
  expect(told?.precision).toBe('bf16');
});

test('steps of a language model are worth their batch and their tokens', () => {
  const params = { model: 'gpt2', max_steps: 1_000, batch_size: 8, seq_len: 1_024 };
  // 6 × 124e6 parameters × 8.2e6 tokens, and the attention
  const told = work(params);
  expect(told?.flops).toBeGreaterThan(6 * 124e6 * 8_192_000);
  expect(told?.flops).toBeLessThan(8 * 124e6 * 8_192_000);
  expect(work({ ...params, max_steps: 2_000 })?.flops).toBeCloseTo(2 * (told?.flops ?? 0), -3);
});

test('frozen weights beside adapters need no gradient of their own: 4 operations instead of 6', () => {
  const params = { model: 'gpt2', max_steps: 1_000, batch_size: 8, seq_len: 1_024 };
  const [all, adapters] = [work(params), work({ ...params, lora_r: 8 })];
  expect((all?.flops ?? 0) - (adapters?.flops ?? 0)).toBeCloseTo(2 * 124_439_808 * 8_192_000, -3);
});

test('is unknown when nothing says how much data it processes', () => {
  expect(work({ model: 'resnet50', epochs: 90, batch_size: 256 })).toBeUndefined();
  expect(work({ model: 'resnet50', batch_size: 256 })).toBeUndefined();
});
