import { describe, expect, test } from 'vitest';
import type { Forecast } from '../forecast.ts';
import type { GpuKind } from '../gpu-kind.ts';
import type { PastRun } from '../past-run.ts';
import { countTrainingFlops } from './flops.ts';
import type { RunJob } from './run-job.ts';
import { runTimeForecast, type RunTimeQuestion } from './run-time-forecast.ts';

const HOUR_S = 3600;

function kind(id: string, differs: Partial<GpuKind> = {}): GpuKind {
  return { id, name: id.toUpperCase(), arch: 'x', usableGib: 40, tflops: {}, supports: [], notes: [], ...differs };
}

const a100 = kind('a100', { measuredBf16: 270, bandwidth: 2000, tflops: { bf16: 312 }, nvlink: 600 });
const h100 = kind('h100', { measuredBf16: 790, bandwidth: 3350, tflops: { bf16: 989 }, nvlink: 900 });
const kindOf = (name: string): GpuKind | undefined => ({ a100, h100 })[name];

let count = 0;

function run(seconds: number, differs: Partial<PastRun> = {}): PastRun {
  count += 1;
  return {
    expId: `run${count}`,
    stage: 'train',
    n: 1,
    template: 'resnet',
    params: { model: 'resnet50', epochs: 90, seed: count },
    resources: {},
    status: 'completed',
    startedMs: 1_000_000,
    endedMs: 1_000_000 + 1000 * seconds,
    gpus: 1,
    nodes: 1,
    gpuName: 'a100',
    ...differs,
  };
}

const job: RunJob = {
  template: 'resnet',
  stage: 'train',
  params: { model: 'resnet50', epochs: 90, seed: 7 },
  gpus: 1,
  nodes: 1,
};

function ask(pastRuns: readonly PastRun[], differs: Partial<RunTimeQuestion> = {}): Forecast {
  return runTimeForecast({ job, pastRuns, gpu: a100, kindOf, ...differs });
}

describe('from finished runs like it', () => {
  test('enough of them give the p90 by themselves', () => {
    const forecast = ask(Array.from({ length: 19 }, (_, i) => run(1000 + 10 * i)));
    // Rank 0.9 · 20 = 18 of 19.
    expect(forecast).toEqual({
      kind: 'history',
      p50S: 1090,
      p90S: 1170,
      samples: 19,
      basis: 'from 19 finished runs with the same parameters on a100',
    });
  });

  test('of few runs the p90 is assumed, and labelled so', () => {
    const forecast = ask([run(1000), run(1010), run(1020)]);
    expect(forecast).toMatchObject({ p50S: 1010, p90S: 1010 * 1.15, samples: 3 });
    expect(forecast.basis).toContain('the p90 is assumed, 15 % above the p50');
  });

  test('epochs are work: twice as many take twice as long', () => {
    const twice = { ...job, params: { ...job.params, epochs: 180 } };
    const forecast = ask([run(1000), run(1000), run(1000)], { job: twice });
    expect(forecast).toMatchObject({ p50S: 2000, p90S: 2800 });
    expect(forecast.basis).toContain('scaled by the work');
  });

  test('a step is worth its batch', () => {
    const stepped = (steps: number, batch: number) => ({ model: 'm', max_steps: steps, batch_size: batch });
    const before = [1, 2, 3].map(() => run(1000, { params: stepped(100, 32) }));
    const forecast = ask(before, { job: { ...job, params: stepped(200, 64) } });
    expect(forecast.p50S).toBe(4000);
  });

  test('those of the same model go before those of the template', () => {
    const others = [1, 2, 3, 4].map(() => run(9000, { params: { model: 'vit', epochs: 90 } }));
    expect(ask([...others, run(1000), run(1000), run(1000)]).p50S).toBe(1000);
    const vit = ask(others);
    expect(vit).toMatchObject({ p50S: 9000, p90S: 13_500 });
    expect(vit.basis).toContain('of the same template');
  });

  test('other stages, other templates, failures and the rest of an interrupted run say nothing', () => {
    const forecast = ask([
      run(1, { stage: 'eval' }),
      run(2, { template: 'bert' }),
      run(3, { status: 'failed', cause: 'gpu_oom' }),
      run(4, { status: 'cancelled' }),
      run(5, { packed: 4 }),
      run(600, { expId: 'again', status: 'cancelled' }),
      run(400, { expId: 'again', n: 2 }),
    ]);
    expect(forecast).toMatchObject({ kind: 'unknown', samples: 0 });
    expect(forecast.p50S).toBeUndefined();
  });
});

describe('a run that its limit ended is a lower bound', () => {
  const cut = (seconds: number) => run(seconds, { status: 'failed', cause: 'timeout' });

  test('it counts as longer than it was', () => {
    const forecast = ask([run(800), run(1000), run(1200), cut(1100), cut(1100)]);
    // Taken as samples it would be 1100; left out, 1000.
    expect(forecast.p50S).toBe(1200);
    expect(ask([run(800), run(1000), run(1200), cut(700), cut(700), cut(900), cut(900)]).p50S).toBe(1000);
    expect(ask([run(800), run(1200), run(1300), cut(900), cut(900)]).p50S).toBe(1200);
    expect(forecast.basis).toContain('2 more runs lasted longer than the limit');
    expect(forecast.samples).toBe(3);
  });

  test('when most were ended it is not known how long it takes, but longer than what', () => {
    const forecast = ask([cut(HOUR_S), cut(HOUR_S), run(800)]);
    expect(forecast).toMatchObject({ kind: 'unknown', samples: 3 });
    expect(forecast.basis).toContain('it takes longer than 1h 00m');
    expect(forecast.p90S).toBeUndefined();
  });

  test('the p90 is above it', () => {
    const many = Array.from({ length: 12 }, (_, i) => run(1000 + i));
    const forecast = ask([...many, cut(5000), cut(5000)]);
    expect(forecast.p90S).toBeGreaterThan(5000);
    expect(forecast.basis).toContain('the p90 is assumed');
  });
});

