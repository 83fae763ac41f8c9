import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { findGpuKind, listGpuKinds } from './gpu-kinds.ts';
import { parseProjectGpus } from './project-gpus.ts';

const id = (name: string, hints?: Parameters<typeof findGpuKind>[1]): string | undefined =>
  findGpuKind(name, hints)?.id;

describe('a type in a GRES string', () => {
  it.each([
    ['a100_80gb', 'a100_80_sxm'],
    ['nvidia_a100-sxm4-80gb', 'a100_80_sxm'],
    ['tesla_a100_80g', 'a100_80_sxm'],
    ['A100_PCIe_40GB', 'a100_40'],
    ['nvidia_a100_80gb_pcie', 'a100_80_pcie'],
    ['nvidia_h100_80gb_hbm3', 'h100_sxm'],
    ['nvidia_h100_nvl', 'h100_nvl'],
    ['nvidia_h200', 'h200_sxm'],
    ['nvidia_gh200_480gb', 'gh200_96'],
    ['l40s', 'l40s'],
    ['rtx_a6000', 'rtx_a6000'],
    ['nvidia_geforce_rtx_2080_ti', 'rtx2080ti'],
    ['rtx_pro_6000_b', 'rtx_pro_6000'],
    ['3090', 'rtx3090'],
    ['mi250', 'mi250x'],
    ['amd_mi300x', 'mi300x'],
  ])('%s is %s', (name, kind) => expect(id(name)).toBe(kind));

  it.each(['', 'gpu', 'quantum9000', 'teslak80', 'ampere'])('"%s" is unknown here', (name) =>
    expect(findGpuKind(name)).toBeUndefined(),
  );

  it('is known by each alias of the catalogue', () => {
    const names = CATALOGUE.flatMap(({ aliases }) => aliases);
    expect(names.filter((name) => findGpuKind(name) === undefined)).toEqual([]);
  });

  it('never throws, and gives less than the box says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('constructor', 'toString')), (name) => {
        const kind = findGpuKind(name);
        return kind === undefined || kind.usableGib > 0;
      }),
    );
  });
});

describe('a name of more than one GPU', () => {
  it('means the one with the least memory, and says so', () => {
    expect(findGpuKind('a100')).toMatchObject({ id: 'a100_40', usableGib: 39.38 });
    expect(findGpuKind('a100')?.notes[0]).toBe('"a100" may have 40 or 80 GB: sheaf assumes 40 GB.');
    expect(findGpuKind('rtx6000')?.notes[0]).toBe('"rtx6000" may have 24, 48 or 96 GB: sheaf assumes 24 GB.');
  });

  it('is recognized by a size or a feature of the node', () => {
    expect(findGpuKind('a100', { memoryGib: 80 })).toMatchObject({ id: 'a100_80_sxm', usableGib: 79.14 });
    expect(findGpuKind('a100', { memoryGib: 80 })?.notes[0]).not.toMatch(/may have/);
    expect(id('v100', { memoryGib: 31.73 })).toBe('v100_32');
    expect(id('a100', { features: ['ib', 'a100_80gb'] })).toBe('a100_80_sxm');
    expect(id('v100', { features: ['gpu_32g'] })).toBe('v100_32');
    expect(id('a100', { features: ['ib', 'epyc'] })).toBe('a100_40');
    expect(id('h100', { memoryGib: 94 })).toBe('h100_nvl');
  });

  it('has the size that its node reports where the catalogue has no such card', () => {
    expect(findGpuKind('h100', { memoryGib: 64 })).toMatchObject({ id: 'h100_sxm', usableGib: 59.6 });
    expect(findGpuKind('h100', { memoryGib: 64 })?.notes[0]).toMatch(/^It has 64 GB/);
  });
});

