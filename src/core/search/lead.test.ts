import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeLead, describeLead, type MemberTimes } from './lead.ts';

const alike = (count: number, waitS: number, runS: number): MemberTimes[] =>
  Array.from({ length: count }, () => ({ waitS, runS }));

test('a number is the lead, whatever members waited', () => {
  expect(computeLead(4, 8, alike(50, 9_000, 10))).toEqual({ count: 4 });
});

test('auto queues as many ahead as start during the usual wait', () => {
  expect(computeLead('auto', 8, alike(6, 600, 1_200))).toEqual({
    count: 4,
    usual: { waitS: 600, runS: 1_200, members: 6 },
  });
  expect(computeLead('auto', 8, alike(6, 1_200, 1_200)).count).toBe(8);
});

test('auto queues none ahead until five members have run', () => {
  expect(computeLead('auto', 8, alike(4, 600, 600))).toEqual({ count: 0 });
});

test('the lead is described with the times that auto follows from', () => {
  expect(describeLead(computeLead('auto', 8, alike(6, 600, 1_200)))).toBe(
    'up to 4 members queued ahead: the newest 6 waited 10m and ran 20m (medians)',
  );
  expect(describeLead(computeLead(1, 8, []))).toBe('up to 1 member queued ahead');
});

test('auto follows the newest twenty', () => {
  expect(computeLead('auto', 8, [...alike(100, 6_000, 60), ...alike(20, 0, 60)]).count).toBe(0);
});

test('auto queues at most three times the places ahead, also of members that end at once', () => {
  const seconds = fc.nat({ max: 1e6 });
  const times = fc.array(fc.record({ waitS: seconds, runS: seconds }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), times, (places, members) => {
      const { count } = computeLead('auto', places, members);
      expect(Number.isInteger(count)).toBe(true);
      expect(count).toBeGreaterThanOrEqual(0);
      expect(count).toBeLessThanOrEqual(3 * places);
    }),
  );
});
