import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrate } from './calibrate.ts';
import { estimateMemory } from './estimate.ts';
import { findLargestMicroBatch, judgeMemory } from './memory-fit.ts';
import { makeModelFromNumbers, resolveModel } from './resolve-model.ts';
import type { ModelShape, ShardingKind, TrainingSetup } from './trace/setup.ts';

function model(name: string): ModelShape {
  const found = resolveModel(name);
  if (found === undefined) throw new Error(`${name} is not known`);
  return found;
}

function setup(name: string, rest: Partial<TrainingSetup>): TrainingSetup {
  return {
    model: model(name),
    microBatch: 1,
    precision: 'bf16',
    optimizer: 'adamw',
    gradientCheckpointing: false,
    attention: 'sdpa',
    sharding: { kind: 'none', ranks: 1 },
    ...rest,
  };
}

function gib(name: string, rest: Partial<TrainingSetup>): number {
  return estimateMemory(setup(name, rest)).totalGib;
}

describe('what was measured on an H100 (PyTorch 2.11, Transformers 5.17, torchvision 0.26; GiB as the driver reports)', () => {
  const ALL = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
  test.each<[string, Partial<TrainingSetup>, number]>([
    ['resnet50', { microBatch: 128, precision: 'amp_bf16', resolution: 224 }, 7.77],
    ['resnet18', { microBatch: 512, precision: 'tf32', optimizer: 'momentum', resolution: 224 }, 20.33],
    ['vit_b_16', { microBatch: 64, precision: 'amp_bf16', resolution: 384 }, 14.74],
    ['vgg16', { microBatch: 64, precision: 'tf32', optimizer: 'momentum', resolution: 224 }, 11.94],
    ['mobilenet_v3_large', { microBatch: 256, precision: 'amp_bf16', resolution: 224 }, 7.67],
    ['bert-base', { microBatch: 16, seqLen: 512, precision: 'tf32' }, 7.23],
    ['gpt2-medium', { microBatch: 4, seqLen: 1024, precision: 'amp_bf16' }, 16.41],
    ['tinyllama-1.1b', { microBatch: 4, seqLen: 2048 }, 27.88],
    ['tinyllama-1.1b', { microBatch: 4, seqLen: 2048, gradientCheckpointing: true }, 14.88],
    ['llama3.2-3b', { microBatch: 2, seqLen: 2048, lora: { r: 16, targets: ALL } }, 26.88],
    ['llama3-8b', { microBatch: 1, seqLen: 1024, optimizer: 'sgd', gradientCheckpointing: true }, 32.28],
  ])('%s %o took %f GiB', (name, rest, measured) => {
    const error = gib(name, rest) / measured - 1;
    expect(error).toBeGreaterThan(-0.05);
    expect(error).toBeLessThan(0.15);
  });
});

const NAMES = ['resnet50', 'efficientnet_b0', 'vit_b_16', 'gpt-125m', 'gpt2', 'bert-base', 't5-small'] as const;
const anySetup = fc.record({
  name: fc.constantFrom(...NAMES),
  microBatch: fc.integer({ min: 1, max: 32 }),
  seqLen: fc.constantFrom(64, 128, 256),
  precision: fc.constantFrom('fp32' as const, 'amp_bf16' as const, 'bf16' as const),
  optimizer: fc.constantFrom('sgd' as const, 'adamw' as const, 'adafactor' as const),
  gradientCheckpointing: fc.boolean(),
});

function toSetup({ name, ...rest }: { readonly name: string } & Partial<TrainingSetup>): TrainingSetup {
  return setup(name, rest);
}

