import { describe, expect, test } from 'vitest';
import { recordedProject } from '../../../test/support/recorded-project.ts';
import type { Candidate, PastRun } from '../../advisor/index.ts';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import { nowMs } from '../../system/index.ts';
import type { PastWaits, Scheduler, Trial, TrialRequest } from '../../scheduler/index.ts';
import { makeForecasts } from './forecasts.ts';
import type { Project } from '../project/project.ts';

function candidate(partition: string, free: Candidate['offer']['free'] = []): Candidate {
  return {
    offer: {
      partition,
      gpuType: 'a100',
      nodes: 2,
      gpusPerNode: 4,
      gpusTotal: 8,
      cpusPerNode: 32,
      memoryMibPerNode: 128_000,
      exclusive: false,
      features: [],
      notes: [],
      free,
      pendingBefore: { here: free.length === 0 ? 3 : 0, elsewhere: 0 },
    },
    nodes: 1,
    gpusPerNode: 1,
    gpus: 1,
    sharding: 'none',
    need: { verdict: 'fits', basis: 'measured' },
    cpusPerNode: 4,
    timeLimitS: 3600,
    warnings: [],
  };
}

function history(partition: string, count: number, waitS: number): PastWait[] {
  return Array.from({ length: count }, (_, i) => {
    const eligibleMs = nowMs() - (count - i) * 600_000;
    return { eligibleMs, startMs: eligibleMs + 1000 * waitS, partition, gpus: 1, timeLimitS: 3000 };
  });
}

interface Asked {
  readonly project: Project;
  readonly trials: TrialRequest[];
  readonly questions: () => number;
}

/** A project whose scheduler answers so; what it is asked is noted. */
async function asking(waits: PastWaits, trial: (request: TrialRequest) => Trial): Promise<Asked> {
  const { project } = await recordedProject();
  const trials: TrialRequest[] = [];
  let questions = 0;
  const scheduler: Pick<Scheduler, 'waits' | 'predictStart'> = {
    waits: async () => {
      questions += 1;
      return waits;
    },
    predictStart: async (request) => {
      trials.push(request);
      return trial(request);
    },
  };
  const asked = { ...project, scheduler: async () => scheduler as Scheduler };
  return { project: asked, trials, questions: () => questions };
}

const target = { template: 't', stage: 'train', params: {} };
const room = [{ gpus: 4, cpus: 32, memoryMib: 64_000 }];
const soon = (): Trial => ({ kind: 'starts', startMs: nowMs() + 1_200_000 });

describe('the scheduler is asked little', () => {
  test('once for past waits, and to plan for the two most promising that would not start now, one a partition', async () => {
    const waits = [...history('a', 40, 300), ...history('b', 40, 60), ...history('c', 40, 6000)];
    const { project, trials, questions } = await asking({ kind: 'answer', waits, onlyOwn: false }, soon);
    const candidates = [candidate('a'), candidate('b'), candidate('b'), candidate('c'), candidate('d', room)];
    const { forecasts, notes } = await makeForecasts(project, target, candidates, []);
    expect(questions()).toBe(1);
    expect(trials.map(({ partition }) => partition)).toEqual(['b', 'a']);
    expect(trials[0]).toEqual({
      partition: 'b',
      nodes: 1,
      gpusPerNode: 1,
      cpusPerNode: 4,
      gpuType: 'a100',
      timeLimitS: 3600,
      features: [],
    });
    expect(forecasts.map(({ wait }) => wait.kind)).toEqual(['mixed', 'mixed', 'mixed', 'history', 'now']);
    expect(notes).toEqual([]);
  });

  test('a plan holds for what asks for no more in the same place, and for nothing that asks for more', async () => {
    const { project, trials } = await asking({ kind: 'none' }, soon);
    const sized = (gpus: number): Candidate => ({ ...candidate('a'), gpus, gpusPerNode: gpus });
    const { forecasts } = await makeForecasts(project, target, [sized(2), sized(1), sized(4)], []);
    expect(trials.map(({ gpusPerNode }) => gpusPerNode)).toEqual([2]);
    expect(forecasts.map(({ wait }) => wait.kind)).toEqual(['test_only', 'test_only', 'unknown']);
    expect(forecasts[1]?.wait.basis).toContain('for a job there that asks for more');
  });

  test('not at all if nothing is to be predicted', async () => {
    const { project, trials, questions } = await asking({ kind: 'none' }, soon);
    expect(await makeForecasts(project, target, [], [])).toEqual({ forecasts: [], notes: [] });
    expect([trials.length, questions()]).toEqual([0, 0]);
  });
});

