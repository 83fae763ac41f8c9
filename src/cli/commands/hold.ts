import { actedAnswer } from '../acted.ts';
import type { Command } from '../command.ts';
import { SELECTION_FLAGS } from '../flags.ts';
import { chosen, IDS } from '../selection.ts';

export const command: Command = {
  name: 'hold',
  summary: 'Keep queued jobs from starting',
  examples: [['sheaf hold resnet50_exp'], ['sheaf hold --sweep lrs']],
  positionals: [IDS],
  flags: SELECTION_FLAGS,
  run: async (args, session) => {
    const selector = chosen(args, 'hold');
    const acted = await (await session.open()).hold(selector);
    return actedAnswer(acted, { done: 'Held', next: [`sheaf release ${acted.done[0] ?? ''}`] });
  },
};
