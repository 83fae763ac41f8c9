import { actedAnswer } from '../../views/acted.ts';
import type { Command } from '../../shell/command.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';

export const command: Command = {
  name: 'archive',
  summary: 'Hide experiments; nothing is deleted',
  examples: [
    ['sheaf archive resnet50_exp'],
    ['sheaf archive --where "created < 2026-01-01"'],
    ['sheaf archive resnet50_exp --undo', 'show it again'],
  ],
  positionals: [IDS],
  flags: [{ name: 'undo', help: 'Show them again' }, ...SELECTION_FLAGS],
  notes: ['list, status and export leave out archived experiments, unless you pass --archived or a name.'],
  run: async (args, session) => {
    const selector = requireSelector(args, 'archive');
    const undo = args.has('undo');
    const acted = await (await session.open()).archive(selector, !undo);
    return actedAnswer(acted, { done: undo ? 'Unarchived' : 'Archived' });
  },
};
