import { expect, test } from 'vitest';
import { parseExpId } from '../../../core/ids.ts';
import { groupCompleted } from './completed-groups.ts';

test('members of a sweep are one line, at the time of the newest, and all of them are counted', () => {
  const ended = [
    { expId: parseExpId('a_s1'), sweep: 'a', template: 't', atMs: 30 },
    { expId: parseExpId('a'), template: 't', atMs: 20 },
    { expId: parseExpId('a_s0'), sweep: 'a', template: 't', atMs: 10 },
  ];
  expect(groupCompleted(ended, [{ sweep: 'a', count: 300 }])).toEqual([
    { name: 'a', sweep: 'a', count: 300, template: 't', atMs: 30 },
    { name: 'a', sweep: undefined, count: 1, template: 't', atMs: 20 },
  ]);
});
