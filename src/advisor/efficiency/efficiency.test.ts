import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMemory, parseTimeLimit } from '../../core/units.ts';
import { findGpuKind } from '../gpus/gpu-kinds.ts';
import type { PastRun, RunUsage } from '../past-run.ts';
import { computeEfficiency, type EfficiencyGroup } from './efficiency.ts';
import { measure } from './measure.ts';
import type { Suggestion } from './suggestion.ts';

const HOUR_MS = 3_600_000;

interface Life extends Partial<Omit<PastRun, 'usage'>> {
  readonly hours?: number;
  readonly usage?: Partial<RunUsage>;
}

/** One that asked for a day, 64 GiB, 8 cores and an A100, and used little of them. */
function run({ hours = 3, usage = {}, ...more }: Life = {}): PastRun {
  return {
    expId: 'a',
    stage: 'train',
    n: 1,
    template: 'resnet',
    params: {},
    resources: { time_limit: '24:00:00', mem: '64G', cpus_per_task: 8, num_gpus: 1 },
    status: 'completed',
    startedMs: 0,
    endedMs: hours * HOUR_MS,
    gpus: 1,
    gpuName: 'NVIDIA A100-SXM4-80GB',
    nodes: 1,
    cpus: 8,
    usage: {
      source: 'monitor',
      samples: 100,
      cpuS: 2 * hours * 3600,
      peakHostMib: 10_240,
      peakGpuGib: 50,
      gpuTotalGib: 80,
      gpuUtil: 0.8,
      gpuUtils: [0.8],
      ...usage,
    },
    ...more,
  };
}

function only(runs: readonly PastRun[]): EfficiencyGroup {
  const { groups } = computeEfficiency(runs);
  expect(groups).toHaveLength(1);
  return groups[0] as EfficiencyGroup;
}

function about(
  what: Suggestion['about'],
  runs: readonly PastRun[],
  others: Parameters<typeof computeEfficiency>[1] = [],
): Suggestion | undefined {
  return computeEfficiency(runs, others).groups[0]?.suggestions.find((each) => each.about === what);
}

describe('what a run used', () => {
  test('is shown with what it requested, in the same unit', () => {
    expect(measure(run())).toMatchObject({
      elapsedS: 3 * 3600,
      time: { used: 3 * 3600, of: 24 * 3600, share: 0.125 },
      cpu: { used: 2, of: 8, share: 0.25 },
      memory: { used: 10_240, of: 65_536 },
      gpu: { used: 0.8, of: 1 },
      gpuHours: 3,
      unknown: [],
    });
    expect(measure(run()).gpuHoursWasted).toBeCloseTo(0.6);
    // Of a card of 80 GB a program gets less.
    expect(measure(run()).gpuMemory?.of).toBeLessThan(80);
  });

  test('is absent when unknown, never zero, and reported', () => {
    const { usage: _usage, ...blind } = run();
    const measured = measure(blind);
    for (const name of ['cpu', 'memory', 'gpu', 'gpuMemory', 'gpuHoursWasted', 'idleGpus'])
      expect(measured).not.toHaveProperty(name);
    expect(measured.unknown).toEqual(['what it used is not known: neither the monitor nor accounting has it']);
    expect(measured.time?.share).toBe(0.125);
  });

  test('is of the time that the monitor saw, and of the node that it saw', () => {
    const twoNodes = run({ nodes: 2, cpus: 16, usage: { cpuS: 3600, cpuOverS: 1800, cpuNodes: 1, gpuNodes: 1 } });
    expect(measure(twoNodes).cpu).toMatchObject({ used: 2, of: 8 });
    expect(measure(twoNodes).unknown).toEqual([
      'CPU: measured on the first of its 2 nodes',
      'GPUs: measured on the first of its 2 nodes',
    ]);
  });

  test('of a job that several share, memory and CPU are not judged, and its GPU hours are shared', () => {
    const packed = measure(run({ packed: 2 }));
    expect(packed.gpuHours).toBe(1.5);
    expect(packed).not.toHaveProperty('memory');
    expect(packed.unknown[0]).toMatch(/shared its job with 1 more/);
  });

  test('of a run that is too short says so, and nothing is suggested', () => {
    const short = run({ hours: 0.01 });
    expect(measure(short).tooShort).toBe('it ran 36 s: too short to judge how busy it was (less than 5 minutes)');
    expect(only([short]).suggestions).toEqual([]);
    const seldom = run({ usage: { samples: 3, gpuUtil: 0.01, gpuUtils: [0.01] } });
    expect(measure(seldom).tooShort).toBe(
      'the monitor looked 3 times: too few to judge how busy it was (less than 10)',
    );
  });
});

