import { actedAnswer } from '../../views/acted.ts';
import { AGAIN } from '../../views/again.ts';
import type { Command } from '../../shell/command.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';

export const command: Command = {
  name: 'requeue',
  summary: 'Put running jobs back into the queue; they start again as their next attempt',
  examples: [['sheaf requeue resnet50_exp'], ['sheaf requeue --sweep lrs']],
  positionals: [IDS],
  flags: SELECTION_FLAGS,
  notes: [
    'Works for jobs with requeue: true in their template, on Slurm. For other jobs, use sheaf cancel, then sheaf retry.',
  ],
  table: AGAIN,
  all: 'status = running',
  run: async (args, session) => {
    const selector = requireSelector(args, 'requeue');
    const acted = await (await session.open()).requeue(selector);
    return actedAnswer(acted, { done: 'Requeued', next: [`sheaf logs ${acted.done[0] ?? ''} -f`] });
  },
};
