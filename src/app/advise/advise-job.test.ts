import { describe, expect, test } from 'vitest';
import type { ValueMap } from '../../core/value.ts';
import { readJob, type AdviseOptions } from './advise-job.ts';
import type { AdviceTarget } from './advise-target.ts';

function target(
  kind: AdviceTarget['kind'],
  params: ValueMap,
  resources: AdviceTarget['stage']['resources'] = {},
): AdviceTarget {
  return {
    kind,
    name: 'x',
    template: 't',
    params,
    stage: { name: 'train', command: 'true', resources, run: {} },
    tasks: 1,
  };
}

function read(about: AdviceTarget, options: AdviseOptions = {}, hasGpus = true) {
  const { job, notes } = readJob(about, options, { sharding: 'none' }, hasGpus);
  const { device, batch, mayChangeGpus, shardings } = job;
  return { device, batch, mayChangeGpus, shardings, notes };
}

describe('the batch', () => {
  test('of a template is the product of what it says, and may be split otherwise', () => {
    const about = target('template', { batch_size: 32, gradient_accumulation_steps: 2 }, { num_gpus: 4 });
    expect(read(about)).toMatchObject({ batch: { global: 256 }, mayChangeGpus: true });
    expect(read(about).batch).not.toHaveProperty('micro');
  });

  test('of a template without accumulation is split over GPUs alone', () => {
    expect(read(target('template', { batch_size: 32 })).batch).toEqual({ global: 32, accumulation: 1 });
  });

  test('of an experiment is frozen, and so is the count of GPUs', () => {
    const about = target('frozen', { batch_size: 32 }, { num_gpus: 2 });
    expect(read(about)).toMatchObject({ batch: { global: 64, micro: 32, accumulation: 1 }, mayChangeGpus: false });
  });

  test('of an experiment with a global batch leaves out what the program computes itself', () => {
    const alone = target('frozen', { global_batch_size: 256 });
    expect(read(alone)).toMatchObject({ batch: { global: 256 }, mayChangeGpus: true });
    const both = target('frozen', { global_batch_size: 256, micro_batch_size: 32 });
    expect(read(both).batch).toEqual({ global: 256, micro: 32 });
  });

  test('that is asked for goes before all', () => {
    const about = target('frozen', { batch_size: 32 });
    expect(read(about, { globalBatch: 100, maxMicroBatch: 10 }).batch).toEqual({ global: 100, maxMicro: 10 });
  });
});

describe('the device', () => {
  test('is a GPU where one is asked for, or the model is known', () => {
    expect(readJob(target('template', {}, { num_gpus: 1 }), {}, undefined, true).job.device).toBe('gpu');
    expect(read(target('template', {})).device).toBe('gpu');
  });

  test('is absent if none is requested, or none exists', () => {
    expect(read(target('template', {}, { num_gpus: 0 })).device).toBe('cpu');
    expect(read(target('template', {}), {}, false).device).toBe('cpu');
    expect(readJob(target('template', { x: 1 }), {}, undefined, true).job.device).toBe('cpu');
  });
});

test('the spread of a frozen program is that of its parameters, or a copy on each GPU', () => {
  expect(read(target('frozen', { batch_size: 1 })).shardings).toEqual(['none', 'ddp']);
  expect(read(target('template', { batch_size: 1 })).shardings).toEqual(['none', 'ddp', 'zero2', 'fsdp']);
  const known = readJob(target('frozen', {}), {}, { sharding: 'fsdp' }, true).job;
  expect(known.shardings).toEqual(['none', 'fsdp']);
});

test('reports why it is assumed to run without a GPU, if the job does not say it', () => {
  const notes = (resources: AdviceTarget['stage']['resources'], hasGpus: boolean) =>
    readJob(target('template', {}, resources), {}, undefined, hasGpus).notes;
  expect(notes({}, true)).toEqual([expect.stringMatching(/asks for no GPU.*--num-gpus 1$/)]);
  expect(notes({ num_gpus: 0 }, true)).toEqual([]);
  expect(notes({}, false)).toEqual([]);
});

test('features that must all hold are weighed; what is left to the scheduler is reported, and nothing is surely free for it', () => {
  const asking = (resources: AdviceTarget['stage']['resources']) =>
    readJob(target('template', {}, { num_gpus: 0, ...resources }), {}, undefined, true);
  const plain = asking({ constraint: '80gb&nvlink', sbatch: { comment: 'mine', exclusive: false } });
  expect(plain.job.features).toEqual(['80gb', 'nvlink']);
  expect(plain.job).not.toHaveProperty('isUnweighed');
  const rich = { constraint: '[a|b]', exclude: 'n1', sbatch: { nodelist: 'n2', 'mem-per-gpu': 'lots' } };
  expect(asking(rich)).toMatchObject({
    job: { features: [], isUnweighed: true },
    notes: [
      expect.stringMatching(/^constraint \[a\|b\], exclude n1, sbatch nodelist, sbatch mem-per-gpu: left to the/),
    ],
  });
});

test('memory is what is asked of a node, of each CPU or of each GPU; 0 is all of a node', () => {
  const memory = (resources: AdviceTarget['stage']['resources']) => {
    const { memoryMib, memoryPer, isUnweighed } = readJob(target('template', {}, resources), {}, undefined, true).job;
    return { memoryMib, memoryPer, isUnweighed };
  };
  expect(memory({ mem: '2G' }).memoryMib).toBe(2048);
  expect(memory({ mem: '0' }).memoryMib).toBe(Infinity);
  expect(memory({ mem: 'auto' }).memoryMib).toBeUndefined();
  expect(memory({ sbatch: { 'mem-per-gpu': '1G', 'mem-per-cpu': 100 } })).toEqual({
    memoryPer: { cpu: 100, gpu: 1024 },
  });
});
