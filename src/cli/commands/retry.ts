import type { Command } from '../command.ts';
import { SELECTION_FLAGS } from '../flags.ts';
import { chosen, IDS } from '../selection.ts';
import { afterSubmitting, SUBMIT_FLAGS, submitOptions } from './submit.ts';

export const command: Command = {
  name: 'retry',
  summary: 'Run again what failed or was cancelled, and what depends on it',
  examples: [
    ['sheaf retry resnet50_exp'],
    ['sheaf retry resnet50_exp --set time_limit=12:00:00', 'with more time'],
    ['sheaf retry --where "status = failed and sweep = lrs"'],
  ],
  positionals: [IDS],
  flags: [...SUBMIT_FLAGS, ...SELECTION_FLAGS],
  run: async (args, session) => {
    const selector = chosen(args, 'retry');
    const manager = await session.open();
    return afterSubmitting(manager, await manager.retry(selector, submitOptions(args, session)), args, session);
  },
};
