import type { ExperimentManager, Selector } from '../../../app/index.ts';
import { getExperimentStatus, isActive } from '../../../core/experiment/status.ts';
import { actedAnswer } from '../../views/acted.ts';
import type { Command } from '../../shell/command.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';

export const command: Command = {
  name: 'cancel',
  summary: 'Cancel jobs, queued or running',
  examples: [
    ['sheaf cancel resnet50_exp'],
    ['sheaf cancel --sweep lrs', 'a whole sweep; asks first'],
    ['sheaf cancel --where "status = queued" --yes'],
  ],
  positionals: [IDS],
  flags: SELECTION_FLAGS,
  all: 'status in (queued, running)',
  run: async (args, session) => {
    const selector = requireSelector(args, 'cancel');
    const manager = await session.open();
    const active = countActive(manager, selector);
    if (active > 1) {
      await session.confirm({ ask: `Cancel ${active} experiments?`, would: `this would cancel ${active} experiments` });
    }
    return actedAnswer(await manager.cancel(selector), { done: 'Cancelled' });
  },
};

function countActive(manager: ExperimentManager, selector: Selector): number {
  return manager.select(selector).rows.filter(({ record }) => isActive(getExperimentStatus(record).status)).length;
}
