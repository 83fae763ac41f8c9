import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decideRound,
  estimateBudget,
  explainDecision,
  findLatest,
  findUnfoundedRound,
  planRungs,
  readRungs,
  type Decision,
  type Reading,
  type Round,
  type StopRule,
} from './index.ts';

const ASHA: StopRule = { rule: 'asha', from: 3, to: 81, eta: 3, keep: 1, mode: 'max', resume: false };
const MEDIAN: StopRule = { ...ASHA, rule: 'median' };

const rules = fc.record<StopRule>({
  rule: fc.constantFrom('asha', 'median'),
  from: fc.integer({ min: 1, max: 10 }),
  to: fc.integer({ min: 1, max: 1000 }),
  eta: fc.double({ min: 1.1, max: 5, noNaN: true }),
  keep: fc.integer({ min: 1, max: 4 }),
  mode: fc.constantFrom('max', 'min'),
  resume: fc.boolean(),
});

/** Few different values, so that many are equal, and some that are not finite. There is no -0, which JSON does not have. */
const values = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.constant(null),
);

/** Rounds of readings at the first rungs of a rule. */
function batchesOf(rule: StopRule): fc.Arbitrary<Reading[][]> {
  const reading = fc
    .record({
      trial: fc.nat(12),
      rung: fc.constantFrom(...planRungs(rule).slice(0, 3)),
      late: fc.nat(2),
      value: values,
    })
    .map(({ late, rung, ...rest }): Reading => ({ ...rest, rung, step: rung + late }));
  return fc.array(fc.array(reading, { maxLength: 15 }), { maxLength: 5 });
}

const searches = rules
  .filter((rule) => planRungs(rule).length > 0)
  .chain((rule) => batchesOf(rule).map((batches) => ({ rule, batches })));

function decideAll(rule: StopRule, batches: readonly (readonly Reading[])[]): Round[] {
  const rounds: Round[] = [];
  for (const batch of batches) rounds.push(decideRound(rule, rounds, batch));
  return rounds;
}

function readingsAt(rung: number, all: readonly (number | null)[]): Reading[] {
  return all.map((value, trial) => ({ trial, rung, step: rung, value }));
}

const stopped = ({ decisions }: Round): number[] =>
  decisions.filter(({ action }) => action !== 'go_on').map(({ trial }) => trial);

describe('rungs', () => {
  test('are at powers of eta', () => {
    expect(planRungs(ASHA)).toEqual([3, 9, 27]);
    expect(planRungs({ ...ASHA, eta: 2, to: 50 })).toEqual([3, 6, 12, 24, 48]);
    expect(planRungs({ ...ASHA, rule: 'none' })).toEqual([]);
    expect(planRungs({ ...ASHA, to: 3 })).toEqual([]);
  });

  test('rise from the first one, as whole numbers below the end', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const rungs = planRungs(rule);
        expect(rungs[0] ?? rule.from).toBe(rule.from);
        expect(rungs.every((rung, i) => Number.isInteger(rung) && rung < rule.to && rung > (rungs[i - 1] ?? 0))).toBe(
          true,
        );
      }),
    );
  });

  test('have the first value at or after them, and null if it is NaN or infinite', () => {
    const steps = Float64Array.of(1, 2, 4, 9, 9, 30);
    const series = { steps, values: Float64Array.of(0.1, 0.2, 0.4, Number.NaN, 0.9, 1), times: steps };
    expect(readRungs(7, series, [3, 9, 27, 81])).toEqual([
      { trial: 7, rung: 3, step: 4, value: 0.4 },
      { trial: 7, rung: 9, step: 9, value: null },
      { trial: 7, rung: 27, step: 30, value: 1 },
    ]);
  });
});

