import { expect, test } from 'vitest';
import type { Resources } from '../settings/settings.ts';
import { findAskedPartitions } from './partitions-asked.ts';

const ALL = ['a', 'b', 'c'].map((name) => ({ name, default: name === 'b' }));

test.each<[Resources['partition'], string[]]>([
  [undefined, ['b']],
  ['a', ['a']],
  ['c,a', ['a', 'c']],
  [
    ['a', 'b,c'],
    ['a', 'b', 'c'],
  ],
  ['gone', []],
])('%j asks for %j', (partition, names) => {
  expect(findAskedPartitions(partition, ALL).map(({ name }) => name)).toEqual(names);
});