describe('time', () => {
  test('is suggested from a high percentile of several runs, with what it rests on', () => {
    const runs = Array.from({ length: 14 }, (_, i) => run({ hours: 2 + i / 14 }));
    expect(about('time', runs)).toEqual({
      about: 'time',
      apply: '--set time_limit=03:30:00',
      set: { time_limit: '03:30:00' },
      text: 'instead of 1d 00h: shorter limits start earlier',
      basis: 'from the p95 of 14 runs (2h 52m; the longest 2h 55m)',
    });
  });

  test('of a single run has a larger margin', () => {
    expect(about('time', [run({ hours: 2 })])).toMatchObject({
      apply: '--set time_limit=03:00:00',
      basis: 'from one run (2h 00m)',
    });
  });

  test('that is mostly used is left alone', () => {
    expect(about('time', [run({ hours: 16 })])).toBeUndefined();
  });

  test('that was too short is raised: such a run only says that it takes longer', () => {
    const cut = run({ hours: 4, status: 'failed', cause: 'timeout', resources: { time_limit: '04:00:00' } });
    expect(about('time', [cut, run({ hours: 3.9, resources: { time_limit: '04:00:00' } })])).toMatchObject({
      apply: '--set time_limit=06:00:00',
      isRisk: true,
      basis: 'from one run (3h 54m) and 1 run that reached the limit after 4h 00m',
    });
  });
});

describe('memory', () => {
  test('is suggested from the highest peak', () => {
    expect(about('memory', [run(), run({ usage: { peakHostMib: 12_000 } })])).toMatchObject({
      apply: '--set mem=15G',
      text: 'instead of 64 GiB of a node',
      basis: 'from the highest peak of 2 runs (12 GiB)',
    });
  });

  test('that is nearly full, or was too little, is raised', () => {
    expect(about('memory', [run({ usage: { peakHostMib: 64_000 } })])).toMatchObject({
      set: { mem: '80G' },
      isRisk: true,
    });
    const killed = run({ hours: 0.2, status: 'failed', cause: 'host_oom', usage: { peakHostMib: 40_000 } });
    expect(about('memory', [killed])).toMatchObject({
      set: { mem: '100G' },
      isRisk: true,
      basis: 'from the highest peak of 1 run (39 GiB) and 1 run for which 64 GiB was too little',
    });
  });
});

describe('CPU cores', () => {
  test('of a program without GPUs that computes in one thread: one', () => {
    const serial = run({ gpus: 0, usage: { cpuS: 0.97 * 3 * 3600 } });
    expect(about('cpu', [serial])).toMatchObject({ set: { cpus_per_task: '1' }, text: 'instead of 8 cores a task' });
    expect(about('cpu', [run({ gpus: 0, usage: { cpuS: 60 } })])?.basis).toContain(': < 0.1 of 8 cores at work');
  });

  test('beside GPUs are left where a third of them works', () => {
    expect(about('cpu', [run({ usage: { cpuS: 2.7 * 3 * 3600 } })])).toBeUndefined();
    expect(about('cpu', [run({ usage: { cpuS: 1.5 * 3 * 3600 } })])).toMatchObject({ set: { cpus_per_task: '3' } });
  });
});

describe('GPUs', () => {
  const H100_SLICE = {
    kind: findGpuKind('h100_1g.10gb') as NonNullable<ReturnType<typeof findGpuKind>>,
    gpuType: 'h100_1g.10gb',
    partition: 'mig',
  };

  test('that were never used are named with their number and the total', () => {
    const resources = { num_gpus: 4, time_limit: '24:00:00' };
    const idle = run({ gpus: 4, resources, usage: { gpuUtil: 0.4, gpuUtils: [0.8, 0.8, 0, 0] } });
    expect(measure(idle).idleGpus).toEqual({ idle: 2, of: 4 });
    expect(about('gpu', [idle])).toMatchObject({
      apply: '--set num_gpus=2',
      text: 'instead of 4 GPUs: the others were never used',
      basis: 'from 1 run: 2 of 4 GPUs at 0 % throughout',
    });
    expect(measure(idle).gpuHoursWasted).toBeCloseTo(12 * 0.6);
  });

  test('that are hardly used: the smallest that there is and that holds it', () => {
    const small = run({ usage: { gpuUtil: 0.08, gpuUtils: [0.08], peakGpuGib: 5, peakHostMib: 4_000 } });
    expect(about('gpu', [small], [H100_SLICE])).toMatchObject({
      apply: '--set partition=mig --set gpu_type=h100_1g.10gb',
    });
    expect(about('gpu', [run({ usage: { gpuUtil: 0.08, peakGpuGib: 9.4 } })], [H100_SLICE])).toBeUndefined();
    expect(about('gpu', [small])).not.toHaveProperty('apply');
  });

  test('of a sweep that two trials could share', () => {
    const trial = (expId: string): PastRun =>
      run({ expId, sweep: 's', usage: { gpuUtil: 0.4, gpuUtils: [0.4], peakGpuGib: 20 } });
    expect(about('pack', [trial('a'), trial('b')])).toMatchObject({ apply: '--set pack=2' });
    expect(about('pack', [trial('a')])).toBeUndefined();
    const large = run({ sweep: 's', usage: { gpuUtil: 0.4, gpuUtils: [0.4], peakGpuGib: 45 } });
    expect(about('pack', [large, large])).toBeUndefined();
  });

  test('with memory to spare: a larger micro-batch; nearly full: a danger', () => {
    const spare = run({ usage: { peakGpuGib: 20 } });
    expect(about('batch', [spare])?.text).toMatch(/^a micro-batch 3 times as large would fit/);
    expect(about('gpu_memory', [run({ usage: { peakGpuGib: 78 } })])).toMatchObject({ isRisk: true });
  });
});

