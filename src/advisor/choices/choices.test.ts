import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Forecast } from '../forecast.ts';
import type { GpuKind } from '../gpu-kind.ts';
import type { Access, Offer } from '../offer.ts';
import { batchSplits, describeNoSplit } from './batch.ts';
import { choose } from './choose.ts';
import { findDominating } from './dominated.ts';
import type { Candidate, Job, Need, Placement } from '../job/job.ts';
import { scoreCandidate, type ScoredCandidate } from './score-candidate.ts';
import { findNearestMiss } from './nearest.ts';
import { search } from './search.ts';
import { formatChoice } from './texts.ts';

const A100: GpuKind = {
  id: 'a100_80_sxm',
  name: 'A100 80GB',
  arch: 'ampere',
  usableGib: 79.1,
  tflops: { bf16: 312, fp16: 312, fp32: 19.5 },
  measuredBf16: 271.2,
  supports: ['fp32', 'tf32', 'fp16', 'bf16'],
  nvlink: 600,
  rgu: 4.8,
  tdp: 400,
  notes: [],
};
const V100: GpuKind = {
  ...A100,
  id: 'v100_16',
  name: 'V100',
  arch: 'volta',
  usableGib: 15.7,
  tflops: { fp16: 125 },
  supports: ['fp32', 'fp16'],
  rgu: 2.2,
};
const { measuredBf16: _, ...V100_BARE } = V100;

function offer(partition: string, more: Partial<Offer> = {}): Offer {
  return {
    partition,
    gpu: A100,
    gpuType: 'a100',
    nodes: 4,
    gpusPerNode: 4,
    gpusTotal: 16,
    cpusPerNode: 64,
    memoryMibPerNode: 512 * 1024,
    free: [],
    accounts: [{ account: 'lab', default: true, basis: 'settings' }],
    exclusive: false,
    features: [],
    notes: [],
    ...more,
  };
}

const CPU: Partial<Offer> = { gpusPerNode: 0, gpusTotal: 0 };

function cpuOffer(partition: string, more: Partial<Offer> = {}): Offer {
  const { gpu: _gpu, gpuType: _type, ...rest } = offer(partition, { ...CPU, ...more });
  return rest;
}

const JOB: Job = { device: 'gpu', mayChangeGpus: true, shardings: ['none', 'ddp', 'fsdp'], features: [], tasks: 1 };

/** 10 GiB of states, 1 GiB for each sample; FSDP shares the states. */
function needOf({ offer: { gpu }, gpus, sharding, split }: Placement): Need {
  const gib = (sharding === 'fsdp' ? 10 / gpus : 10) + (split?.micro ?? 1);
  const usableGib = gpu?.usableGib ?? 1_000;
  const verdict = gib > usableGib ? 'does_not_fit' : gib > 0.9 * usableGib ? 'tight' : 'fits';
  return { gib, usableGib, verdict, basis: 'a formula of this test' };
}

function forecast(p50S?: number, p90S?: number): Forecast {
  return {
    kind: p50S === undefined ? 'unknown' : 'history',
    basis: 'this test',
    samples: 0,
    ...(p50S === undefined ? {} : { p50S }),
    ...(p90S === undefined ? {} : { p90S }),
  };
}

function scoreAll(
  job: Job,
  offers: readonly Offer[],
  forecast: (candidate: Candidate) => { wait: Forecast; run: Forecast },
): ScoredCandidate[] {
  return search(job, offers, needOf).candidates.map((candidate) => scoreCandidate(job, candidate, forecast(candidate)));
}

const UNKNOWN = { wait: forecast(), run: forecast() };

