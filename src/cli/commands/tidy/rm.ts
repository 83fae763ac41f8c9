import { actedAnswer } from '../../views/acted.ts';
import type { Command } from '../../shell/command.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';

export const command: Command = {
  name: 'rm',
  summary: 'Remove experiments that never ran',
  examples: [['sheaf rm typo_exp'], ['sheaf rm --sweep wrong_grid']],
  positionals: [IDS],
  flags: SELECTION_FLAGS,
  notes: ['Submitted experiments stay on record; sheaf archive hides them.'],
  run: async (args, session) => {
    const selector = requireSelector(args, 'rm');
    return actedAnswer(await (await session.open()).remove(selector), { done: 'Removed' });
  },
};
