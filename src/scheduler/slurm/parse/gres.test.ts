import { expect, test } from 'vitest';
import { addGpus, parseGpuMemoryGb, sumGpus, countGpus, parseGres, parseSharedGpus } from './gres.ts';

/** Strings of real configurations: types, cores, slices of GPUs, shards, mps, other devices. */
test.each([
  ['(null)', {}],
  ['', {}],
  ['gpu:4', { '': 4 }],
  ['gpu:a100:4', { a100: 4 }],
  ['gpu:a100:3(IDX:0-2)', { a100: 3 }],
  ['gpu:a100:0(IDX:N/A)', { a100: 0 }],
  ['gpu:a100:3(IDX:0,4-5),gpu:a100:1', { a100: 4 }],
  [
    'gpu:h100:2(S:0-1),gpu:h100_1g.10gb:7(S:1),shard:h100:16(S:0-1),shard:h100_1g.10gb:0(S:1)',
    { h100: 2, 'h100_1g.10gb': 7 },
  ],
  [
    'gpu:h100:1(IDX:0),gpu:h100_1g.10gb:2(IDX:2-3),shard:h100:1(0/8,1/8),shard:h100_1g.10gb:0(0/0,0/0)',
    { h100: 1, 'h100_1g.10gb': 2 },
  ],
  ['gpu:a100:4,mps:a100:400', { a100: 4 }],
  ['gpu:a100:0(IDX:N/A),mps:a100:50(50/100,0/100,0/100,0/100)', { a100: 0 }],
  ['gpu:a100:4,nic:mlx5_0:1', { a100: 4 }],
  ['gpu:a100:1(IDX:0),nic:mlx5_0:1', { a100: 1 }],
  // Documented, not seen.
  ['gpu:tesla:no_consume:2', { tesla: 2 }],
])('the GPUs in %s', (text, gpus) => {
  expect(countGpus(parseGres(text))).toEqual(gpus);
});

test('every entry is kept with its name, type and count', () => {
  expect(parseGres('gpu:2(S:0),shard:a:16(0/8,1/8),bandwidth:lustre:no_consume:4G,craynetwork:4,what')).toEqual([
    { name: 'gpu', count: 2 },
    { name: 'shard', type: 'a', count: 16 },
    { name: 'bandwidth', type: 'lustre', count: 4 * 1024 ** 3 },
    { name: 'craynetwork', count: 4 },
  ]);
});

test('GPUs are summed by type', () => {
  expect(addGpus({ a: 1, b: 2 }, {}, { b: 3 })).toEqual({ a: 1, b: 5 });
  expect(sumGpus({ a: 1, b: 5 })).toBe(6);
});

test.each([
  ['gpu:h100:1(IDX:0),shard:h100:3(0/8,3/8)', { h100: 1 }],
  ['gpu:a100:0(IDX:N/A),mps:a100:150(50/100,0/100,100/100,0/100)', { a100: 2 }],
  ['gpu:2(IDX:0-1),mps:10(10/100,0/100)', { '': 1 }],
  ['gpu:a100:4(IDX:0-3),shard:a100:0(0/8,0/8)', {}],
  // 26.05: the first is in use as a whole GPU, which `gpu:` counts.
  ['gpu:h100:1(IDX:0),shard:h100:3(-/8,3/8)', { h100: 1 }],
  ['shard:h100:3(0/8,3/8),gpu:h100:0(IDX:N/A)', { h100: 1 }],
  ['(null)', {}],
])('the GPUs of which shares are in use in %s', (text, gpus) => {
  expect(parseSharedGpus(text)).toEqual(gpus);
});

test('the memory of each GPU may be a GRES of its own', () => {
  // Geneva's Bamboo, Slurm 26.05.
  expect(parseGpuMemoryGb(parseGres('gpu:nvidia_h100_nvl:1(S:2),VramPerGpu:no_consume:94G'))).toBe(94);
  expect(parseGpuMemoryGb(parseGres('gpu:a100:4,bandwidth:lustre:no_consume:4G'))).toBeUndefined();
});
