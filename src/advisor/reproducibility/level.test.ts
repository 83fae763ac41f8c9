import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findGpuKind } from '../gpus/gpu-kinds.ts';
import type { GpuKind } from '../gpu-kind.ts';
import { hasBatchNorm } from './batch-norm.ts';
import type { RunConditions } from './conditions.ts';
import { judgeReproducibility } from './level.ts';

function gpu(name: string): GpuKind {
  const kind = findGpuKind(name);
  if (kind === undefined) throw new Error(`no ${name} in the catalogue`);
  return kind;
}

const V100 = gpu('v100_32');
const A100 = gpu('a100_80_sxm');
const H100 = gpu('h100_sxm');

/** All that is known of a run in bf16 on an A100. */
const RUN = {
  label: 'base',
  gpu: A100,
  ranks: 4,
  nodes: 1,
  precision: 'bf16',
  globalBatch: 256,
  microBatch: 64,
  batchNorm: true,
  sharding: 'ddp',
  compile: false,
  deterministic: true,
  software: new Map([
    ['torch', '2.9.0'],
    ['cuda', '12.8'],
  ]),
} as const satisfies RunConditions;

function against(
  change: Partial<RunConditions>,
  reference: RunConditions = RUN,
): ReturnType<typeof judgeReproducibility> {
  return judgeReproducibility(reference, { ...reference, label: 'new', ...change });
}

describe('A, bitwise plausible', () => {
  test('is for the same GPU, processes, batch, precision and software with deterministic algorithms', () => {
    expect(against({})).toEqual({
      level: 'A',
      reasons: ['the same GPU model, number of processes, batch, precision and software, and deterministic algorithms'],
    });
  });

  test('is promised of nothing that is not known', () => {
    for (const name of Object.keys(RUN).filter((key) => key !== 'label' && key !== 'batchNorm')) {
      const { [name as 'gpu']: _left, ...unknown } = RUN;
      for (const [reference, candidate] of [
        [RUN, unknown],
        [unknown, RUN],
        [unknown, unknown],
      ] as const) {
        expect([name, judgeReproducibility(reference as RunConditions, candidate as RunConditions).level]).not.toEqual([
          name,
          'A',
        ]);
      }
    }
  });
});

describe('B, the same method', () => {
  test.each<[string, Partial<RunConditions>, RegExp]>([
    ['another architecture', { gpu: H100 }, /\(ampere\) and .*\(hopper\): other kernels/],
    ['another card of the same architecture', { gpu: gpu('a40') }, /same architecture \(ampere\)/],
    ['more processes', { ranks: 8 }, /ranks: 4 for base, 8 for new/],
    ['another sharding', { sharding: 'fsdp' }, /sharding: ddp for base, fsdp for new/],
    ['compiled code', { compile: true }, /compile: false for base, true for new; fused kernels/],
    [
      'another release of torch',
      {
        software: new Map([
          ['torch', '2.10.0'],
          ['cuda', '12.8'],
        ]),
      },
      /torch 2.9.0 and 2.10.0$/,
    ],
    [
      'a GPU that is unknown',
      { gpu: undefined as never, gpuName: 'odd' },
      /which GPU it is is not known of new \(odd\)/,
    ],
  ])('%s', (_, change, reason) => {
    const { level, reasons } = against(change);
    expect(level).toBe('B');
    expect(reasons[0]).toMatch(reason);
  });

  test('V100 to A100 where both compute in fp16, or where the program sets the switches of TF32 itself', () => {
    expect(against({ gpu: A100 }, { ...RUN, gpu: V100, precision: 'fp16' }).level).toBe('B');
    expect(against({ gpu: A100 }, { ...RUN, gpu: V100, precision: 'fp32', tf32: 'pinned' }).level).toBe('B');
  });

  test('another micro-batch of a model without BatchNorm', () => {
    const { level, reasons } = against({ microBatch: 32 }, { ...RUN, batchNorm: false });
    expect({ level, first: reasons[0] }).toEqual({
      level: 'B',
      first: 'the micro-batch is 64 for base and 32 for new: another order of adding',
    });
  });
});