test('the parts add up to the total, and none is below zero', () => {
  fc.assert(
    fc.property(anySetup, (wanted) => {
      const { totalGib, parts } = estimateMemory(toSetup(wanted));
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(totalGib, 9);
      expect(Math.min(...Object.values(parts))).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 30 },
  );
});

test('twice the batch never takes less', () => {
  fc.assert(
    fc.property(anySetup, (wanted) => {
      const twice = { ...wanted, microBatch: 2 * wanted.microBatch };
      expect(estimateMemory(toSetup(twice)).totalGib).toBeGreaterThanOrEqual(estimateMemory(toSetup(wanted)).totalGib);
    }),
    { numRuns: 30 },
  );
});

test('longer samples, larger images and larger models take more', () => {
  const rest = { microBatch: 8, seqLen: 256 };
  expect(gib('gpt2', { ...rest, seqLen: 512 })).toBeGreaterThan(gib('gpt2', rest));
  expect(gib('resnet50', { microBatch: 8, resolution: 384 })).toBeGreaterThan(gib('resnet50', { microBatch: 8 }));
  for (const [small, large] of [
    ['resnet18', 'resnet152'],
    ['bert-base', 'bert-large'],
    ['gpt2', 'gpt2-xl'],
    ['qwen2-0.5b', 'qwen2-1.5b'],
  ] as const) {
    expect(gib(large, rest)).toBeGreaterThan(gib(small, rest));
  }
});

test('checkpointing, adapters and packed weights take less; the matrix of attention takes more', () => {
  const whole = { microBatch: 4, seqLen: 1024 };
  const lora = { r: 8, targets: ['q_proj', 'v_proj'] };
  expect(gib('tinyllama-1.1b', { ...whole, gradientCheckpointing: true })).toBeLessThan(gib('tinyllama-1.1b', whole));
  expect(gib('tinyllama-1.1b', { ...whole, lora })).toBeLessThan(gib('tinyllama-1.1b', whole));
  expect(gib('llama2-7b', { ...whole, lora, quantised: 'nf4' })).toBeLessThan(gib('llama2-7b', { ...whole, lora }));
  expect(gib('gpt2', { ...whole, attention: 'eager' })).toBeGreaterThan(gib('gpt2', whole));
});

test('sharing over GPUs takes less of each: states first, then gradients, then weights', () => {
  const at = (kind: ShardingKind): number =>
    gib('llama2-7b', { seqLen: 512, gradientCheckpointing: true, sharding: { kind, ranks: 8 } });
  const [ddp, zero1, zero2, zero3] = [at('ddp'), at('zero1'), at('zero2'), at('zero3')];
  expect(zero1).toBeLessThan(ddp);
  expect(zero2).toBeLessThan(zero1);
  expect(zero3).toBeLessThan(zero2);
  const states = (ranks: number): number =>
    estimateMemory(setup('llama2-7b', { seqLen: 512, sharding: { kind: 'zero1', ranks } })).parts.optimizer;
  expect(states(4)).toBeCloseTo(states(1) / 4, 6);
});

test('the largest micro-batch fits, and one more does not', () => {
  const wanted = setup('resnet50', { precision: 'amp_bf16' });
  const largest = findLargestMicroBatch(wanted, 39.38) ?? 0;
  const verdict = (microBatch: number): string =>
    judgeMemory(estimateMemory({ ...wanted, microBatch }).totalGib, 39.38);
  expect(verdict(largest)).toBe('fits');
  expect(verdict(largest + 1)).toBe('tight');
  expect(findLargestMicroBatch(setup('llama2-70b', { seqLen: 128 }), 79)).toBeUndefined();
});

test('up to 85 % of what is usable fits, up to 97 % is tight', () => {
  expect([84.9, 85.1, 96.9, 97.1].map((total) => judgeMemory(total, 100))).toEqual([
    'fits',
    'tight',
    'tight',
    'does_not_fit',
  ]);
});

describe('measured runs of the same model', () => {
  const wanted = setup('resnet50', { microBatch: 128, precision: 'amp_bf16' });
  const estimate = estimateMemory(wanted);
  const peak = (measured: TrainingSetup, factor: number): Parameters<typeof calibrate>[2][number] => {
    const formula = estimateMemory(measured);
    return { setup: measured, estimate: formula, measuredGib: formula.totalGib * factor };
  };

  test('none changes nothing', () => {
    expect(calibrate(estimate, wanted, [])).toBe(estimate);
  });

  test('a run of the same setup is the answer', () => {
    const other = peak({ ...wanted, microBatch: 32 }, 2);
    const own = calibrate(estimate, wanted, [other, peak(wanted, 1.1), peak(wanted, 1.2)]);
    expect(own.totalGib).toBeCloseTo(1.2 * estimate.totalGib, 9);
    expect(own.calibrated?.runs).toBe(2);
    expect(own.basis).toContain('measured');
  });

  test('else what grows with the batch is scaled, and weights and states stay', () => {
    const fitted = calibrate(estimate, wanted, [peak({ ...wanted, microBatch: 64 }, 1.2)]);
    expect(fitted.totalGib).toBeGreaterThan(1.2 * estimate.totalGib);
    expect(fitted.parts.weights).toBe(estimate.parts.weights);
    expect(fitted.parts.optimizer).toBe(estimate.parts.optimizer);
    expect(Object.values(fitted.parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(fitted.totalGib, 9);
    expect(fitted.basis).toContain('1 run of the same model');
  });
});

describe('models', () => {
  test.each([
    ['bert-base-uncased', 109_483_778],
    ['openai-community/gpt2', 124_439_808],
    ['meta-llama/Llama-2-7b-hf', 6_738_415_616],
    ['meta-llama/Llama-3.2-1B-Instruct', 1_235_814_400],
    ['mistralai/Mistral-7B-v0.1', 7_241_732_096],
    ['TinyLlama/TinyLlama-1.1B-Chat-v1.0', 1_100_048_384],
    ['resnet50', 25_557_032],
    ['google/vit-base-patch16-224', 86_567_656],
  ])('%s has %i parameters', (name, params) => {
    expect(resolveModel(name)?.params).toBe(params);
  });

  test('a config.json gives the same as the name', () => {
    const config = {
      model_type: 'llama',
      hidden_size: 2048,
      num_hidden_layers: 22,
      num_attention_heads: 32,
      num_key_value_heads: 4,
      intermediate_size: 5632,
      vocab_size: 32_000,
      tie_word_embeddings: false,
    };
    expect(resolveModel(config)).toEqual({ ...model('tinyllama-1.1b'), name: 'llama' });
    expect(resolveModel({ model_type: 'llama' })).toBeUndefined();
  });

  test('numbers give a transformer, or a size alone', () => {
    expect(makeModelFromNumbers({ layers: 24, hidden: 1024, params: 5e8 })).toMatchObject({
      kind: 'transformer',
      params: 5e8,
    });
    expect(makeModelFromNumbers({ params: 5e8 })).toMatchObject({ kind: 'generic' });
    expect(makeModelFromNumbers({ hidden: 1024 })).toBeUndefined();
    expect(resolveModel('nothing-like-it')).toBeUndefined();
  });
});