describe('a decision', () => {
  test('of ASHA lets the best third go on, and says why the others do not', () => {
    const all = readingsAt(
      9,
      Array.from({ length: 16 }, (_, i) => 0.85 - i / 100),
    );
    const round = decideRound(ASHA, [], all);
    expect(stopped(round)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(round.decisions.map(explainDecision)[13]).toBe('rung 9: 0.72, 14th of 16, the first 5 go on');
    expect(stopped(decideRound({ ...ASHA, keep: 7 }, [], all))).toHaveLength(9);
    expect(stopped(decideRound({ ...ASHA, rule: 'none' }, [], all))).toEqual([]);
  });

  test('of the median rule lets those go on that are not worse than the others, if there are enough of them', () => {
    const round = decideRound(MEDIAN, [], readingsAt(3, [5, 4, 3, 3, 2, 1]));
    expect(stopped(round)).toEqual([4, 5]);
    expect(round.decisions.map(explainDecision)[4]).toBe('rung 3: 2, the median of 5 others is 3');
    const few = decideRound(MEDIAN, [], readingsAt(3, [5, 4, null]));
    expect(stopped(few)).toEqual([]);
    expect(few.decisions.map(explainDecision)[2]).toBe(
      'rung 3: NaN or infinite, only 2 others to compare with, 5 are needed',
    );
  });

  test('is the same for equal values, and the worst for what is not finite', () => {
    expect(stopped(decideRound(ASHA, [], readingsAt(3, [1, 1, 1, 1])))).toEqual([]);
    expect(stopped(decideRound({ ...ASHA, keep: 4 }, [], readingsAt(3, [null, 1, 0, null])))).toEqual([0, 3]);
    expect(stopped(decideRound(ASHA, [], readingsAt(3, [null, null])))).toEqual([]);
  });

  test('is taken at each rung that a trial has passed, up to the first one at which it loses', () => {
    const best = [0, 1, 2].flatMap((trial) => readingsAt(3, [1]).map((reading) => ({ ...reading, trial })));
    const fresh = [3, 9, 27].map((rung) => ({ trial: 5, rung, step: rung, value: 0 }));
    expect(decideRound(ASHA, [], [...best, ...fresh]).decisions.filter(({ trial }) => trial === 5)).toMatchObject([
      { action: 'stop', rung: 3, standing: { rank: 4, of: 4, first: 1 } },
    ]);
    expect(decideRound(ASHA, [], fresh).decisions.map(({ action }) => action)).toEqual(['go_on', 'go_on', 'go_on']);
  });

  test('does not count what a trial reaches after a rung at which it loses: as if its job had ended at once', () => {
    const late = [1, 3, 9].flatMap((rung) => readingsAt(rung, [9, 8, 7, 6, 5, 4, 3, 2, 1]));
    const wentOn = ({ decisions }: Round): object =>
      Object.groupBy(
        decisions.filter(({ action }) => action === 'go_on').map(({ trial, rung }) => `${trial} at ${rung}`),
        (each) => each.replace(/.* at /, ''),
      );
    const round = decideRound({ ...ASHA, from: 1 }, [], late);
    expect(wentOn(round)).toEqual({ 1: ['0 at 1', '1 at 1', '2 at 1'], 3: ['0 at 3'], 9: ['0 at 9'] });
    // Also of losers of an earlier round, whose jobs end later.
    const first = decideRound(ASHA, [], readingsAt(3, [9, 8, 7, 6, 5, 4]));
    const second = decideRound(ASHA, [first], readingsAt(9, [9, 8, 7, 6, 5, 4]));
    expect(second.decisions).toMatchObject([
      { trial: 0, action: 'go_on', standing: { rank: 1, of: 2, first: 1 } },
      { trial: 1, action: 'stop', standing: { rank: 2, of: 2, first: 1 } },
    ]);
  });

  test('to pause is undone when later results lift the trial', () => {
    const rule: StopRule = { ...ASHA, resume: true };
    const first = decideRound(rule, [], readingsAt(3, [3, 2, 1]));
    expect(first.decisions.map(({ action }) => action)).toEqual(['go_on', 'pause', 'pause']);
    const later = [3, 4, 5].map((trial) => ({ trial, rung: 3, step: 3, value: 0 }));
    const second = decideRound(rule, [first], later);
    expect(second.decisions.filter(({ trial }) => trial < 3)).toMatchObject([{ trial: 1, action: 'resume' }]);
    expect(decideRound(rule, [first, second], []).decisions).toEqual([]);
  });

  test('never stops the best at a rung', () => {
    fc.assert(
      fc.property(searches, ({ rule, batches }) => {
        const rounds = decideAll(rule, batches);
        rounds.forEach((round, i) => {
          const all = rounds.slice(0, i + 1).flatMap(({ readings }) => readings);
          for (const { rung, value, action } of round.decisions) {
            if (action !== 'stop' && action !== 'pause') continue;
            const sign = rule.mode === 'max' ? 1 : -1;
            const scores = all.flatMap((each) => (each.rung === rung && each.value !== null ? sign * each.value : []));
            expect(Math.max(...scores)).toBeGreaterThan(value === null ? -Infinity : sign * value);
          }
        });
      }),
    );
  });

  test('does not change while the data of its trial do not, and paused trials only go on', () => {
    fc.assert(
      fc.property(searches, ({ rule, batches }) => {
        const rounds = decideAll(rule, batches);
        rounds.forEach(({ readings, decisions }, i) => {
          const before = findLatest(rounds.slice(0, i));
          for (const { trial, rung, action } of decisions) {
            const isNew = readings.some((reading) => reading.trial === trial && reading.rung === rung);
            if (action === 'resume') expect(before.get(trial)?.action).toBe('pause');
            else expect(isNew).toBe(true);
            expect(before.get(trial)?.action).not.toBe('stop');
          }
        });
        expect(decideRound(rule, rounds, batches.flat()).readings).toEqual([]);
      }),
    );
  });

  test('is the same if trials that lost write nothing more', () => {
    fc.assert(
      fc.property(searches, ({ rule, batches }) => {
        const rounds = decideAll({ ...rule, resume: false }, batches);
        const ended = batches.map((batch, i) => {
          const known = findLatest(rounds.slice(0, i + 1));
          return batch.filter(({ trial, rung }) => {
            const last = known.get(trial);
            return last?.action !== 'stop' || rung <= last.rung;
          });
        });
        const decided = (all: readonly Round[]): Decision[][] => all.map(({ decisions }) => [...decisions]);
        expect(decided(decideAll({ ...rule, resume: false }, ended))).toEqual(decided(rounds));
      }),
    );
  });

  test('does not depend on the order of the readings, nor on whether they come twice', () => {
    const shuffled = searches.chain(({ rule, batches }) =>
      fc
        .tuple(...batches.map((batch) => fc.shuffledSubarray([...batch, ...batch], { minLength: batch.length * 2 })))
        .map((again) => ({ rule, batches, again })),
    );
    fc.assert(
      fc.property(shuffled, ({ rule, batches, again }) => {
        expect(decideAll(rule, again)).toEqual(decideAll(rule, batches));
      }),
    );
  });

  test('is the same for the opposite values if less is better', () => {
    const negate = (value: number | null): number | null => (value === null ? null : 0 - value);
    const mirror = ({ standing, ...decision }: Decision): object => ({
      ...decision,
      value: negate(decision.value),
      standing: standing.rule === 'median' ? { ...standing, median: negate(standing.median) } : standing,
    });
    fc.assert(
      fc.property(searches, ({ rule, batches }) => {
        const opposite: StopRule = { ...rule, mode: rule.mode === 'max' ? 'min' : 'max' };
        const mirrored = batches.map((batch) => batch.map((each) => ({ ...each, value: negate(each.value) })));
        // Which of several readings at one step counts depends on the value, so each step has one.
        const once = (all: readonly Reading[][]): Reading[][] =>
          all.map((batch) => batch.filter((a, i) => batch.findIndex((b) => b.trial === a.trial) === i));
        const decided = decideAll(rule, once(batches)).map(({ decisions }) => decisions.map((each) => ({ ...each })));
        const other = decideAll(opposite, once(mirrored)).map(({ decisions }) => decisions.map(mirror));
        expect(other).toEqual(decided);
      }),
    );
  });

  test('follows again from rounds that were written as JSON, and a changed one does not', () => {
    fc.assert(
      fc.property(searches, ({ rule, batches }) => {
        const rounds = JSON.parse(JSON.stringify(decideAll(rule, batches))) as Round[];
        expect(findUnfoundedRound(rounds)).toBeUndefined();
        const at = rounds.findIndex(({ decisions }) => decisions.length > 0);
        const changed = rounds.map((round, i) => (i === at ? { ...round, decisions: [] } : round));
        expect(findUnfoundedRound(changed)).toBe(at === -1 ? undefined : at);
      }),
    );
  });
});

describe('the budget of a sweep', () => {
  test('is all steps at most, and is expected from how many trials pass each rung', () => {
    // Of 3 trials at a rung, one after the other, 1 + 1/2 + 1/3 are the best so far.
    const two = estimateBudget({ ...ASHA, to: 9 }, 3);
    expect(two.most).toBe(27);
    expect(two.expected).toBeCloseTo(3 * 3 + (1 + 1 / 2 + 1 / 3) * 6, 10);
    expect(estimateBudget({ ...ASHA, rule: 'none' }, 200)).toEqual({ most: 16_200, expected: 16_200 });
  });

  test('is never expected above all steps, nor below the first rung of each trial', () => {
    fc.assert(
      fc.property(rules, fc.nat(300), (rule, trials) => {
        const { most, expected } = estimateBudget(rule, trials);
        expect(expected).toBeLessThanOrEqual(most * (1 + 1e-9));
        expect(expected).toBeGreaterThanOrEqual(trials * Math.min(rule.from, rule.to) * (1 - 1e-9));
      }),
    );
  });
});