describe('a slice', () => {
  it('has its share of memory and units, and no NVLink', () => {
    expect(findGpuKind('nvidia_h100_80gb_hbm3_1g.10gb')).toMatchObject({
      id: 'h100_sxm:1g.10gb',
      mig: '1g.10gb',
      nvlink: 0,
      usableGib: 9.5,
      rgu: 1.736,
    });
    expect(findGpuKind('h100_4g.40gb')?.rgu).toBeCloseTo(6.94, 2);
    expect(findGpuKind('a100_3g.20gb')).toMatchObject({ id: 'a100_40:3g.20gb', rgu: 2 });
    expect(findGpuKind('a100_3g.40gb')?.id).toBe('a100_80_sxm:3g.40gb');
    expect(findGpuKind('a30_2g.12gb')?.tflops.bf16).toBe(82.5);
  });

  it('has short names at some sites; with the size of the whole GPU it is one', () => {
    expect(id('h100_1.10')).toBe('h100_sxm:1g.10gb');
    expect(id('h100_10gb')).toBe('h100_sxm:1g.10gb');
    expect(id('h100_80gb')).toBe('h100_sxm');
    expect(id('h100-20c')).toBe('h100_sxm:20c');
    expect(id('h100-80c')).toBe('h100_sxm');
  });

  it('without a name of its GPU is of the least that it may be of, or of the one that features of its node name', () => {
    expect(findGpuKind('1g.10gb')).toMatchObject({ id: 'a100_40:1g.10gb', arch: 'ampere' });
    expect(findGpuKind('1g.10gb')?.unsure).toMatch(
      /^"1g.10gb" may be a slice of A100 40GB .* or H100 SXM5 80GB: assumed/,
    );
    const known = findGpuKind('1g.10gb', { features: ['a100_80gb'] });
    expect(known).toMatchObject({ id: 'a100_80_sxm:1g.10gb', basis: 'the feature a100_80gb of its nodes' });
    expect(known?.unsure).toBeUndefined();
  });

  it('of which the driver reports a little less is the one of that profile', () => {
    expect(findGpuKind('nvidia_a100_3g.39gb')).toMatchObject({ id: 'a100_80_sxm:3g.40gb', usableGib: 38 });
    expect(findGpuKind('nvidia_a100_3g.39gb')?.tflops.bf16).toBeCloseTo((312 * 3) / 7, 0);
  });

  it('that halves a card has half of its memory', () => {
    expect(findGpuKind('h100-47')).toMatchObject({ id: 'h100_nvl:3g.47gb', usableGib: 44.65 });
  });
});

describe('GPUs without a telling type', () => {
  it.each<[string, string[], string, string]>([
    // Stanford FarmShare, Slurm 26.05; Sherlock; an OKE cluster, Slurm 25.11.
    [
      '',
      ['CPU_SKU:6426Y', 'GPU_GEN:LOV', 'GPU_BRD:TESLA', 'GPU_SKU:L40S', 'GPU_MEM:48GB'],
      'l40s',
      'the feature GPU_SKU:L40S of its nodes',
    ],
    ['', ['GPU_SKU:H100_SXM5', 'GPU_MEM:80GB'], 'h100_sxm', 'the feature GPU_SKU:H100_SXM5 of its nodes'],
    ['', ['gb200', 'slinky'], 'gb200', 'the feature gb200 of its nodes'],
    ['', ['ib', 'A100-80GB'], 'a100_80_sxm', 'the feature A100-80GB of its nodes'],
    ['ampere', ['a100', 'a100_80gb'], 'a100_80_sxm', 'the features a100 and a100_80gb of its nodes'],
    ['gpu', ['gpu_a100', 'GPU_MEM:80GB'], 'a100_80_sxm', 'the feature gpu_a100 of its nodes'],
    ['superpod', ['h200'], 'h200_sxm', 'the feature h200 of its nodes'],
  ])('"%s" on nodes with %j are %s, by %s', (type, features, kind, basis) => {
    expect(findGpuKind(type, { features })).toMatchObject({ id: kind, basis });
    expect(findGpuKind(type, { features })?.notes[0]).toBe(`Known by ${basis}.`);
    expect(findGpuKind(type, { features })?.unsure).toBeUndefined();
  });

  it('are unknown where features name none, or a processor or a rack', () => {
    expect(findGpuKind('', { features: ['ib', 'epyc', 'a2', 'CPU_SKU:P100', '100g'] })).toBeUndefined();
  });

  it('are unsure where features name several, with the least memory', () => {
    expect(findGpuKind('', { features: ['l40s', 'h100_nvl'] })).toMatchObject({
      id: 'l40s',
      unsure: '"l40s h100_nvl" may have 48 or 94 GB: sheaf assumes 48 GB.',
    });
  });
});