describe('on another GPU', () => {
  const before = [run(1000), run(1000), run(1000)];

  test('the lower of compute and bandwidth is how much faster it is', () => {
    const forecast = ask(before, { gpu: h100 });
    expect(forecast.p50S).toBeCloseTo(1000 / (3350 / 2000), 6);
    expect(forecast.p90S).toBeCloseTo((1.4 * 1000) / (3350 / 2000), 6);
    expect(forecast.basis).toContain('scaled to this GPU by memory bandwidth');
  });

  test('runs of the project on both, of any template, go before data sheets', () => {
    const pair = (gpuName: string, seconds: number): PastRun =>
      run(seconds, { template: 'bert', gpuName, params: { model: 'bert', epochs: 3 } });
    const forecast = ask([...before, pair('a100', 2200), pair('h100', 1000)], { gpu: h100 });
    expect(forecast.p50S).toBeCloseTo(1000 / 2.2, 6);
    expect(forecast.basis).toContain('one pair of runs of this project on both');
  });

  test('a sweep on both is no more than its runs: pairs are not looked for one by one', () => {
    const many = (gpuName: string, seconds: number): PastRun[] =>
      Array.from({ length: 100 }, (_, lr) =>
        run(seconds, { gpuName, params: { ...job.params, lr, nested: Object.fromEntries(Array(30).entries()) } }),
      );
    const others = many('h100', 1000).map((each) => ({ ...each, template: 'bert' }));
    const pairs = many('a100', 2200).map((each) => ({ ...each, template: 'bert' }));
    const forecast = ask([...many('a100', 1100), ...others, ...pairs], { gpu: h100 });
    expect(forecast.p50S).toBeCloseTo(500, 6);
    expect(forecast.basis).toContain('100 pairs of runs of this project on both');
  });

  test('runs there go before those elsewhere', () => {
    const there = [1, 2, 3].map(() => run(640, { gpuName: 'h100' }));
    expect(ask([...before, ...there], { gpu: h100 }).p50S).toBe(640);
  });

  test('of which nothing is known is not guessed', () => {
    const forecast = ask(before, { gpu: kind('mystery') });
    expect(forecast.kind).toBe('unknown');
    expect(forecast.basis).toContain('no finished run can be compared');
  });
});

test('more GPUs share the work with an efficiency that is labelled as assumed', () => {
  const four = { ...job, gpus: 4 };
  const forecast = ask([run(1000), run(1000), run(1000)], { job: four });
  expect(forecast.p50S).toBeCloseTo(1000 / (4 * 0.95), 6);
  expect(forecast.basis).toContain('assumed efficiency');
});

test('jobs without GPUs learn from jobs without GPUs', () => {
  const cpu = { ...job, gpus: 0 };
  const past = [1, 2, 3].map(() => run(50, { gpus: 0 }));
  const { gpuName: _name, ...bare } = past[0] as PastRun;
  const question = { job: cpu, pastRuns: [bare, run(1000), run(1000), run(1000)], kindOf };
  expect(runTimeForecast(question)).toMatchObject({ kind: 'history', p50S: 50, samples: 1 });
});

describe('from what it computes, where no run is like it', () => {
  test('6 operations a parameter and token, at a stated share of the peak', () => {
    const flops = countTrainingFlops({ params: 1e9, tokens: 1e9 });
    expect(flops.flops).toBe(6e18);
    const forecast = ask([], { flops });
    expect(forecast.p50S).toBeCloseTo(6e18 / (312e12 * 0.25), 0);
    expect(forecast.p90S).toBeCloseTo(6e18 / (312e12 * 0.1), 0);
    expect(forecast.kind).toBe('flops');
    expect(forecast.basis).toMatch(
      /6 × 1e9 parameters × 1e9 tokens.*25 %, or only 10 %, of 312 TFLOP\/s bf16 of A100.*assumed/,
    );
  });

  test('checkpointing does the forward pass twice, frozen weights have no gradient', () => {
    expect(countTrainingFlops({ params: 1e9, tokens: 1, checkpointing: true }).flops).toBe(8e9);
    expect(countTrainingFlops({ params: 1e9, tokens: 1, trainable: 0 }).flops).toBe(4e9);
    expect(countTrainingFlops({ params: 1e9, tokens: 1, layers: 2, hidden: 10, sequence: 100 }).flops).toBe(
      6e9 + 24_000,
    );
  });

  test('a GPU without a published speed gives no number', () => {
    const forecast = ask([], { flops: countTrainingFlops({ params: 1, tokens: 1 }), gpu: kind('mystery') });
    expect(forecast).toMatchObject({ kind: 'unknown', samples: 0 });
  });
});
