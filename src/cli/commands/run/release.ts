import { actedAnswer } from '../../views/acted.ts';
import type { Command } from '../../shell/command.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';

export const command: Command = {
  name: 'release',
  summary: 'Release held jobs',
  examples: [['sheaf release resnet50_exp'], ['sheaf release --sweep lrs']],
  positionals: [IDS],
  flags: SELECTION_FLAGS,
  all: 'status = queued',
  run: async (args, session) => {
    const selector = requireSelector(args, 'release');
    return actedAnswer(await (await session.open()).release(selector), { done: 'Released' });
  },
};
