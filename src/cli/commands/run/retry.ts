import { AGAIN } from '../../views/again.ts';
import type { Command } from '../../shell/command.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';
import { reportSubmitted, SUBMIT_FLAGS, submitOptions } from './submit.ts';

export const command: Command = {
  name: 'retry',
  summary: 'Run failed or cancelled experiments again, and what depends on them',
  examples: [
    ['sheaf retry resnet50_exp'],
    ['sheaf retry resnet50_exp --fresh', 'with the current code and template'],
    ['sheaf retry resnet50_exp --set time_limit=12:00:00', 'with more time'],
    ['sheaf retry --where "status = failed and sweep = lrs"'],
  ],
  positionals: [IDS],
  flags: [
    { name: 'fresh', help: 'Reread command, stages, environment, resources and code; start without a checkpoint' },
    ...SUBMIT_FLAGS,
    ...SELECTION_FLAGS,
  ],
  notes: [
    'Without --fresh, a retry runs the code and the settings of the earlier attempts, even if they have changed since.',
    'Parameters always stay; to change one, use sheaf clone.',
  ],
  table: AGAIN,
  all: 'status = failed',
  run: async (args, session) => {
    const selector = requireSelector(args, 'retry');
    const manager = await session.open();
    const options = { ...submitOptions(args, session), ...(args.has('fresh') ? { fresh: true } : {}) };
    return reportSubmitted(manager, await manager.retry(selector, options), args, session);
  },
};