test('runs of the same stand together, those that wasted most first', () => {
  const { groups } = computeEfficiency([
    run({ sweep: 's', usage: { gpuUtil: 0.9 } }),
    run({ template: 'vit', usage: { gpuUtil: 0.1 } }),
    run({ sweep: 's', usage: { gpuUtil: 0.9 } }),
    run({ stage: 'eval', gpus: 0 }),
  ]);
  expect(groups.map(({ template, sweep, stage, runs }) => [template, sweep, stage, runs.length])).toEqual([
    ['vit', undefined, 'train', 1],
    ['resnet', 's', 'train', 2],
    ['resnet', undefined, 'eval', 1],
  ]);
  expect(groups[1]?.gpuHoursWasted).toBeCloseTo(0.6);
});

test('no suggestion is below what was used, and each would have held for all runs that it came from', () => {
  const life = fc.record({
    hours: fc.double({ min: 0.001, max: 200, noNaN: true }),
    limitH: fc.integer({ min: 1, max: 240 }),
    memGib: fc.integer({ min: 1, max: 2000 }),
    cpus: fc.integer({ min: 1, max: 64 }),
    busy: fc.double({ min: 0, max: 1, noNaN: true }),
    peak: fc.double({ min: 0, max: 1, noNaN: true }),
    samples: fc.integer({ min: 1, max: 50 }),
    outcome: fc.constantFrom('completed', 'failed', 'timeout', 'host_oom'),
  });
  fc.assert(
    fc.property(fc.array(life, { minLength: 1, maxLength: 20 }), (lives) => {
      const runs = lives.map(({ hours, limitH, memGib, cpus, busy, peak, samples, outcome }): PastRun => {
        const tookH = Math.min(hours, limitH);
        return run({
          hours: outcome === 'timeout' ? limitH : tookH,
          gpus: 0,
          cpus,
          status: outcome === 'completed' ? 'completed' : 'failed',
          ...(outcome === 'timeout' || outcome === 'host_oom' ? { cause: outcome } : {}),
          resources: { time_limit: `${limitH}:00:00`, mem: `${memGib}G`, cpus_per_task: cpus },
          usage: { samples, cpuS: busy * cpus * tookH * 3600, peakHostMib: peak * memGib * 1024 },
        });
      });
      for (const { suggestions } of computeEfficiency(runs).groups) {
        for (const { set = {} } of suggestions) {
          const { time_limit: limit, mem, cpus_per_task: cores } = set;
          for (const each of runs) {
            const seconds = (each.endedMs - (each.startedMs ?? 0)) / 1000;
            if (limit !== undefined) expect(parseTimeLimit(limit)).toBeGreaterThanOrEqual(seconds);
            if (limit !== undefined && each.cause === 'timeout') expect(parseTimeLimit(limit)).toBeGreaterThan(seconds);
            if (mem !== undefined) expect(parseMemory(mem)).toBeGreaterThanOrEqual(each.usage?.peakHostMib ?? 0);
            if (mem !== undefined && each.cause === 'host_oom')
              expect(parseMemory(mem)).toBeGreaterThan(parseMemory(each.resources.mem ?? 0));
            const { cpu, tooShort } = measure(each);
            if (cores !== undefined && cpu !== undefined && tooShort === undefined)
              expect(Number(cores) * 1.01).toBeGreaterThanOrEqual(cpu.used);
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});
