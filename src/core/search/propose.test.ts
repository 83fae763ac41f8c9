import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawRows } from '../sweep/random.ts';
import type { SweepMember } from '../sweep/space.ts';
import { makeAxis, type Draw } from './axes.ts';
import { estimateDensity } from './density.ts';
import { makeKernel } from './kernels.ts';
import { proposeMember, rankTrials, type ProposalRequest, type Trial } from './index.ts';

const SPACE: readonly Draw[] = [
  { name: 'lr', distribution: { kind: 'loguniform', low: 1e-5, high: 0.1 } },
  { name: 'dropout', distribution: { kind: 'uniform', low: 0, high: 0.5 } },
  { name: 'layers', distribution: { kind: 'int', low: 1, high: 4 } },
  { name: 'width', distribution: { kind: 'int', low: 16, high: 4096 } },
  { name: 'optimizer', distribution: { kind: 'choice', values: [{ value: 'adam' }, { value: 'sgd' }] } },
];
const GRID: readonly Draw[] = SPACE.filter(({ name }) => name === 'layers' || name === 'optimizer');

const results = fc.record({
  state: fc.constantFrom('completed', 'stopped', 'running', 'failed'),
  rung: fc.constantFrom(3, 9, 27),
  value: fc.oneof(fc.double(), fc.integer({ min: -2, max: 2 })),
});

/** Trials of a space with results, by number. */
const searches = fc.record({
  seed: fc.nat(),
  mode: fc.constantFrom('max', 'min'),
  results: fc.array(results, { maxLength: 40 }),
});

function makeTrials(draws: readonly Draw[], seed: number, all: readonly Omit<Trial, 'number' | 'member'>[]): Trial[] {
  const rows = [...drawRows({ count: all.length, seed, draws })];
  return all.map((result, number) => {
    const member: SweepMember = new Map(draws.map(({ name }, i) => [name, rows[number]?.[i] ?? { value: null }]));
    return { number, member, ...result };
  });
}

function trialsOf(draws: readonly Draw[], { seed, results: all }: { seed: number; results: Result[] }): Trial[] {
  return makeTrials(
    draws,
    seed,
    all.map(({ state, rung, value }, trial) => ({
      state,
      readings: [{ trial, rung, step: rung, value: Number.isFinite(value) ? value : null }],
      ...(state === 'completed' && { final: value }),
    })),
  );
}

type Result = { state: 'completed' | 'stopped' | 'running' | 'failed'; rung: number; value: number };

const plain = (member: SweepMember): object =>
  Object.fromEntries([...member].map(([name, { value }]) => [name, value]));

/** 40 trials, the better the nearer the learning rate is to 1e-3, with adam. */
function makeSearch(mode: 'max' | 'min', number: number): ProposalRequest {
  const trials = makeTrials(
    SPACE,
    1,
    Array.from({ length: 40 }, () => ({ state: 'completed', readings: [] })),
  ).map((trial) => {
    const { lr, optimizer } = plain(trial.member) as { lr: number; optimizer: string };
    const loss = Math.abs(Math.log10(lr) + 3) + (optimizer === 'adam' ? 0 : 0.5);
    return { ...trial, final: mode === 'min' ? loss : -loss };
  });
  return { by: 'tpe', draws: SPACE, seed: 1, number, mode, trials };
}

describe('a proposal', () => {
  test('is within the bounds of the space, and the same for the same trials in any order', () => {
    fc.assert(
      fc.property(searches, fc.constantFrom('random', 'tpe'), fc.nat(1000), (search, by, number) => {
        const trials = trialsOf(SPACE, search);
        const request: ProposalRequest = { by, draws: SPACE, seed: search.seed, number, mode: search.mode, trials };
        const member = proposeMember(request);
        for (const [i, axis] of SPACE.map(makeAxis).entries()) {
          const place = axis.findPlace(member.get(SPACE[i]?.name ?? '')) ?? Number.NaN;
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(axis.kind === 'line' ? 1 : axis.size - 1);
        }
        expect(proposeMember({ ...request, trials: trials.toReversed() })).toEqual(member);
      }),
    );
  });

  test('at random is the draw of the same number of a random sweep', () => {
    const rows = [...drawRows({ count: 20, seed: 4, draws: SPACE })];
    const proposed = rows.map((_, number) =>
      proposeMember({ by: 'random', draws: SPACE, seed: 4, number, mode: 'max', trials: [] }),
    );
    expect(proposed.map((member) => [...member.values()])).toEqual(rows);
  });

  test('is another one for another seed or number', () => {
    const members = [1, 2].flatMap((seed) =>
      [40, 41].map((number) => JSON.stringify([...proposeMember({ ...makeSearch('max', number), seed })])),
    );
    expect(new Set(members).size).toBe(4);
  });

  test('of TPE is near the best trials, whichever values are better', () => {
    for (const number of [40, 41, 42, 43, 44]) {
      const member = plain(proposeMember(makeSearch('min', number))) as { lr: number; optimizer: string };
      expect(Math.abs(Math.log10(member.lr) + 3)).toBeLessThan(1);
      expect(member.optimizer).toBe('adam');
      expect(plain(proposeMember(makeSearch('max', number)))).toEqual(member);
    }
  });

  test('does not depend on the data of trials that failed', () => {
    const search = makeSearch('max', 40);
    const failed = {
      number: 99,
      state: 'failed',
      readings: [],
      member: search.trials[0]?.member ?? new Map(),
    } as const;
    expect(proposeMember({ ...search, trials: [...search.trials, failed] })).toEqual(proposeMember(search));
  });

  test('leaves no member of a small space out before one is proposed again', () => {
    for (const by of ['random', 'tpe'] as const) {
      const trials: Trial[] = [];
      for (let number = 0; number < 8; number += 1) {
        const member = proposeMember({ by, draws: GRID, seed: 3, number, mode: 'max', trials });
        trials.push({ number, member, state: 'completed', readings: [], final: number });
      }
      expect(new Set(trials.map(({ member }) => JSON.stringify([...member]))).size).toBe(8);
      expect(proposeMember({ by, draws: GRID, seed: 3, number: 8, mode: 'max', trials }).size).toBe(2);
    }
  });
});