describe('what is unknown is reported', () => {
  const refuse = (): Trial => ({ kind: 'refused', said: 'Invalid qos specification' });
  const fail = (): Trial => ({ kind: 'failed', said: 'no answer' });

  test.each([
    [{ kind: 'none' } as const, 'how long jobs waited is not known: there is no accounting here'],
    [{ kind: 'failed', said: 'no answer' } as const, 'how long jobs waited could not be asked: no answer'],
  ])('no past waits: %j', async (answer, words) => {
    const { project } = await asking(answer, fail);
    const { forecasts, notes } = await makeForecasts(project, target, [candidate('a')], []);
    expect(forecasts[0]?.wait).toEqual({ kind: 'unknown', basis: words, samples: 0 });
    expect(notes).toEqual([words]);
  });

  test('a job that would not be taken has no wait, and the words of the scheduler', async () => {
    const waits = history('a', 40, 600);
    const { project } = await asking({ kind: 'answer', waits, onlyOwn: true }, refuse);
    const { forecasts, notes } = await makeForecasts(project, target, [candidate('a')], []);
    expect(forecasts[0]?.wait.basis).toBe('the scheduler would not take it: Invalid qos specification');
    expect(forecasts[0]?.wait.p50S).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining('your own jobs')]);
  });

  test('a project whose scheduler cannot be opened still has forecasts', async () => {
    const { project } = await recordedProject();
    const { forecasts, notes } = await makeForecasts(project, target, [candidate('a'), candidate('d', room)], []);
    expect(forecasts.map(({ wait, run }) => `${wait.kind} ${run.kind}`)).toEqual(['unknown unknown', 'now unknown']);
    expect(notes).toEqual(['how long jobs waited could not be asked: no scheduler is here']);
  });
});

test('a run of which no GPU is known had those of its partition, where these are all of one type', async () => {
  const { project } = await asking({ kind: 'none' }, soon);
  const run: PastRun = {
    expId: 'old',
    stage: 'train',
    n: 1,
    template: 't',
    params: {},
    resources: {},
    status: 'completed',
    startedMs: 0,
    endedMs: 50_000,
    partition: 'a',
    gpus: 1,
  };
  const typed = (gpuType: string): Candidate => ({ ...candidate('a'), offer: { ...candidate('a').offer, gpuType } });
  const [a, other] = [typed('gadget'), typed('widget')];
  const one = await makeForecasts(project, target, [a], [run]);
  expect(one.forecasts[0]?.run).toMatchObject({ kind: 'history', p50S: 50, samples: 1 });
  const mixed = await makeForecasts(project, target, [a, other], [run]);
  expect(mixed.forecasts.map(({ run: { kind } }) => kind)).toEqual(['unknown', 'unknown']);
});

test('run times are computed once for all partitions that have the same GPUs', async () => {
  const { project } = await asking({ kind: 'none' }, soon);
  let looks = 0;
  const run: PastRun = {
    expId: 'e',
    stage: 'train',
    n: 1,
    template: 't',
    params: {},
    resources: {},
    get status() {
      looks += 1;
      return 'completed' as const;
    },
    startedMs: 0,
    endedMs: 50_000,
    gpus: 1,
    gpuName: 'gadget',
  };
  const { offer } = candidate('a');
  const candidates = Array.from({ length: 400 }, (_, i): Candidate => ({
    ...candidate('a'),
    offer: { ...offer, partition: `p${i}`, gpuType: 'gadget' },
  }));
  const { forecasts } = await makeForecasts(project, target, candidates, [run]);
  expect(forecasts.map(({ run: { p50S } }) => p50S)).toEqual(Array(400).fill(50));
  expect(looks).toBeLessThan(40);
});
