import { actedAnswer } from '../../views/acted.ts';
import type { Command } from '../../shell/command.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { chosen, IDS } from '../../flags/selection.ts';

export const command: Command = {
  name: 'archive',
  summary: 'Put experiments out of sight; nothing is deleted',
  examples: [
    ['sheaf archive resnet50_exp'],
    ['sheaf archive --where "created < 2026-01-01"'],
    ['sheaf archive resnet50_exp --undo', 'back into sight'],
  ],
  positionals: [IDS],
  flags: [{ name: 'undo', help: 'Bring them back' }, ...SELECTION_FLAGS],
  notes: ['Archived experiments are left out of list, status and export, unless --archived or a name asks for them.'],
  run: async (args, session) => {
    const selector = chosen(args, 'archive');
    const undo = args.has('undo');
    const acted = await (await session.open()).archive(selector, !undo);
    return actedAnswer(acted, { done: undo ? 'Brought back' : 'Archived' });
  },
};
