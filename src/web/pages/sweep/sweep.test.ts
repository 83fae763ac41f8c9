import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketPoints } from '../../../core/curves/buckets.ts';
import type { Curve } from '../../../core/curves/curves.ts';
import type { ExpId, Key } from '../../../core/ids.ts';
import { checkQuery } from '../../../core/query/query.ts';
import { brushBetween, makeAxis, placesOfBrush } from './axes.ts';
import { makeBandLines } from './curves/band-lines.ts';
import { readBrush, writeBrush, writeGroup } from './brushes.ts';
import { makeMemberLines } from './curves/member-lines.ts';
import { makeHeatCells } from './heat-cells.ts';

const FIELD = fc.constantFrom('lr', 'params.optimizer.name', 'model size');

test('a part of an axis that was chosen is read back from the filter, which stays a query and keeps its other terms', () => {
  // A query has one zero.
  const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => value + 0);
  const brush = fc.oneof(
    fc.record({ from: number, to: number }),
    fc.record({ from: number }),
    fc.record({ choices: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }) }),
  );
  fc.assert(
    fc.property(FIELD, brush, brush, (field, first, second) => {
      const kept = 'status = completed and (wd < 1 or wd > 2)';
      const text = writeBrush(writeBrush(kept, field, first), field, second);
      expect(checkQuery(text).ok).toBe(true);
      expect(text.startsWith(kept)).toBe(true);
      expect(readBrush(text, field)).toEqual(second);
      expect(writeBrush(text, field, undefined)).toBe(kept);
    }),
    { numRuns: 30 },
  );
});

test('the filter of a group chooses its value of each parameter in place of others', () => {
  const fields = [
    { field: 'warm up', value: undefined },
    { field: 'lr', value: 0.1 },
    { field: 'amsgrad', value: true },
  ];
  const text = writeGroup('status = completed and lr >= 1', fields);
  expect(text).toBe('status = completed and `warm up` is missing and lr >= 0.1 and lr <= 0.1 and amsgrad in (true)');
});

test('an axis of numbers that span decades is logarithmic, and dragging over all of it chooses nothing', () => {
  const axis = makeAxis('lr', [1e-4, 1e-3, 1e-2, null], ['1e-4', '1e-3', '1e-2', '']);
  expect(axis).toMatchObject({ scale: 'log', places: [0, expect.closeTo(0.5), 1, null] });
  expect(axis.ticks.map(({ text }) => text)).toEqual(['1e-4', '1e-3', '1e-2']);
  expect(brushBetween(axis, 0, 1)).toBeUndefined();
  expect(brushBetween(axis, 1, 0.5)).toEqual({ from: 0.001 });
  const choices = makeAxis('optimizer', ['sgd', 'adam', 'lion'], ['sgd', 'adam', 'lion']);
  expect(choices).toMatchObject({ scale: 'choices', choices: ['adam', 'lion', 'sgd'], places: [1, 0, 0.5] });
  expect(brushBetween(choices, 0.4, 1)).toEqual({ choices: ['lion', 'sgd'] });
  expect(placesOfBrush(choices, { choices: ['lion', 'sgd'] })).toEqual([0.5, 1]);
});

function curve(expId: string, values: readonly number[]): Curve {
  const xs = Float64Array.from(values.keys());
  return {
    key: expId as Key,
    expId: expId as ExpId,
    metric: 'acc',
    superseded: false,
    attempts: [],
    extent: [0, values.length - 1],
    points: values.length,
    nan: 0,
    infinite: 0,
    leftOut: 0,
    buckets: bucketPoints(xs, Float64Array.from(values), 0),
  };
}

test('the line of a group is the mean of the runs that have a value at a step, and says of how many', () => {
  const group = { name: 'lr 1', slot: 1, expIds: ['a', 'b', 'gone'] };
  const curves = [curve('a', [1, 2, 3]), curve('b', [3, 4])];
  const [line] = makeBandLines([group], curves, 'minmax');
  expect(line).toMatchObject({ n: 2, fewest: 1, curve: { extent: [0, 2], points: 5 } });
  expect([...(line?.curve.buckets.last ?? [])]).toEqual([2, 3, 3]);
  expect([...(line?.curve.buckets.min ?? [])]).toEqual([1, 2, 3]);
  expect([...(line?.curve.buckets.max ?? [])]).toEqual([3, 4, 3]);
  const [spread] = makeBandLines([group], curves, 'std');
  expect(spread?.curve.buckets.max[0]).toBeCloseTo(2 + Math.SQRT2, 6);
  expect(makeBandLines([{ ...group, expIds: ['gone'] }], curves, 'std')).toEqual([]);
});

test('members that were stopped are thin and behind the others, the best have colours, and unread ones have their values at rungs', () => {
  const members = {
    expIds: ['s-0', 's-1', 's-2', 's-3', 's-4'],
    statuses: ['completed', 'stopped', 'completed', 'running', 'created'] as const,
    parameters: [],
    values: [0.5, null, 0.9, null, null],
  };
  const reading = { rung: 3, value: 0.2 };
  const search = {
    stopped: [{ expId: 's-1', rung: 3 }],
    readings: [
      { ...reading, trial: 3, expId: 's-3', step: 3 },
      { ...reading, trial: 3, expId: 's-3', step: 9, rung: 9, value: null },
      { ...reading, trial: 0, expId: 's-0', step: 3 },
    ],
  } as unknown as Parameters<typeof makeMemberLines>[0]['search'];
  const curves = [curve('s-0', [0.1, 0.5]), curve('s-1', [0.1]), curve('s-2', [0.2, 0.9])];
  const all = { members, isChosen: members.expIds.map(() => true), curves, search, mode: 'max' } as const;
  const { lines, fell, ...counts } = makeMemberLines(all);
  expect(lines.map(({ name, slot, isFaint }) => [name, slot, isFaint])).toEqual([
    ['s-1, stopped at rung 3', 0, true],
    ['s-3', 0, false],
    ['s-0', 2, false],
    ['s-2', 1, false],
  ]);
  expect([...fell]).toEqual([['stopped', 1]]);
  expect(counts).toEqual({ wentOn: 3, atRungs: 1, without: 1 });
  const atRungs = lines[1]?.curve;
  expect([atRungs?.extent, atRungs?.points, atRungs?.nan, [...(atRungs?.buckets.places ?? [])]]).toEqual([
    [3, 9],
    2,
    1,
    [0, 6],
  ]);
  expect(makeMemberLines({ ...all, isChosen: [false, true], search: undefined })).toMatchObject({
    lines: [{ name: 's-1, stopped' }],
    wentOn: 0,
    atRungs: 0,
    without: 0,
  });
});

test('each run that fits and has a value is in exactly one cell of the heat map', () => {
  const run = fc.record({
    x: fc.double({ min: 1e-5, max: 1, noNaN: true }),
    y: fc.nat(3),
    value: fc.option(fc.nat(9)),
    isIn: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 60 }), (runs) => {
      const parameter = (name: 'x' | 'y') => ({
        name,
        label: name,
        isSeed: false,
        values: runs.map((each) => each[name]),
        texts: runs.map((each) => String(each[name])),
      });
      const members = {
        expIds: [],
        statuses: [],
        parameters: [],
        values: runs.map(({ value }) => value),
      };
      const { cells } = makeHeatCells(
        members,
        parameter('x'),
        parameter('y'),
        runs.map(({ isIn }) => isIn),
      );
      const counted = cells.flat().reduce((sum, { n }) => sum + n, 0);
      expect(counted).toBe(runs.filter(({ value, isIn }) => value !== null && isIn).length);
    }),
  );
});
