import { describe, expect, test } from 'vitest';
import type { ValueMap } from '../../core/value.ts';
import { estimateRow } from './rows.ts';

const LLAMA: ValueMap = {
  family: 'llama',
  model: 'tinyllama-1.1b',
  batch_size: 4,
  seq_len: 512,
  precision: 'bf16',
  optimizer: 'adamw',
  gradient_checkpointing: false,
  lora: null,
  attention: 'sdpa',
};
const RESNET: ValueMap = {
  family: 'vision',
  model: 'resnet50',
  batch_size: 32,
  resolution: 224,
  precision: 'amp_bf16',
  optimizer: 'momentum',
};

function gib(row: ValueMap): number {
  const estimate = estimateRow(row);
  if ('unknown' in estimate) throw new Error(estimate.unknown.join('; '));
  return estimate.predictedGib;
}

function basis(row: ValueMap): string {
  const estimate = estimateRow(row);
  return 'unknown' in estimate ? '' : estimate.basis;
}

describe('a row of a table of configurations', () => {
  test('is estimated from what was set, not from what was measured or whether it ran', () => {
    for (const row of [LLAMA, RESNET]) {
      const measured = { peak_allocated_gib: 1, peak_reserved_gib: 2, device_used_gib: 999, step_s: 3, ok: false };
      expect(gib({ ...row, ...measured })).toBe(gib(row));
    }
  });

  test.each<[string, ValueMap, ValueMap]>([
    ['a larger batch', LLAMA, { batch_size: 8 }],
    ['longer samples', LLAMA, { seq_len: 1024 }],
    ['layers that are not run again', { ...LLAMA, gradient_checkpointing: true }, { gradient_checkpointing: false }],
    ['all weights instead of adapters', { ...LLAMA, lora: { r: 8, targets: ['q_proj'] } }, { lora: null }],
    ['momentum', { ...LLAMA, optimizer: 'sgd' }, { optimizer: 'momentum' }],
    ['two states for each weight', { ...LLAMA, optimizer: 'momentum' }, { optimizer: 'adamw' }],
    ['weights in 32 bits', LLAMA, { precision: 'amp_bf16' }],
    ['more images', RESNET, { batch_size: 64 }],
    ['larger images', RESNET, { resolution: 256 }],
    ['images in 32 bits', RESNET, { precision: 'fp32' }],
  ])('takes more with %s', (_, row, change) => {
    expect(gib({ ...row, ...change })).toBeGreaterThan(gib(row));
  });

  test('has adapters by a list of matrices, by words, or by the usual ones', () => {
    const withLora = (targets?: string | string[]): number =>
      gib({ ...LLAMA, lora: targets === undefined ? { r: 16 } : { r: 16, targets } });
    expect(withLora('all-linear')).toBe(withLora(['all-linear']));
    expect(withLora('q_proj,v_proj')).toBe(withLora(['q_proj', 'v_proj']));
    expect(withLora()).toBe(withLora(['q_proj', 'v_proj']));
    expect(withLora('all-linear')).toBeGreaterThan(withLora());
    expect(estimateRow({ ...LLAMA, lora: 'yes' })).toHaveProperty('unknown', [expect.stringContaining('lora')]);
  });

  test('of an unknown model uses one of its family, otherwise one of its size, with a remark', () => {
    expect(basis({ ...LLAMA, model: 'gpt-1b', params: 1.3e9 })).toMatch(
      /^gpt-1b is not known: sheaf uses gpt-[\d.]+[bm],/,
    );
    expect(basis({ ...LLAMA, model: 'llama-tiny', params: 1.3e8 })).toMatch(/is not known: (?!.*llama3)/);
    expect(basis({ ...RESNET, model: 'resnet200', params: 64_669_864 })).toMatch(/is not known: sheaf uses resnet\d+,/);
    expect(basis({ ...RESNET, model: 'own_net', params: 3e7 })).toContain('own_net is not known');
    expect(gib({ ...RESNET, model: 'own_net', params: 3e7 })).toBeGreaterThan(1);
  });

  test('that does not say enough has no number, but what is missing', () => {
    const { batch_size: _, ...sizeless } = RESNET;
    expect(estimateRow({ ...sizeless, model: 'own_net', precision: 'half a bit', optimizer: 'hope' })).toEqual({
      unknown: [
        'the model "own_net" is not known, and no params are given',
        'batch_size is not a positive number',
        'the precision "half a bit" is not known',
        'the optimizer "hope" is not known',
      ],
    });
  });
});
