import { expect, test } from 'vitest';
import { MEANT, suggestCommand } from './meant-command.ts';
import { findEntry } from './registry.ts';

test('no answered word is a command itself, and each answer names a command', () => {
  expect([...MEANT.keys()].filter((word) => findEntry(word) !== undefined)).toEqual([]);
  const commands = [...MEANT.values()].filter((line) => line !== '--version').map((line) => line.split(' ')[0] ?? '');
  expect(commands.filter((name) => findEntry(name) === undefined)).toEqual([]);
});

test('arguments follow unless something else must be filled in', () => {
  expect([suggestCommand('kill', ['a b']), suggestCommand('unhide', ['a']), suggestCommand('csv', ['a'])]).toEqual([
    "sheaf cancel 'a b'",
    'sheaf archive --undo a',
    'sheaf export FILE',
  ]);
});
