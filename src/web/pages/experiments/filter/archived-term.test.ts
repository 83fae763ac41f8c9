import { expect, test } from 'vitest';
import { asksForArchived, toggleArchived } from './archived-term.ts';

test('a filter asks for archived experiments too with a term of its own, and without it leaves them out again', () => {
  for (const where of ['', 'lr > 1', 'lr > 1 or lr < 0.1']) {
    const both = toggleArchived(where);
    expect([asksForArchived(where), asksForArchived(both)]).toEqual([false, true]);
    expect(asksForArchived(toggleArchived(both))).toBe(false);
  }
  expect(toggleArchived('lr > 1')).toBe('lr > 1 and archived in (true, false)');
  expect(toggleArchived('archived = true and lr > 1')).toBe('lr > 1');
});
