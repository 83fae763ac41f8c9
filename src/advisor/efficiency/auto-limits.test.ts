import { describe, expect, test } from 'vitest';
import { findGpuKind } from '../gpus/gpu-kinds.ts';
import type { PastRun, RunUsage } from '../past-run.ts';
import { adviseMemoryLimit, adviseTimeLimit, type LimitQuestion } from './auto-limits.ts';

const HOUR_MS = 3_600_000;

interface Life extends Partial<Omit<PastRun, 'usage'>> {
  readonly hours?: number;
  readonly usage?: Partial<RunUsage>;
}

let made = 0;

function run({ hours = 2, usage, ...more }: Life = {}): PastRun {
  made += 1;
  return {
    expId: `run${made}`,
    stage: 'train',
    n: 1,
    template: 'resnet',
    params: { model: 'resnet50', epochs: 90, seed: made },
    resources: { mem: '64G' },
    status: 'completed',
    startedMs: 0,
    endedMs: hours * HOUR_MS,
    gpus: 0,
    nodes: 1,
    usage: { source: 'monitor', samples: 100, peakHostMib: 10_240, ...usage },
    ...more,
  };
}

function question(
  pastRuns: readonly PastRun[],
  params: PastRun['params'] = { model: 'resnet50', epochs: 90, seed: 7 },
): LimitQuestion {
  return {
    expId: 'next',
    job: { template: 'resnet', stage: 'train', params, gpus: 0, nodes: 1 },
    pastRuns,
    kindOf: (name) => findGpuKind(name),
  };
}

function cutOff(more: Life = {}): PastRun {
  return run({ status: 'failed', cause: 'timeout', ...more });
}

describe('time_limit: auto', () => {
  test('is from a high percentile of runs of the same work', () => {
    const runs = Array.from({ length: 20 }, () => run());
    expect(adviseTimeLimit(question(runs))).toEqual({
      value: 2.5 * 3600,
      basis: 'from the p95 of 20 runs (2h 00m; the longest 2h 00m)',
      samples: 20,
    });
  });

  test('is scaled where the work is another', () => {
    const found = adviseTimeLimit(question([run(), run(), run()], { model: 'resnet50', epochs: 180, seed: 7 }));
    expect(found?.value).toBeGreaterThanOrEqual(4 * 3600 * 1.15);
    expect(found?.basis).toContain('scaled by the work');
  });

  test('is not known from another stage, another template, or from what failed early', () => {
    expect(
      adviseTimeLimit(
        question([run({ stage: 'eval' }), run({ template: 'vit' }), run({ status: 'failed', cause: 'exit_code' })]),
      ),
    ).toBeUndefined();
  });

  test('grows with each attempt of the same experiment that reached its limit', () => {
    const first = cutOff({ expId: 'next', n: 1, hours: 3, params: { model: 'resnet50', epochs: 90, seed: 7 } });
    const second = { ...first, n: 2, startedMs: 0, endedMs: 4.5 * HOUR_MS };
    expect(adviseTimeLimit(question([run(), first]))?.value).toBe(4.5 * 3600);
    expect(adviseTimeLimit(question([run(), first, second]))?.value).toBe(6.75 * 3600);
    // What is put back at its limit and goes on is not short of time.
    expect(adviseTimeLimit(question([run(), run({ hours: 2 }), first]), true)?.basis).not.toContain('4h');
  });
});

describe('mem: auto', () => {
  test('is from the peak of runs of the same, otherwise of those of the template, with a remark', () => {
    const other = run({ params: { model: 'vit', epochs: 90 }, usage: { peakHostMib: 20_480 } });
    expect(adviseMemoryLimit(question([run(), other]))).toMatchObject({ value: 12 * 1024, samples: 1 });
    expect(adviseMemoryLimit(question([other]))).toMatchObject({
      value: 24 * 1024,
      basis: 'from the highest peak of 1 run (20 GiB), with other parameters',
    });
  });

  test('grows after a run for which it was too little', () => {
    const killed = run({ status: 'failed', cause: 'host_oom', resources: { mem: '16G' } });
    expect(adviseMemoryLimit(question([run(), killed]))?.value).toBe(24 * 1024);
  });

  test('is not known without a peak, nor from jobs of another shape', () => {
    const { usage: _usage, ...blind } = run();
    expect(
      adviseMemoryLimit(question([blind, run({ gpus: 4 }), run({ nodes: 2 }), run({ packed: 2 })])),
    ).toBeUndefined();
  });
});