describe('C, a different method', () => {
  test.each<[string, RunConditions, Partial<RunConditions>, RegExp]>([
    [
      'fp32 code on the first GPU with TF32',
      { ...RUN, gpu: V100, precision: 'fp32' },
      { gpu: A100 },
      /in FP32 on base and in TF32 by default on new/,
    ],
    ['and the way back', { ...RUN, precision: 'fp32' }, { gpu: V100 }, /in FP32 on new and in TF32 by default on base/],
    [
      'code of unknown precision on it',
      { ...RUN, gpu: V100, precision: undefined as never },
      { gpu: A100 },
      /^what they compute in is not known, and/,
    ],
    ['bf16 on a GPU without it', RUN, { gpu: V100 }, /of new has no bf16: fp16 in its place needs loss scaling/],
    ['another precision', RUN, { precision: 'fp8', gpu: H100 }, /base computes in bf16, new in fp8/],
    ['another global batch', RUN, { globalBatch: 512 }, /global batch is 256 for base and 512 for new/],
    [
      'a global batch that is not known',
      RUN,
      { globalBatch: undefined as never },
      /the global batch of new is not known, so that 256 cannot be promised/,
    ],
    [
      'another micro-batch under BatchNorm',
      RUN,
      { microBatch: 32 },
      /64 for base and 32 for new, over which BatchNorm/,
    ],
    [
      'and when that is unknown',
      { ...RUN, batchNorm: undefined as never },
      { microBatch: 32 },
      /whether the model has BatchNorm/,
    ],
    ['fp8 in two encodings', { ...RUN, precision: 'fp8', gpu: gpu('mi300x') }, { gpu: H100 }, /FNUZ and OCP/],
  ])('%s', (_, reference, change, reason) => {
    const { level, reasons } = against(change, reference);
    expect(level).toBe('C');
    expect(reasons[0]).toMatch(reason);
  });
});

test('each level has a reason, and what decides comes first', () => {
  const conditions = fc.record(
    {
      label: fc.constantFrom('a', 'b'),
      gpu: fc.constantFrom(V100, A100, H100, 'none' as const),
      ranks: fc.constantFrom(1, 4),
      nodes: fc.constant(1),
      precision: fc.constantFrom('fp32' as const, 'bf16' as const, 'fp8' as const),
      globalBatch: fc.constantFrom(64, 256),
      microBatch: fc.constantFrom(16, 64),
      batchNorm: fc.boolean(),
      deterministic: fc.boolean(),
      tf32: fc.constantFrom('pinned' as const, 'default' as const),
    },
    { requiredKeys: ['label'] },
  );
  fc.assert(
    fc.property(conditions, conditions, (a, b) => {
      const [there, back] = [
        judgeReproducibility(a as RunConditions, b as RunConditions),
        judgeReproducibility(b as RunConditions, a as RunConditions),
      ];
      expect(there.reasons.length).toBeGreaterThan(0);
      // What the candidate cannot compute in is asked of it alone; nothing else depends on who is the reference.
      const canBoth = [a, b].every(
        ({ gpu: kind, precision }) =>
          kind === undefined || kind === 'none' || precision === undefined || kind.supports.includes(precision),
      );
      if (canBoth) expect(there.level).toBe(back.level);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['resnet50', true],
  ['torchvision/efficientnet_b0', true],
  ['vgg16', false],
  ['vgg16_bn', true],
  ['vit_b_16', false],
  ['meta-llama/Llama-3.1-8B', false],
  ['google/flan-t5-base', false],
  ['facebook/opt-125m', false],
  ['my_net', undefined],
])('%s: BatchNorm %s', (model, expected) => {
  expect(hasBatchNorm(model)).toBe(expected);
});
