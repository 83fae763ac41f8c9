import type { Command } from '../../shell/command.ts';
import { efficiencyAnswer } from '../../views/resources/efficiency-view.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { IDS, selectorOf } from '../../flags/selection.ts';

export const command: Command = {
  name: 'efficiency',
  summary: 'Show how much of their requested resources runs used',
  examples: [
    ['sheaf efficiency', 'the newest runs, grouped'],
    ['sheaf efficiency resnet50_exp'],
    ['sheaf efficiency --sweep lrs'],
    ["sheaf efficiency --where 'template = resnet50 and ended > 7d' --limit 1000"],
  ],
  positionals: [IDS],
  flags: [...SELECTION_FLAGS, { name: 'limit', value: 'N', help: 'Look at the newest N runs (default: 200)' }],
  notes: [
    'GPU, CPU and memory come from the monitor of each job; sheaf asks accounting once for what the monitor did not see.',
    'You can pass each --set to the next sheaf submit; time_limit: auto and mem: auto in a template apply them automatically.',
  ],
  run: async (args, session) => {
    const limit = args.count('limit');
    const manager = await session.open();
    // Includes jobs that ended since the last poll.
    const { warnings } = await manager.refresh();
    const report = await manager.efficiency({ ...selectorOf(args), ...(limit === undefined ? {} : { limit }) });
    return efficiencyAnswer({ ...report, warnings: [...warnings, ...report.warnings] });
  },
};
