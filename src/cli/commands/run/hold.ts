import { actedAnswer } from '../../views/acted.ts';
import type { Command } from '../../shell/command.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';

export const command: Command = {
  name: 'hold',
  summary: 'Keep queued jobs from starting',
  examples: [['sheaf hold resnet50_exp'], ['sheaf hold --sweep lrs']],
  positionals: [IDS],
  flags: SELECTION_FLAGS,
  all: 'status = queued',
  run: async (args, session) => {
    const selector = requireSelector(args, 'hold');
    const acted = await (await session.open()).hold(selector);
    return actedAnswer(acted, { done: 'Held', next: [`sheaf release ${acted.done[0] ?? ''}`] });
  },
};
