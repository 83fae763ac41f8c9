import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlateRanks } from '../stats/spearman.ts';
import { crossValidate, growForest } from './forest.ts';
import { computeImportance, type RunParameter } from './importance.ts';
import { chooseBest, computeDivergence, type Places } from './ped-anova.ts';
import { makeRandomNumbers, shuffle } from '../stats/random-numbers.ts';

/** The congruential generator of ISO C's example, so that Python draws the same numbers. */
function draw(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 1_103_515_245n + 12_345n) % 2n ** 31n;
    return Number(state) / 2 ** 31;
  };
}

function choices(values: readonly (number | string)[]): Places {
  const all = [...new Set(values)];
  return { kind: 'choices', size: all.length, places: Uint32Array.from(values, (value) => all.indexOf(value)) };
}

/** 60 runs with a learning rate from 1e-5 to 0.1 that matters, a weight decay that hardly does, and a dropout that does not. */
function makeRuns(): { readonly parameters: RunParameter[]; readonly losses: number[] } {
  const next = draw(1);
  const runs = Array.from({ length: 60 }, () => {
    const [lr, decay, dropout] = [10 ** (-5 + 4 * next()), next(), next()];
    return { lr, decay, dropout, loss: (Math.log10(lr) + 3) ** 2 + 0.3 * decay };
  });
  const parameters = (['lr', 'decay', 'dropout'] as const).map((name) => ({
    name,
    values: runs.map((run) => run[name]),
  }));
  return { parameters, losses: runs.map(({ loss }) => loss) };
}

