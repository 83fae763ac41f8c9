import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planPruning, type KeepReason, type PrunableUnit, type PruningPolicy } from './plan-pruning.ts';

const unit = (path: string, more: Partial<PrunableUnit> = {}): PrunableUnit => ({
  path,
  group: 'train',
  changedMs: 0,
  ...more,
});

const steps = (...all: readonly number[]): PrunableUnit[] =>
  all.map((step) => unit(`ck_${step}.pt`, { step, changedMs: step }));

const kept = (units: readonly PrunableUnit[], policy: PruningPolicy): string[] =>
  planPruning(units, policy).flatMap(({ unit: { path }, keep }) =>
    keep.length === 0 ? [] : [`${path} ${keep.map(({ kind }) => kind).join(' ')}`],
  );

test('a policy keeps the best, the last and every n-th checkpoint, and says why each stays', () => {
  const values = [0.1, 0.9, 0.3, 0.4, 0.5];
  const units = steps(100, 200, 300, 400, 500).map((each, i) => ({ ...each, value: values[i] }));
  expect(kept(units, { best: 1, last: 2, every: 300, mode: 'max' })).toEqual([
    'ck_200.pt best',
    'ck_300.pt every',
    'ck_400.pt last',
    'ck_500.pt newest last',
  ]);
  expect(kept(units, { best: 1, mode: 'min' })).toEqual(['ck_100.pt best', 'ck_500.pt newest']);
});

test('a checkpoint without a step stays if the policy asks for steps, and counts by time otherwise', () => {
  const units = [...steps(1, 2), unit('a.pt', { changedMs: 7 }), unit('b.pt', { changedMs: 9 })];
  expect(kept(units, { every: 2 })).toEqual(['ck_2.pt newest every', 'a.pt no_step', 'b.pt newest no_step']);
  expect(kept(units, { last: 1 })).toEqual(['ck_2.pt newest last', 'b.pt newest last']);
});

test('without a value of any checkpoint, it is not known which is best, and all stay', () => {
  const units = steps(1, 2, 3).map((each, i) => ({ ...each, value: [undefined, 0.5, 0.4][i] }));
  expect(kept(units, { best: 1, mode: 'max' })).toEqual(['ck_2.pt best', 'ck_3.pt newest']);
  expect(kept(steps(1, 2), { best: 1, mode: 'max' })).toEqual(['ck_1.pt no_value', 'ck_2.pt newest no_value']);
});

test('a value that is not a number is never the best', () => {
  const units = steps(1, 2, 3).map((each, i) => ({ ...each, value: [0.5, Number.NaN, Number.NaN][i] }));
  expect(kept(units, { best: 1, mode: 'min' })).toEqual(['ck_1.pt best', 'ck_3.pt newest']);
});

test('the newest checkpoint of each group stays, and if it is broken, the newest whole one, too', () => {
  const [one, two, three] = steps(1, 2, 3) as [PrunableUnit, PrunableUnit, PrunableUnit];
  expect(kept([one, two, { ...three, isBroken: true }], { last: 1 })).toEqual([
    'ck_2.pt newest last',
    'ck_3.pt newest',
  ]);
  expect(kept([one, two, { ...three, group: 'eval' }], { last: 1 })).toEqual([
    'ck_2.pt newest last',
    'ck_3.pt newest last',
  ]);
});

test('of checkpoints that are equally new or equally good, the last one by step, then by name, stays', () => {
  const same = ['w_a', 'w_b', 'w_c'].map((path) => unit(path));
  expect(kept(same, { last: 1 })).toEqual(['w_c newest last']);
  const equal = steps(1, 2, 3, 4).map((each, i) => ({ ...each, value: [0.5, 0.9, 0.9, 0.1][i] }));
  expect(kept(equal, { best: 1, mode: 'max' })).toEqual(['ck_3.pt best', 'ck_4.pt newest']);
});

const units = fc.uniqueArray(
  fc.record({
    path: fc.integer({ min: 0, max: 40 }).map((n) => `ck${n}`),
    group: fc.constantFrom('train', 'eval'),
    step: fc.option(fc.nat(12), { nil: undefined }),
    changedMs: fc.nat(6),
    value: fc.option(fc.constantFrom(0.1, 0.2, Number.NaN, Infinity, -1), { nil: undefined }),
    isBroken: fc.option(fc.boolean(), { nil: undefined }),
  }),
  { selector: ({ path }) => path, maxLength: 14 },
);

const policies: fc.Arbitrary<PruningPolicy> = fc.record(
  {
    best: fc.nat(3),
    last: fc.integer({ min: 1, max: 3 }),
    every: fc.integer({ min: 1, max: 5 }),
    mode: fc.constantFrom('max', 'min'),
  },
  { requiredKeys: ['mode'] },
);

const pins = fc
  .uniqueArray(fc.integer({ min: 0, max: 40 }).map((n) => `ck${n}`))
  .map((paths) => new Map(paths.map((path): [string, KeepReason[]] => [path, [{ kind: 'pinned', name: 'x' }]])));

test('no plan removes what is protected or the newest whole checkpoint of a group, and a second plan removes nothing', () => {
  fc.assert(
    fc.property(units, policies, pins, (all, policy, protections) => {
      const planned = planPruning(all, policy, protections);
      const stay = planned.filter(({ keep }) => keep.length > 0).map((each) => each.unit);
      const paths = new Set(stay.map(({ path }) => path));
      for (const { path } of all) if (protections.has(path)) expect(paths).toContain(path);
      for (const group of Map.groupBy(all, (each) => each.group).values()) {
        const whole = group.filter(({ isBroken }) => !isBroken);
        const newest = Math.max(...whole.map(({ changedMs }) => changedMs));
        if (whole.length > 0) expect(stay.some((each) => whole.includes(each) && each.changedMs === newest)).toBe(true);
        else expect(stay.some((each) => group.includes(each))).toBe(true);
      }
      expect(planPruning(stay, policy, protections).filter(({ keep }) => keep.length === 0)).toEqual([]);
    }),
  );
});

test('the order in which checkpoints are found does not change what stays, and why', () => {
  const shuffled = units.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, policies, ([all, others], policy) => {
      const reasons = (some: readonly PrunableUnit[]): Map<string, readonly KeepReason[]> =>
        new Map(planPruning(some, policy).map((each) => [each.unit.path, each.keep]));
      expect(reasons(others)).toEqual(reasons(all));
    }),
  );
});
