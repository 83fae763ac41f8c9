import { expect, test } from 'vitest';
import { followKey, isSingleKey, nameKey } from './keys.ts';

const press = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {},
): string | undefined => nameKey({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

test('a key has the name that bindings use', () => {
  expect([press('j'), press('J'), press('?'), press(' '), press('ArrowDown')]).toEqual([
    'j',
    'J',
    '?',
    'space',
    'arrowdown',
  ]);
  expect([press('k', { ctrlKey: true }), press('k', { metaKey: true })]).toEqual(['mod+k', 'mod+k']);
  expect([press('Shift'), press('x', { altKey: true }), press('Dead')]).toEqual([undefined, undefined, undefined]);
  expect([isSingleKey('g x'), isSingleKey('mod+k')]).toEqual([true, false]);
});

test('keys act alone or as a sequence, and a key that does not go on begins again', () => {
  const bindings = ['x', 'g x', 'g t', 'mod+k'];
  expect(followKey(bindings, '', 'x')).toEqual({ binding: 'x' });
  expect(followKey(bindings, '', 'g')).toEqual({ begun: 'g' });
  expect(followKey(bindings, 'g', 'x')).toEqual({ binding: 'g x' });
  expect(followKey(bindings, 'g', 'mod+k')).toEqual({ binding: 'mod+k' });
  expect(followKey(bindings, 'g', 'g')).toEqual({ begun: 'g' });
  expect(followKey(bindings, 'g', 'q')).toBeUndefined();
});