describe('trials are ranked', () => {
  const trial = (number: number, rest: Omit<Trial, 'number' | 'member'>): Trial => ({
    number,
    member: new Map(),
    ...rest,
  });
  const at = (rung: number, value: number | null) => [{ trial: 0, rung, step: rung, value }];

  test('by the rung that they reached, then by value, and last if it is not finite', () => {
    const trials = [
      trial(0, { state: 'stopped', readings: at(27, null) }),
      trial(1, { state: 'stopped', readings: [...at(9, 0.5), ...at(3, 0.9)] }),
      trial(2, { state: 'completed', readings: at(27, 0.1), final: 0.2 }),
      trial(3, { state: 'running', readings: at(9, 1) }),
      trial(4, { state: 'stopped', readings: at(9, 0.7) }),
      trial(5, { state: 'completed', readings: [], final: Infinity }),
      trial(6, { state: 'completed', readings: [] }),
      trial(7, { state: 'failed', readings: at(9, 1) }),
    ];
    expect(rankTrials(trials, 'max').map(({ number }) => number)).toEqual([2, 4, 1, 0, 5]);
    expect(rankTrials(trials, 'min').map(({ number }) => number)).toEqual([2, 1, 4, 0, 5]);
  });

  test('in one order, whatever the order in which they come', () => {
    fc.assert(
      fc.property(searches, (search) => {
        const trials = trialsOf(GRID, search);
        expect(rankTrials(trials.toReversed(), search.mode)).toEqual(rankTrials(trials, search.mode));
      }),
    );
  });
});

test('a density over bins and choices sums to 1', () => {
  const axes = GRID.map(makeAxis);
  const place = fc.tuple(fc.nat(3), fc.nat(1)).map((places) => Float64Array.from(places));
  fc.assert(
    fc.property(fc.array(place, { maxLength: 10 }), (rows) => {
      const density = estimateDensity(axes, rows);
      let sum = 0;
      for (let layers = 0; layers < 4; layers += 1) {
        for (let optimizer = 0; optimizer < 2; optimizer += 1) {
          sum += Math.exp(density.logAt(Float64Array.of(layers, optimizer)));
        }
      }
      expect(sum).toBeCloseTo(1, 9);
    }),
  );
});

test('a density over a line integrates to 1', () => {
  const axes = SPACE.filter(({ name }) => name === 'lr').map(makeAxis);
  const place = fc.double({ min: 0, max: 1, noNaN: true }).map((unit) => Float64Array.of(unit));
  fc.assert(
    fc.property(fc.array(place, { maxLength: 10 }), (rows) => {
      const density = estimateDensity(axes, rows);
      const points = 2000;
      let sum = 0;
      for (let i = 0; i < points; i += 1) sum += Math.exp(density.logAt(Float64Array.of((i + 0.5) / points))) / points;
      expect(sum).toBeCloseTo(1, 4);
    }),
    { numRuns: 30 },
  );
});

test('a density is the mean of the uniform distribution and of products of kernels, however far the rows are', () => {
  const axes = [...SPACE, ...SPACE, ...SPACE].map(makeAxis);
  const place = fc
    .tuple(
      ...axes.map(({ kind, size }) =>
        kind === 'line' ? fc.double({ min: 0, max: 1, noNaN: true }) : fc.nat(size - 1),
      ),
    )
    .map((places) => Float64Array.from(places));
  const uniform = axes.reduce((product, { size }) => product / size, 1);
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 30 }), fc.array(place, { minLength: 1 }), (rows, points) => {
      const kernels = axes.map((axis) => makeKernel(axis, rows.length, axes.length));
      const product = (row: Float64Array, point: Float64Array): number =>
        kernels.reduce((at, { scale, table, logConstant }, axis) => {
          const [centre, distance] = [row[axis] ?? 0, Math.abs((point[axis] ?? 0) - (row[axis] ?? 0))];
          const log = table === undefined ? scale * distance ** 2 : (table[distance] ?? table.at(-1) ?? 0);
          return at * Math.exp(log + logConstant(centre));
        }, 1);
      const density = estimateDensity(axes, rows);
      // Also of the rows themselves, and a second time: what is computed once must not depend on which point comes first.
      for (const point of [...points, ...rows, ...points]) {
        const mean = (uniform + rows.reduce((sum, row) => sum + product(row, point), 0)) / (rows.length + 1);
        expect(density.logAt(point)).toBeCloseTo(Math.log(mean), 9);
      }
    }),
  );
});