describe('the importance of parameters', () => {
  test('is in the ratios that Optuna 5.0.0 gives, of numbers: PedAnovaImportanceEvaluator(target_quantile=0.1)', () => {
    const { parameters, losses } = makeRuns();
    const { n, best, parameters: found } = computeImportance(parameters, losses, 'min');
    const optuna = { lr: 0.027592857469559483, decay: 0.019267923096086506, dropout: 0.0020201150506210064 };
    const total = Object.values(optuna).reduce((sum, value) => sum + value, 0);
    expect([n, best]).toEqual([60, 6]);
    expect(found.map(({ name, scale }) => [name, scale])).toEqual([
      ['lr', 'log'],
      ['decay', 'linear'],
      ['dropout', 'linear'],
    ]);
    for (const { name, share } of found) expect(share).toBeCloseTo(optuna[name as keyof typeof optuna] / total, 10);
  });

  test('is what Optuna 5.0.0 gives, of choices', () => {
    const next = draw(7);
    const means = new Map([
      [1e-4, 0.6],
      [3e-4, 0.8],
      [1e-3, 0.7],
    ]);
    const runs = [...means].flatMap(([lr, mean]) =>
      ['adam', 'sgd'].flatMap((optimizer) =>
        [1, 2, 3, 4].map((seed) => ({
          lr,
          optimizer,
          seed,
          acc: mean + (optimizer === 'adam' ? 0.05 : 0) + 0.02 * next(),
        })),
      ),
    );
    const losses = Float64Array.from(runs, ({ acc }) => -acc);
    const optuna = [
      { share: 0.1, lr: 0.002812499999991564, optimizer: 0.002197265624995606, seed: 0.0007324218749970698 },
      { share: 0.25, lr: 0.014693877550976316, optimizer: 0.0018367346938738792, seed: 0.0015747039556500415 },
    ];
    for (const { share, ...expected } of optuna) {
      const best = chooseBest(losses, share, 2);
      for (const [name, value] of Object.entries(expected)) {
        const found = computeDivergence(choices(runs.map((run) => run[name as keyof typeof expected])), best);
        expect(found * (best.length / runs.length) ** 2).toBeCloseTo(value, 10);
      }
    }
  });

  test('asks which runs are better, and not by how much: losses that span decades are no reason to refuse', () => {
    const { parameters, losses } = makeRuns();
    const diverged = losses.map((loss) => Math.exp(6 * loss));
    expect(computeImportance(parameters, diverged, 'min')).toEqual(computeImportance(parameters, losses, 'min'));
  });

  test('is refused in words for few runs, and where the parameters explain nothing', () => {
    const { parameters, losses } = makeRuns();
    const few = computeImportance(
      parameters.map(({ name, values }) => ({ name, values: values.slice(0, 19) })),
      losses.slice(0, 19),
      'min',
    );
    expect(few).toMatchObject({ n: 19, parameters: [], refusal: expect.stringContaining('at least 20 runs') });
    const random = draw(3);
    const noise = computeImportance(
      parameters,
      losses.map(() => random()),
      'min',
    );
    expect(noise).toMatchObject({ parameters: [], refusal: expect.stringContaining('do not explain the metric') });
    expect(
      computeImportance(
        parameters,
        losses.map(() => 1),
        'min',
      ).refusal,
    ).toContain('the same in all');
  });

  test('leaves out what some runs lack and what is another text in each run, and says so', () => {
    const { parameters, losses } = makeRuns();
    const { parameters: found, leftOut } = computeImportance(
      [
        ...parameters,
        { name: 'lacking', values: losses.map((_, i) => (i === 3 ? undefined : i)) },
        { name: 'folder', values: losses.map((_, i) => `out/${i}`) },
        { name: 'same', values: losses.map(() => 1) },
      ],
      losses,
      'min',
    );
    expect(found).toHaveLength(3);
    expect(leftOut).toEqual([
      'lacking is left out: 1 of 60 runs have no value of it.',
      'folder is left out: it has a text of its own in nearly every run.',
    ]);
  });

  test('has shares from 0 to 1 that together are 1, whatever the runs, and is the same each time', () => {
    const run = fc.record({ a: fc.integer({ min: 0, max: 30 }), b: fc.constantFrom('x', 'y', 'z'), noise: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(run, { minLength: 20, maxLength: 40 }), (runs) => {
        const parameters = [
          { name: 'a', values: runs.map(({ a }) => a) },
          { name: 'b', values: runs.map(({ b }) => b) },
        ];
        const metric = runs.map(({ a, noise }) => a * 10 + noise);
        const found = computeImportance(parameters, metric, 'max');
        const shares = found.parameters.map(({ share }) => share);
        expect(shares.every((share) => share >= 0 && share <= 1 + 1e-12)).toBe(true);
        if (found.refusal === undefined) expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        expect(computeImportance(parameters, metric, 'max')).toEqual(found);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a random forest', () => {
  test('predicts what depends on its columns, and explains nothing of what does not', () => {
    const random = makeRandomNumbers(5);
    const columns = [0, 1].map(() => Float64Array.from({ length: 200 }, random));
    const targets = Float64Array.from(columns[0] ?? [], (x) => (x > 0.5 ? 1 : 0) + 0.1 * random());
    expect(crossValidate({ columns, targets })).toBeGreaterThan(0.8);
    expect(crossValidate({ columns, targets: Float64Array.from(targets, random) })).toBeLessThan(0.2);
    expect(crossValidate({ columns, targets: targets.map(() => 3) })).toBeUndefined();
  });

  test('predicts nothing beyond the values that it learned from, and the same for the same seed', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.nat(), (numbers, seed) => {
        const targets = Float64Array.from(numbers);
        const samples = { columns: [Float64Array.from(targets.keys())], targets };
        const [forest, again] = [0, 1].map(() => growForest(samples, Uint32Array.from(targets.keys()), seed));
        const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
        const room = 1e-9 * Math.max(1, Math.abs(low), Math.abs(high));
        for (const row of targets.keys()) {
          expect(forest?.(row)).toBe(again?.(row));
          expect(forest?.(row)).toBeGreaterThanOrEqual(low - room);
          expect(forest?.(row)).toBeLessThanOrEqual(high + room);
        }
      }),
      { numRuns: 20 },
    );
  });
});

test('a shuffle has each number once', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(), (count, seed) => {
      const order = shuffle(count, makeRandomNumbers(seed));
      expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }),
  );
});

test('ranks correlate from -1 to 1, and equal numbers share the mean of their ranks', () => {
  // The ranks are 1, 2.5, 2.5, 4, 5 and 1, 2, 3.5, 5, 3.5: the sum of products is 7.25, that of squares 9.5 twice.
  expect(correlateRanks([1, 2, 2, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(7.25 / 9.5, 12);
  expect(correlateRanks([1, 2, 3], [9, 4, 1])).toBe(-1);
  expect(correlateRanks([1, 1, 1], [1, 2, 3])).toBeUndefined();
});