describe('what a driver calls a device', () => {
  it.each([
    ['NVIDIA A100-SXM4-80GB', 'a100_80_sxm'],
    ['NVIDIA A100-SXM4-80GB MIG 3g.40gb', 'a100_80_sxm:3g.40gb'],
    ['NVIDIA A100-PCIE-40GB', 'a100_40'],
    ['NVIDIA A100 80GB PCIe', 'a100_80_pcie'],
    ['NVIDIA H100 80GB HBM3', 'h100_sxm'],
    ['NVIDIA H100 PCIe', 'h100_pcie'],
    ['NVIDIA GH200 480GB', 'gh200_96'],
    ['NVIDIA L40S', 'l40s'],
    ['Tesla V100-SXM2-32GB', 'v100_32'],
    ['Tesla T4', 't4'],
    ['NVIDIA GeForce RTX 3090', 'rtx3090'],
    ['Quadro RTX 6000', 'quadro_rtx6000'],
    ['NVIDIA RTX 6000 Ada Generation', 'rtx6000_ada'],
    ['NVIDIA RTX PRO 6000 Blackwell Workstation Edition', 'rtx_pro_6000'],
    ['AMD Instinct MI250X', 'mi250x'],
  ])('%s is %s', (name, kind) => expect(findGpuKind(name)?.id).toBe(kind));

  it('with a size of its own uses that size', () => {
    expect(findGpuKind('NVIDIA A100-SXM-64GB')).toMatchObject({ arch: 'ampere', usableGib: 59.6 });
  });
});

describe('the catalogue', () => {
  it('knows what each has units for', () => {
    expect(findGpuKind('l40s')).toMatchObject({ arch: 'ada', usableGib: 44.39 });
    expect(findGpuKind('l40s')?.supports).toContain('fp8');
    expect(findGpuKind('a100')?.supports).not.toContain('fp8');
    expect(findGpuKind('v100')?.supports).not.toContain('bf16');
    expect(findGpuKind('mi250x')).toMatchObject({ usableGib: 63.42, tflops: { bf16: 191.5 } });
  });

  it('assumes the least that a label can mean, with a note', () => {
    expect(findGpuKind('mi325x')).toMatchObject({ usableGib: 238.42 });
    expect(findGpuKind('mi325x')?.notes[0]).toMatch(/not known/);
  });

  it('has no two of one id, and no figure that is no number', () => {
    const kinds = listGpuKinds();
    expect(new Set(kinds.map((kind) => kind.id)).size).toBe(kinds.length);
    expect(kinds.filter(({ usableGib }) => !(usableGib > 0))).toEqual([]);
    for (const { tflops, supports } of kinds) {
      expect(Object.keys(tflops).filter((each) => !supports.some((known) => known === each))).toEqual([]);
    }
  });
});

describe('GPUs of one’s own', () => {
  it('are described, or are like one of the catalogue but for what is written', () => {
    const { gpus, problems } = parseProjectGpus({
      h100_64: { like: 'h100', memory_gb: 64, usable_gib: 63.2, aliases: ['custom-h100'] },
      npu: { arch: 'Ascend', memory_gb: 64, supports: ['fp16', 'bf16'], tflops: { bf16: 320 } },
    });
    expect(problems).toEqual([]);
    expect(findGpuKind('custom-h100', { own: gpus })).toMatchObject({
      id: 'h100_64',
      usableGib: 63.2,
      bandwidth: 3350,
    });
    expect(findGpuKind('NPU', { own: gpus })).toMatchObject({ arch: 'ascend', usableGib: 59.6, tflops: { bf16: 320 } });
    expect(listGpuKinds(gpus)[0]?.id).toBe('h100_64');
  });

  it('that are written wrong are reported, each with its key', () => {
    const { gpus, problems } = parseProjectGpus({ x: { memory: 3, supports: ['fp12'] } });
    expect(gpus).toEqual([]);
    expect(problems).toEqual([
      'there is no key "memory" in cluster.gpus.x; there are name, aliases, like, arch, memory_gb, usable_gib, bandwidth_gbs, nvlink_gbs, tdp_w, rgu, supports, tflops',
      'cluster.gpus.x.supports must be a list of fp32, tf32, fp16, bf16, fp8, fp4, but is ["fp12"]',
      'cluster.gpus.x.arch must be given: ampere, hopper, … or like: a GPU of the catalogue',
      'cluster.gpus.x.memory_gb must be given, or usable_gib',
    ]);
  });
});
