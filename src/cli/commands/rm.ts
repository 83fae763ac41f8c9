import { actedAnswer } from '../acted.ts';
import type { Command } from '../command.ts';
import { SELECTION_FLAGS } from '../flags.ts';
import { chosen, IDS } from '../selection.ts';

export const command: Command = {
  name: 'rm',
  summary: 'Remove experiments that never ran',
  examples: [['sheaf rm typo_exp'], ['sheaf rm --sweep wrong_grid']],
  positionals: [IDS],
  flags: SELECTION_FLAGS,
  notes: ['What was submitted stays on record: sheaf archive puts it out of sight.'],
  run: async (args, session) => {
    const selector = chosen(args, 'rm');
    return actedAnswer(await (await session.open()).remove(selector), { done: 'Removed' });
  },
};