describe('the batch', () => {
  test('is split so that micro-batch × GPUs × accumulation is the global batch exactly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 300 }),
        (global, gpus, maxMicro) => {
          const splits = batchSplits({ global, maxMicro }, gpus);
          for (const { micro, accumulation } of splits) {
            expect(micro * gpus * accumulation).toBe(global);
            expect(micro).toBeLessThanOrEqual(maxMicro);
            expect(Number.isInteger(micro) && Number.isInteger(accumulation)).toBe(true);
          }
          expect(splits.length > 0).toBe(global % gpus === 0);
        },
      ),
    );
  });

  test('has micro-batches that are no powers of two', () => {
    expect(batchSplits({ global: 252, maxMicro: 64 }, 4)[0]).toEqual({ micro: 63, accumulation: 1 });
  });

  test('keeps the micro-batch of BatchNorm if possible, and warns otherwise', () => {
    const job: Job = { ...JOB, batch: { global: 64, normMicro: 32 } };
    const { candidates } = search(job, [offer('a')], needOf);
    expect(candidates.map(({ gpus, split, warnings }) => [gpus, split?.micro, warnings[0]])).toEqual([
      [1, 32, undefined],
      [2, 32, undefined],
      [4, 16, 'BatchNorm would take its statistics over 16 samples, not 32'],
      [8, 8, 'BatchNorm would take its statistics over 8 samples, not 32'],
      [16, 4, 'BatchNorm would take its statistics over 4 samples, not 32'],
    ]);
    const single = search({ ...JOB, batch: { global: 1, normMicro: 32 } }, [offer('a')], needOf).candidates[0];
    expect(single?.warnings).toEqual(['BatchNorm would take its statistics over 1 sample, not 32']);
  });

  test('keeps a micro-batch that is frozen, so that only one count of GPUs is left', () => {
    const job: Job = { ...JOB, batch: { global: 64, micro: 32, accumulation: 1 } };
    const { candidates, dropped } = search(job, [offer('a')], needOf);
    expect(candidates.map(({ gpus }) => gpus)).toEqual([2]);
    expect(dropped.map(({ gpus, why }) => `${gpus}: ${why}`)).toContain(
      '4: 4 GPUs with a micro-batch of 32 and accumulation over 1 would not give the global batch of 64',
    );
  });
});

const access: fc.Arbitrary<Access> = fc.record(
  {
    account: fc.constantFrom('lab', 'guest'),
    default: fc.boolean(),
    basis: fc.constant('settings' as const),
    maxWallS: fc.integer({ min: 600, max: 100_000 }),
    maxGpusPerJob: fc.integer({ min: 1, max: 16 }),
    maxGpusPerUser: fc.integer({ min: 1, max: 16 }),
    gpusInUse: fc.integer({ min: 0, max: 16 }),
  },
  { requiredKeys: ['account', 'default', 'basis'] },
);

const someOffer: fc.Arbitrary<Offer> = fc
  .record({
    partition: fc.constantFrom('a', 'b', 'c', 'd'),
    gpu: fc.constantFrom(A100, V100_BARE, { ...A100, mig: '3g.40gb' }),
    nodes: fc.integer({ min: 1, max: 12 }),
    gpusPerNode: fc.integer({ min: 1, max: 8 }),
    more: fc.record(
      {
        accounts: fc.array(access, { maxLength: 3 }),
        maxTimeS: fc.integer({ min: 600, max: 100_000 }),
        maxNodes: fc.integer({ min: 1, max: 4 }),
        minGpus: fc.integer({ min: 1, max: 4 }),
        closed: fc.constant('it is down'),
      },
      { requiredKeys: [] },
    ),
    free: fc.array(
      fc.record({
        gpus: fc.integer({ min: 0, max: 8 }),
        cpus: fc.integer({ min: 0, max: 64 }),
        memoryMib: fc.constant(100_000),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ partition, gpu, nodes, gpusPerNode, more, free }) =>
    offer(partition, {
      gpu,
      nodes,
      gpusPerNode,
      gpusTotal: nodes * gpusPerNode,
      free,
      accounts: [{ account: 'lab', default: true, basis: 'settings' }],
      ...more,
    }),
  );

const someJob: fc.Arbitrary<Job> = fc
  .record({
    global: fc.integer({ min: 1, max: 400 }),
    timeLimitS: fc.option(fc.integer({ min: 60, max: 90_000 }), { nil: undefined }),
    gpusPerNode: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    mayChangeGpus: fc.boolean(),
    gpus: fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined }),
    tasks: fc.integer({ min: 1, max: 30 }),
  })
  .map(({ global, timeLimitS, gpusPerNode, mayChangeGpus, gpus, tasks }) => ({
    ...JOB,
    batch: { global, maxMicro: 48 },
    mayChangeGpus,
    tasks,
    ...(timeLimitS === undefined ? {} : { timeLimitS }),
    ...(gpusPerNode === undefined ? {} : { gpusPerNode }),
    ...(gpus === undefined ? {} : { gpus }),
  }));

const offers = fc.array(someOffer, { maxLength: 6 });

