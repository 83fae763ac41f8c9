import { describe, expect, test } from 'vitest';
import type { ValueMap } from '../../core/value.ts';
import { readSetup } from './setup-from.ts';

function known(params: ValueMap, ranks?: number): object {
  const found = readSetup(params, ranks === undefined ? {} : { ranks });
  if ('unknown' in found) throw new Error(found.unknown.join('; '));
  const { model, ...rest } = found.setup;
  return { model: model.name, ...rest };
}

describe('a setup by the names that an experiment has for its parameters', () => {
  test('of a script for images', () => {
    expect(
      known({ arch: 'resnet50', batch_size: 64, amp: true, optimizer: 'sgd', momentum: 0.9, image_size: 256 }),
    ).toMatchObject({
      model: 'resnet50',
      microBatch: 64,
      resolution: 256,
      precision: 'amp_bf16',
      optimizer: 'momentum',
    });
  });

  test("of Hugging Face's Trainer", () => {
    const params = {
      model_name_or_path: 'bert-base-uncased',
      per_device_train_batch_size: 16,
      max_seq_length: 384,
      fp16: true,
      optim: 'adamw_torch_fused',
      gradient_checkpointing: true,
    };
    expect(known(params)).toMatchObject({
      model: 'bert-base',
      microBatch: 16,
      seqLen: 384,
      precision: 'amp_fp16',
      optimizer: 'adamw',
      gradientCheckpointing: true,
    });
  });

  test('of fine-tuning with adapters, nested', () => {
    const params = {
      model: { name: 'meta-llama/Llama-3.1-8B' },
      train: { micro_batch_size: 2, torch_dtype: 'bfloat16', optim: 'paged_adamw_8bit' },
      lora_r: 16,
      lora_target_modules: 'q_proj,v_proj',
      load_in_4bit: true,
      attn_implementation: 'flash_attention_2',
      base_model: 'meta-llama/Llama-3.1-8B',
    };
    expect(known(params)).toMatchObject({
      model: 'llama3-8b',
      microBatch: 2,
      precision: 'bf16',
      optimizer: 'paged_adam8bit',
      lora: { r: 16, targets: ['q_proj', 'v_proj'] },
      quantised: 'nf4',
      attention: 'flash',
    });
  });

  test("of Lightning's words for precision", () => {
    const precision = (word: string | number): unknown =>
      (known({ model: 'resnet18', batch_size: 8, precision: word }) as { precision: string }).precision;
    expect(['bf16-mixed', '16-mixed', 'bf16-true', '32', 16].map(precision)).toEqual([
      'amp_bf16',
      'amp_fp16',
      'bf16',
      'fp32',
      'fp16',
    ]);
  });

  test('several GPUs are DDP unless something else is given', () => {
    const params = { model: 'gpt2', batch_size: 8 };
    expect(known(params, 4)).toMatchObject({ sharding: { kind: 'ddp', ranks: 4 } });
    expect(known({ ...params, zero_stage: 2 }, 4)).toMatchObject({ sharding: { kind: 'zero2', ranks: 4 } });
    expect(known({ ...params, fsdp: true }, 4)).toMatchObject({ sharding: { kind: 'fsdp', ranks: 4 } });
  });
});

test('what is left open is assumed, with a remark', () => {
  const found = readSetup({ model: 'resnet18', batch_size: 8 });
  expect(found).toMatchObject({
    assumptions: ['precision is not given: fp32', 'the optimizer is not given: adamw'],
  });
});

test('what is missing is reported, not guessed', () => {
  expect(readSetup({ lr: 0.1 })).toEqual({
    unknown: [expect.stringContaining('which model'), expect.stringContaining('batch size')],
  });
  expect(readSetup({ model: 'my_net', batch_size: 8 })).toEqual({ unknown: ['the model "my_net" is not known'] });
  expect(readSetup({ model: 'my_net', n_params: 1_000_000, batch_size: 8 })).toEqual({
    unknown: [expect.stringContaining('only the 1000000 parameters are known')],
  });
});

test('what is given beside the parameters takes precedence over them', () => {
  const found = readSetup({ model: 'resnet18', batch_size: 8 }, { given: { microBatch: 64, precision: 'bf16' } });
  expect(found).toMatchObject({ setup: { microBatch: 64, precision: 'bf16' } });
});

test('a transformer of absurdly many layers is not estimated: its dry run would not end', () => {
  expect(readSetup({ num_layers: 1_000_000, hidden_size: 64, batch_size: 4 })).toMatchObject({
    unknown: [expect.stringContaining('1000000 layers')],
  });
});

test('a model is not what every object has', () => {
  expect(readSetup({ model: 'constructor', batch_size: 4 })).toMatchObject({
    unknown: ['the model "constructor" is not known'],
  });
});

test('a value that is given and not understood is reported, and does not look absent', () => {
  const found = readSetup({
    model: 'resnet50',
    batch_size: 8,
    precision: 'fancy',
    optimizer: 'mine',
    image_size: 'large',
  });
  expect('unknown' in found ? [] : found.assumptions).toEqual([
    expect.stringMatching(/is "large", which is no number above 0/),
    'precision "fancy" is not known: fp32 is assumed',
    'the optimizer "mine" is not known: adamw is assumed',
  ]);
});

test.each([
  [{ model: 'resnet50', batch_size: 0.5 }, 'a batch of 0.5 is not a whole number'],
  [{ params: 1e300, batch_size: 1, hidden_size: 64, num_layers: 2 }, 'more than 10^15 parameters'],
])('absurd sizes are no setup: %o', (params, why) => {
  const found = readSetup(params);
  expect('unknown' in found ? found.unknown.join() : '').toContain(why);
});
