import type { ExperimentManager, Selector } from '../../../app/index.ts';
import { getExperimentStatus, isActive } from '../../../core/experiment/status.ts';
import { actedAnswer } from '../../views/acted.ts';
import { withoutUndefined } from '../../../core/value.ts';
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
    ['sheaf cancel --stop "no better than the others" lr_3 lr_7', 'softly, with the status stopped'],
  ],
  positionals: [IDS],
  flags: [
    {
      name: 'stop',
      value: 'REASON',
      help: 'End these runs softly, with the status stopped, without a call to the scheduler',
    },
    ...SELECTION_FLAGS,
  ],
  notes: [
    'With --stop, a run that listens to the signal of its requeue: policy can save before it ends. It ends within 10 s; the reason is shown with it.',
  ],
  all: 'status in (queued, running)',
  run: async (args, session) => {
    const selector = requireSelector(args, 'cancel');
    const manager = await session.open();
    const active = countActive(manager, selector);
    const stop = args.text('stop');
    const verb = stop === undefined ? 'cancel' : 'stop';
    if (active > 1) {
      const ask = `${stop === undefined ? 'Cancel' : 'Stop'} ${active} experiments?`;
      await session.confirm({ ask, would: `this would ${verb} ${active} experiments` });
    }
    const acted = await manager.cancel(selector, withoutUndefined({ stop }));
    return actedAnswer(acted, { done: stop === undefined ? 'Cancelled' : 'Stopping' });
  },
};

function countActive(manager: ExperimentManager, selector: Selector): number {
  return manager.select(selector).rows.filter(({ record }) => isActive(getExperimentStatus(record).status)).length;
}