describe('the search', () => {
  test('offers only what fits, is allowed, and keeps the global batch', () => {
    fc.assert(
      fc.property(someJob, offers, (job, all) => {
        const { candidates } = search(job, all, needOf);
        for (const { offer: to, gpus, nodes, gpusPerNode, split, need, access: way } of candidates) {
          expect(gpus).toBe(nodes * gpusPerNode);
          expect((split?.micro ?? 0) * gpus * (split?.accumulation ?? 0)).toBe(job.batch?.global);
          expect(need.verdict).not.toBe('does_not_fit');
          expect(to.closed).toBeUndefined();
          expect(gpus).toBeGreaterThanOrEqual(to.minGpus ?? 0);
          expect(gpusPerNode).toBeLessThanOrEqual(to.gpusPerNode);
          expect(nodes).toBeLessThanOrEqual(Math.min(to.nodes, to.maxNodes ?? Infinity));
          expect(job.timeLimitS ?? 0).toBeLessThanOrEqual(Math.min(to.maxTimeS ?? Infinity, way?.maxWallS ?? Infinity));
          expect(gpus).toBeLessThanOrEqual(Math.min(way?.maxGpusPerJob ?? Infinity, way?.maxGpusPerUser ?? Infinity));
          expect(to.gpu?.mig === undefined || gpus === 1).toBe(true);
          if (!job.mayChangeGpus) expect(gpusPerNode).toBe(job.gpusPerNode ?? 1);
          else expect(gpus).toBe(job.gpus ?? gpus);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('says why of each partition that it does not offer', () => {
    fc.assert(
      fc.property(someJob, offers, (job, all) => {
        const { candidates, dropped } = search(job, all, needOf);
        const told = new Set([
          ...candidates.map(({ offer: { partition } }) => partition),
          ...dropped.map(({ partition }) => partition),
        ]);
        expect(told).toEqual(new Set(all.map(({ partition }) => partition)));
        for (const { why } of dropped) expect(why.length).toBeGreaterThan(5);
      }),
    );
  });

  test('says what of account, QOS and limits is in the way', () => {
    const why = (accounts: readonly Partial<Access>[], job: Partial<Job>): unknown =>
      search(
        { ...JOB, mayChangeGpus: false, ...job },
        [
          offer('a', {
            accounts: accounts.map((way) => ({ account: 'lab', default: true, basis: 'settings', ...way })),
          }),
        ],
        needOf,
      ).dropped[0];
    expect(why([{ qos: 'normal' }], { qos: 'long' })).toMatchObject({
      why: 'QOS long may not use it; lab may',
      fix: 'leave qos out',
    });
    expect(why([{}], { account: 'other' })).toMatchObject({ fix: '--set account=lab' });
    // One way in is long enough for the job, and the other one has the GPUs.
    const ways = [{ maxWallS: 3_600 }, { account: 'guest', default: false, maxGpusPerJob: 1 }];
    expect(why(ways, { gpusPerNode: 4, timeLimitS: 7_200 })).toMatchObject({ why: 'you may have 1 GPU there at most' });
  });

  test('goes in with the QOS that an account has by default, not with the first of the alphabet', () => {
    const ways = ['bigmem', 'gpu', 'normal'].map((qos) => ({
      account: 'operator',
      qos,
      default: false,
      basis: 'settings' as const,
      ...(qos === 'normal' ? { defaultQos: true as const } : {}),
    }));
    const [first] = scoreAll(JOB, [offer('p', { accounts: ways })], () => UNKNOWN);
    expect(first?.access?.qos).toBe('normal');
  });

  test('sends no job where Slurm would not start it', () => {
    const job: Job = { ...JOB, mayChangeGpus: false, features: ['a', 'b'] };
    const mixed: Partial<Offer> = {
      features: ['a', 'b'],
      nodesByFeatures: [
        { features: ['a'], nodes: 3 },
        { features: ['b'], nodes: 1 },
      ],
    };
    const why = (asked: Job, more: Partial<Offer>): string | undefined =>
      search(asked, [offer('p', more)], needOf).dropped[0]?.why;
    expect(why(job, mixed)).toBe('no node of it has a and b, as constraint asks');
    expect(why({ ...job, features: ['a'], nodes: 4 }, mixed)).toBe('asks for 4 nodes, and 3 are the most there');
    expect(why(JOB, { nodes: 0, nodesByFeatures: [] })).toBe('asks for 1 node, and 0 are the most there');
    expect(why({ ...JOB, mayChangeGpus: false }, { minNodes: 2 })).toBe('a job there must have at least 2 nodes');
    expect(why({ ...JOB, reservation: 'course' }, {})).toBe('reservation course is asked for');
    expect(why({ ...JOB, reservation: 'course' }, { reservation: 'course' })).toBeUndefined();
    expect(why(JOB, { accounts: [], keptOut: 'for members of staff' })).toBe('for members of staff');
  });

  test('counts as free only nodes with the features that are asked for', () => {
    const room = { gpus: 4, cpus: 64, memoryMib: 500_000 };
    const free = [room, { ...room, features: ['fast'] }];
    const freeNow = (job: Job, ...rooms: NonNullable<Offer['free']>): unknown =>
      scoreAll({ ...job, mayChangeGpus: false }, [offer('p', { free: rooms })], () => UNKNOWN)[0]?.freeNow;
    expect(freeNow({ ...JOB, features: ['fast'] }, ...free)).toBe(true);
    expect(freeNow({ ...JOB, features: ['fast'] }, room)).toBe(false);
  });

  test.each<[string, Partial<Job>, Partial<Offer>, number | undefined]>([
    ['as it asks', { memoryMib: 100 }, { defaultMemory: { perCpuMib: 7 } }, 100],
    ['all of a node', { memoryMib: Infinity }, {}, 512 * 1024],
    ['of each GPU as it asks', { memoryPer: { gpu: 1000 } }, {}, 2000],
    ['of each CPU as it asks', { memoryPer: { cpu: 100 } }, {}, 1600],
    ['of each GPU as it is given', {}, { defaultMemory: { perGpuMib: 3000, perCpuMib: 1 } }, 6000],
    ['of each CPU as it is given', {}, { defaultMemory: { perCpuMib: 2000 } }, 32_000],
    ['of all CPUs of a whole node', {}, { defaultMemory: { perCpuMib: 2000 }, exclusive: true }, 128_000],
    ['of a node as it is given', {}, { defaultMemory: { perNodeMib: 5000 } }, 5000],
    ['its share of a node', {}, { defaultMemory: {} }, 256 * 1024],
    ['not known', {}, {}, undefined],
    ['not known of nodes that do not tell it', {}, { defaultMemory: {}, memoryMibPerNode: Infinity }, undefined],
  ])('use the memory that a job gets: %s', (_, job, more, mib) => {
    const asked: Job = { ...JOB, mayChangeGpus: false, gpusPerNode: 2, ...job };
    const room = { gpus: 4, cpus: 64, memoryMib: (mib ?? 1) - 1 };
    const [first] = scoreAll(asked, [offer('p', { ...more, free: [room] })], () => UNKNOWN);
    expect(first?.memoryMib).toBe(mib);
    expect(first?.freeNow).toBe(mib === undefined);
  });

  test('use the end of a reservation, and warn that jobs end with it', () => {
    const reserved = offer('p', { reservation: 'course', reservedToMs: 600_000 });
    const limits = (timeLimitS?: number): unknown => {
      const job: Job = { ...JOB, mayChangeGpus: false, nowMs: 0, ...(timeLimitS === undefined ? {} : { timeLimitS }) };
      return search(job, [reserved], needOf).candidates.map((each) => [each.timeLimitS, ...each.warnings]);
    };
    const warning = 'reservation course ends in 10m, and its jobs end with it';
    expect(limits(3600)).toEqual([[600, warning]]);
    expect(limits()).toEqual([[600, warning]]);
    expect(limits(300)).toEqual([[300]]);
    const run = { wait: forecast(), run: forecast(900, 1_000) };
    const [long] = scoreAll({ ...JOB, mayChangeGpus: false, nowMs: 0 }, [reserved], () => run);
    expect(long).not.toHaveProperty('asksTimeS');
  });

  test('does not know what is free for a job that asks for more than it reads', () => {
    const free = [{ gpus: 4, cpus: 64, memoryMib: 500_000 }];
    expect(scoreAll({ ...JOB, isUnweighed: true }, [offer('p', { free })], () => UNKNOWN)[0]?.freeNow).toBeUndefined();
  });

  test('takes the least sharding in which it fits, and the largest micro-batch', () => {
    const small = { ...JOB, batch: { global: 256, maxMicro: 48 } };
    const [one] = search(small, [offer('a')], needOf).candidates;
    expect(one).toMatchObject({ gpus: 1, sharding: 'none', split: { micro: 32, accumulation: 8 } });
    const tiny = { ...V100_BARE, usableGib: 9 };
    const found = search(small, [offer('v', { gpu: tiny })], needOf);
    expect(found.candidates.map(({ gpus, sharding }) => `${gpus} ${sharding}`)).toEqual([
      '2 fsdp',
      '4 fsdp',
      '8 fsdp',
      '16 fsdp',
    ]);
    expect(found.dropped).toMatchObject([{ gpus: 1, kind: 'memory' }]);
  });

  test('warns of a GPU that CUDA 12 does not run on', () => {
    const kepler = { ...V100_BARE, name: 'Tesla K80 (one of 2 chips)', arch: 'kepler' };
    const job = { ...JOB, mayChangeGpus: false, batch: { global: 1, micro: 1 } };
    const warning = 'CUDA 12, and what is built with it, does not run on Tesla K80 (one of 2 chips) (kepler)';
    const warnings = (gpu: typeof V100_BARE): readonly string[] | undefined =>
      search(job, [offer('k', { gpu })], needOf).candidates[0]?.warnings;
    expect(warnings(kepler)).toContain(warning);
    expect(warnings(V100_BARE)).not.toContain(warning);
  });

  test('offers a tight fit only if nothing fits well, and warns', () => {
    const job = { ...JOB, mayChangeGpus: false, batch: { global: 5, micro: 5 } };
    const tight = offer('v', { gpu: V100_BARE });
    expect(search(job, [tight], needOf).candidates[0]?.warnings[0]).toBe(
      'tight: 15.0 of 15.7 GiB, it may run out of memory',
    );
    const both = search(job, [tight, offer('a')], needOf);
    expect(both.candidates.map((one) => one.offer.partition)).toEqual(['a']);
    expect(both.dropped[0]?.why).toBe('too little would be left free: 15.0 of 15.7 GiB with a micro-batch of 5');
  });

  test('leaves out GPUs without the precision that is asked for', () => {
    const { dropped } = search({ ...JOB, precision: 'bf16' }, [offer('v', { gpu: V100_BARE })], needOf);
    expect(dropped).toMatchObject([{ partition: 'v', kind: 'precision', why: 'V100 has no bf16' }]);
  });

  test('proposes no more CPUs than the share of the GPUs, and warns of more', () => {
    expect(search(JOB, [offer('a', { cpusPerNode: 16 })], needOf).candidates[0]?.cpusPerTask).toBe(4);
    const greedy = search({ ...JOB, cpusPerTask: 32 }, [offer('a')], needOf).candidates[0];
    expect(greedy?.warnings).toEqual([
      'asks for 32 CPUs with 1 of 4 GPUs of a node, whose share is 16: it waits longer',
    ]);
  });

  test('takes the default account, and names another one that has room now', () => {
    const accounts: Access[] = [
      { account: 'lab', default: true, basis: 'settings', maxGpusPerUser: 4, gpusInUse: 4 },
      { account: 'guest', default: false, basis: 'settings' },
    ];
    const [one] = search(JOB, [offer('a', { accounts })], needOf).candidates;
    expect(one?.access?.account).toBe('lab');
    expect(one?.warnings).toEqual(['you have 4 of the 4 GPUs that account lab may have; account guest has room now']);
    const own = search({ ...JOB, account: 'guest' }, [offer('a', { accounts })], needOf).candidates[0];
    expect(own?.access?.account).toBe('guest');
  });

  test('names the nearest possible job when no candidate is available', () => {
    const { candidates, dropped } = search(
      { ...JOB, timeLimitS: 90_000 },
      [offer('a', { maxTimeS: 3_600 }), offer('b', { accounts: [] })],
      needOf,
    );
    expect(candidates).toEqual([]);
    expect(findNearestMiss(dropped)).toMatchObject({
      partition: 'a',
      why: 'asks for 1d 01h, and 1h 00m is the most there',
      fix: '--set time_limit=60',
    });
  });
});

const someForecasts = fc.record({
  wait: fc
    .option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined })
    .map((p50) => forecast(p50, p50 === undefined ? undefined : p50 * 3)),
  run: fc
    .option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined })
    .map((p50) => forecast(p50, p50 === undefined ? undefined : p50 * 2)),
});

/** Candidates with forecasts as they come. */
const ranked = fc
  .tuple(someJob, offers, fc.infiniteStream(someForecasts))
  .map(([job, all, stream]) => scoreAll(job, all, () => stream.next().value ?? UNKNOWN));

describe('the choices', () => {
  test('are at most five, and each has a reason in words', () => {
    fc.assert(
      fc.property(ranked, (all) => {
        const { choices } = choose(all);
        expect(choices.length).toBeLessThanOrEqual(5);
        expect(choices.length > 0).toBe(all.length > 0);
        for (const { reasons, names } of choices) expect(reasons).toHaveLength(names.length);
      }),
    );
  });

  test('never begin with one that another one beats in everything', () => {
    fc.assert(
      fc.property(ranked, (all) => {
        const { choices, passedOver, unit, ranked: order } = choose(all);
        expect(passedOver.length + choices.length).toBe(all.length);
        const [best] = choices;
        if (best !== undefined) expect(findDominating(best.candidate, order, unit)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('of a sweep begin where most of it runs at once, though no run time is known', () => {
    const free = [{ gpus: 4, cpus: 64, memoryMib: 500_000 }];
    const small = offer('small', {
      nodes: 1,
      gpusPerNode: 2,
      gpusTotal: 2,
      free: [{ gpus: 2, cpus: 64, memoryMib: 500_000 }],
    });
    const all = scoreAll({ ...JOB, tasks: 12, mayChangeGpus: false }, [small, offer('large', { free })], () => UNKNOWN);
    const [best] = choose(all).choices;
    expect(best?.candidate).toMatchObject({ offer: { partition: 'large' }, waves: { atOnce: 4, count: 3 } });
  });

  test('do not depend on the order of the offers', () => {
    fc.assert(
      fc.property(
        someJob,
        fc.uniqueArray(someOffer, { selector: ({ partition }) => partition, maxLength: 4 }),
        (job, all) => {
          const names = (list: readonly Offer[]): string[] =>
            choose(
              scoreAll(job, list, ({ gpus }) => ({ wait: forecast(gpus * 10), run: forecast(1_000 / gpus) })),
            ).choices.map(({ candidate: { offer: to, gpus }, names: own }) => `${to.partition} ${gpus} ${own.join()}`);
          expect(names(all.toReversed())).toEqual(names(all));
        },
      ),
    );
  });

  test('are named by what they are best at', () => {
    const all = scoreAll(
      { ...JOB, mayChangeGpus: false },
      [offer('now'), offer('fast'), offer('cheap', { gpu: V100_BARE })],
      ({ offer: { partition } }) => ({
        wait: forecast({ now: 60, fast: 600, cheap: 3_600 }[partition], 4_000),
        run: forecast({ now: 9_000, fast: 6_000, cheap: 10_000 }[partition], 20_000),
      }),
    );
    expect(choose(all).choices.map(({ names, candidate: one }) => [one.offer.partition, ...names])).toEqual([
      ['fast', 'fastest'],
      ['now', 'soonest'],
      ['cheap', 'cheapest'],
    ]);
  });

  test('begin with what is free now where no run time is known', () => {
    const free = [{ gpus: 4, cpus: 64, memoryMib: 500_000 }];
    const all = scoreAll({ ...JOB, mayChangeGpus: false }, [offer('full'), offer('free', { free })], () => UNKNOWN);
    const [best] = choose(all).choices;
    expect(best?.candidate.offer.partition).toBe('free');
    expect(best?.reasons).toContain('the requested resources are free now');
    expect(best?.candidate.cost.gpuHours).toBeUndefined();
  });

  test('do not call free now what others are predicted to get first', () => {
    const free = [{ gpus: 4, cpus: 64, memoryMib: 500_000 }];
    const all = scoreAll(
      { ...JOB, mayChangeGpus: false },
      [offer('planned', { free }), offer('full')],
      (candidate) => ({
        wait: candidate.offer.partition === 'planned' ? forecast(30_000, 60_000) : forecast(40_000, 80_000),
        run: forecast(100, 200),
      }),
    );
    const [best] = choose(all).choices;
    expect(best?.candidate.offer.partition).toBe('planned');
    expect(best?.reasons.join('; ')).not.toContain('free now');
  });

  test('go to nodes that take jobs, and warn if none does', () => {
    const job: Job = { ...JOB, device: 'cpu' };
    const all = scoreAll(
      job,
      [cpuOffer('drained', { away: '1 of 1 node drained: disk' }), cpuOffer('busy')],
      ({ offer: { partition } }) => ({
        wait: partition === 'busy' ? forecast(50_000, 100_000) : forecast(),
        run: forecast(60, 90),
      }),
    );
    const { choices } = choose(all);
    expect(choices.map(({ candidate: one, warnings }) => [one.offer.partition, ...warnings])).toEqual([
      ['busy'],
      ['drained', 'no node there takes jobs now: 1 of 1 node drained: disk'],
    ]);
  });

  test('without a run time leave the larger GPUs to those who need them', () => {
    const free = [{ gpus: 4, cpus: 64, memoryMib: 500_000 }];
    const { rgu: _rgu, ...large } = { ...A100, id: 'large', usableGib: 139.7, measuredBf16: 794.5 };
    const all = scoreAll(
      { ...JOB, mayChangeGpus: false },
      [offer('large', { gpu: large, free }), offer('small', { free })],
      () => UNKNOWN,
    );
    const { choices } = choose(all);
    expect(choices.map(({ names, candidate: one }) => [one.offer.partition, ...names])).toEqual([
      ['small', 'smallest'],
      ['large', 'strongest'],
    ]);
    expect(choices[0]?.reasons).toEqual(['lowest cost per hour: 1 GPU of 79.1 GiB']);
  });

  describe('where the job says no time limit', () => {
    const limited = (more: Partial<Offer>, run: Forecast, job: Job = JOB): ScoredCandidate | undefined =>
      scoreAll({ ...job, mayChangeGpus: false }, [offer('a', more)], () => ({ wait: forecast(0, 0), run }))[0];

    test('ask for more than the default that would end it: 1.15 × the p90, rounded up', () => {
      const one = limited({ defaultTimeS: 3_600, maxTimeS: 86_400 }, forecast(3_000, 10_000));
      expect(one).toMatchObject({ timeLimitS: 11_700, asksTimeS: 11_700 });
      expect(one && formatChoice(JOB, one, true)).toMatchObject({ time_limit: '03:15:00' });
    });

    test('are given no more than their account or QOS permits', () => {
      const accounts: Access[] = [{ account: 'lab', default: true, basis: 'settings', maxWallS: 1_800 }];
      const one = limited({ defaultTimeS: 3_600, maxTimeS: 86_400, accounts }, forecast(3_000, 3_500));
      expect(one).toMatchObject({ timeLimitS: 1_800 });
      expect(one && choose([one]).choices[0]?.warnings).toEqual([
        expect.stringMatching(
          /^half of similar runs take 50m.*, but the limit is 30m.*: the scheduler would probably stop it before it ends$/,
        ),
      ]);
    });

    test('ask for no more than the partition permits, and warn', () => {
      const one = limited({ defaultTimeS: 3_600, maxTimeS: 7_200 }, forecast(3_000, 10_000));
      expect(one?.asksTimeS).toBe(7_200);
      expect(one && choose([one]).choices[0]?.warnings).toEqual([
        'one run in ten takes 2h 46m or more, but the limit is 2h 00m',
      ]);
      const longer = limited({ defaultTimeS: 3_600, maxTimeS: 7_200 }, forecast(9_000, 10_000));
      expect(longer && choose([longer]).choices[0]?.warnings).toEqual([
        'half of similar runs take 2h 30m or more, but the limit is 2h 00m: the scheduler would probably stop it before it ends',
      ]);
    });

    test('go where a run ends within its limit', () => {
      const all = scoreAll(
        { ...JOB, timeLimitS: 3_600, mayChangeGpus: false },
        [offer('slow'), offer('fast')],
        ({ offer: { partition } }) => ({
          wait: forecast(partition === 'slow' ? 60 : 7_200, 10_000),
          run: partition === 'slow' ? forecast(4_000, 5_000) : forecast(3_000, 3_500),
        }),
      );
      expect(choose(all).choices.map(({ candidate: one }) => one.offer.partition)).toEqual(['fast', 'slow']);
    });

    test('leave alone what will do, what the job says, and what nothing is known of', () => {
      const default1h = { defaultTimeS: 3_600, maxTimeS: 86_400 };
      expect(limited(default1h, forecast(300, 600))?.asksTimeS).toBeUndefined();
      expect(limited(default1h, UNKNOWN.run)?.asksTimeS).toBeUndefined();
      expect(limited(default1h, forecast(3_000, 10_000), { ...JOB, timeLimitS: 1_800 })?.asksTimeS).toBeUndefined();
    });
  });

  test('go where jobs share a node before where they get whole ones, and count all that those take up', () => {
    const free = [{ gpus: 4, cpus: 64, memoryMib: 500_000 }];
    const all = scoreAll(
      { ...JOB, mayChangeGpus: false },
      [offer('a', { free, exclusive: true }), offer('b', { free })],
      () => ({ wait: forecast(60), run: forecast(3_600) }),
    );
    const [whole, shared] = all;
    expect([whole?.cost, shared?.cost]).toMatchObject([
      { cpus: 64, gpuHours: { p50: 4 }, rguHours: { p50: 19.2 } },
      { cpus: 8, gpuHours: { p50: 1 }, rguHours: { p50: 4.8 } },
    ]);
    expect(whole?.warnings).toContain('jobs get whole nodes there: it takes up 4 GPUs');
    expect(choose(all).choices[0]?.candidate.offer.partition).toBe('b');
  });

  test('prefer partitions that are known to fit and to be permitted', () => {
    const free = [{ gpus: 4, cpus: 64, memoryMib: 500_000 }];
    const { gpu: _gpu, accounts: _accounts, ...unknown } = offer('a', { free, gpuType: '' });
    const { accounts: _all, ...known } = offer('b', { free, isForAll: true });
    const candidates = search({ ...JOB, mayChangeGpus: false }, [unknown, known], (placement) =>
      placement.offer.gpu === undefined ? { verdict: 'unknown', basis: 'not known' } : needOf(placement),
    ).candidates;
    const { choices } = choose(candidates.map((candidate) => scoreCandidate(JOB, candidate, UNKNOWN)));
    expect(choices[0]?.candidate.offer.partition).toBe('b');
    expect(choices[0]?.warnings).toEqual([]);
    expect(choices[1]?.warnings).toContain('not known whether you may use it: sheaf partitions --probe finds out');
  });

  test('of a job without GPUs leave partitions with GPUs to those who need them', () => {
    const free = [{ gpus: 4, cpus: 64, memoryMib: 500_000 }];
    const all = scoreAll({ ...JOB, device: 'cpu' }, [offer('gpu', { free }), cpuOffer('cpu', { free })], () => UNKNOWN);
    expect(choose(all).choices.map(({ candidate: one }) => one.offer.partition)).toEqual(['cpu']);
  });

  test('show each other type of GPU that is worse, to compare with, and say what beats it', () => {
    const free = [{ gpus: 4, cpus: 64, memoryMib: 500_000 }];
    const all = scoreAll(
      { ...JOB, mayChangeGpus: false },
      [
        offer('best', { free, gpuType: 'a' }),
        offer('alike', { free, gpuType: 'a', preemptible: true }),
        offer('other', { free, gpuType: 'b', preemptible: true }),
      ],
      ({ offer: { partition } }) => ({
        wait: forecast(60, 120),
        run: forecast(partition === 'best' ? 600 : 900, 1_200),
      }),
    );
    const { choices, passedOver } = choose(all);
    expect(choices.map(({ candidate: one, names }) => [one.offer.partition, ...names])).toEqual([
      ['best', 'balanced'],
      ['other', 'other'],
    ]);
    expect(choices[1]?.reasons).toEqual(['no better than best with 1 × a in any respect']);
    expect(passedOver).toMatchObject([{ partition: 'alike', why: 'no better than best with 1 × a in any respect' }]);
  });

  test('put a different method last, and say so', () => {
    const job = { ...JOB, mayChangeGpus: false };
    const all = search(job, [offer('a'), offer('b')], needOf).candidates.map((candidate) =>
      scoreCandidate(job, candidate, {
        wait: forecast(60, 60),
        run: forecast(candidate.offer.partition === 'a' ? 100 : 1_000, 2_000),
        comparability:
          candidate.offer.partition === 'a' ? { level: 'C', reasons: ['no bf16'] } : { level: 'A', reasons: [] },
      }),
    );
    const { choices } = choose(all);
    expect(choices.map(({ candidate: one }) => one.offer.partition)).toEqual(['b', 'a']);
    expect(choices[1]?.warnings).toContain('a different method (level C): no bf16');
  });

  test('of jobs to be compared with others begin where those ran, unless another place is much better', () => {
    const job = { ...JOB, mayChangeGpus: false };
    const first = (seconds: number): string | undefined => {
      const all = search(job, [offer('before'), offer('other')], needOf).candidates.map((candidate) =>
        scoreCandidate(job, candidate, {
          wait: forecast(60, 60),
          run: forecast(candidate.offer.partition === 'before' ? 1_000 : seconds, 2_000),
          comparability: { level: 'B', reasons: ['versions of software: not known of both'] },
          isSamePlacement: candidate.offer.partition === 'before',
        }),
      );
      return choose(all).choices[0]?.candidate.offer.partition;
    };
    expect([first(800), first(100)]).toEqual(['before', 'other']);
  });

  test('count the waves of a sweep', () => {
    const accounts: Access[] = [{ account: 'lab', default: true, basis: 'settings', maxGpusPerUser: 4 }];
    const [one] = scoreAll({ ...JOB, tasks: 36, mayChangeGpus: false }, [offer('a', { accounts })], () => ({
      wait: forecast(0, 0),
      run: forecast(100, 200),
    }));
    expect(one?.waves).toEqual({ atOnce: 4, count: 9, because: 'your limit there is 4 GPUs' });
    expect(one?.done).toEqual({ p50: 900, p90: 1_800 });
    expect(one?.cost.gpuHours?.p50).toBeCloseTo(1);
  });

  test('of a sweep are as many as limits of jobs and the nodes permit', () => {
    const wavesOn = (at: Offer, job: Partial<Job> = {}): unknown =>
      scoreAll({ ...JOB, tasks: 36, mayChangeGpus: false, ...job }, [at], () => UNKNOWN)[0]?.waves;
    const accounts: Access[] = [{ account: 'lab', default: true, basis: 'settings', maxJobs: 3 }];
    expect(wavesOn(offer('a', { accounts }))).toEqual({ atOnce: 3, count: 12, because: 'your limit there is 3 jobs' });
    // Of four GPUs of a node one is left over.
    expect(wavesOn(offer('a'), { gpusPerNode: 3 })).toEqual({ atOnce: 4, count: 9, because: 'it has 16 GPUs' });
    const cpu = { device: 'cpu', cpusPerTask: 32 } as const;
    expect(wavesOn(cpuOffer('a'), cpu)).toEqual({ atOnce: 8, count: 5, because: 'it has 4 nodes' });
  });
});

test('an absurd global batch is refused at once, in words', () => {
  const rule = { global: 1e30 };
  expect(batchSplits(rule, 1)).toEqual([]);
  expect(describeNoSplit(rule, 1)).toContain('more than any');
});
