import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_IDS, writeSelectionQuery } from '../selection/selection.ts';
import { readAddress, writeAddress, type ListAddress } from './address.ts';

function through(address: ListAddress): ListAddress {
  const given = Object.entries(writeAddress(address)).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return readAddress(new URLSearchParams(new URLSearchParams(given).toString()));
}

const name = fc.string({ minLength: 1, maxLength: 12 });
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/);
const addresses: fc.Arbitrary<ListAddress> = fc.record({
  where: fc.string(),
  sort: fc.option(fc.record({ field: fc.stringMatching(/^[a-z][\w.]{0,8}$/), descending: fc.boolean() }), {
    nil: undefined,
  }),
  columns: fc.option(
    fc.array(
      fc.record(
        { name, width: fc.integer({ min: 48, max: 1000 }), isPinned: fc.constant(true) },
        { requiredKeys: ['name'] },
      ),
      { minLength: 1, maxLength: 5 },
    ),
    { nil: undefined },
  ),
  view: fc.option(id, { nil: undefined }),
  selection: fc.oneof(
    fc.record({ kind: fc.constant('ids' as const), ids: fc.uniqueArray(id, { maxLength: 80 }) }),
    fc.record({ kind: fc.constant('query' as const), where: fc.constantFrom('', 'lr > 1', 'status = failed') }),
  ),
  group: fc.option(name, { nil: undefined }),
  baseline: fc.option(name, { nil: undefined }),
  spread: fc.option(name, { nil: undefined }),
  open: fc.option(name, { nil: undefined }),
  unknown: fc.constant([]),
});

test('an address that was written for a list is read as the same list', () => {
  fc.assert(
    fc.property(addresses, (address) => {
      expect(through(address)).toEqual(address);
    }),
  );
});

test('many selected experiments are a query in the address, and the same experiments again', () => {
  const ids = Array.from({ length: MOST_IDS }, (_, i) => `run-${i}`);
  const settings = writeAddress({ ...readAddress(new URLSearchParams()), selection: { kind: 'ids', ids } });
  expect(settings['sel']).toBe(`?${writeSelectionQuery({ kind: 'ids', ids })}`);
  expect(readAddress(new URLSearchParams({ sel: settings['sel'] ?? '' })).selection).toEqual({ kind: 'ids', ids });
});

test('keys of an address that mean nothing are named, and a selection that is no query is ignored', () => {
  expect(readAddress(new URLSearchParams('q=lr&x=1&sel=%3Flr'))).toMatchObject({
    where: 'lr',
    unknown: ['x'],
    selection: { kind: 'ids', ids: [] },
  });
});
