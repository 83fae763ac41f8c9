import type { Command } from '../../shell/command.ts';
import { NO_HARVEST, SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';
import { waitAnswer } from '../../views/waiting.ts';

export const command: Command = {
  name: 'wait',
  summary: 'Wait until experiments end, and read their results',
  examples: [
    ['sheaf wait resnet50_exp && sheaf show resnet50_exp'],
    ['sheaf wait --sweep lrs'],
    ['sheaf wait --where "status in (queued, running)"'],
  ],
  positionals: [IDS],
  flags: [NO_HARVEST, ...SELECTION_FLAGS],
  notes: [
    'The exit code is 0 if all completed or were stopped, 1 if none did, 3 if some did. Ctrl-C stops the waiting, not the jobs.',
  ],
  all: 'status in (queued, running)',
  run: async (args, session) =>
    waitAnswer(await session.open(), requireSelector(args, 'wait'), session, { harvest: !args.has('no-harvest') }),
};
