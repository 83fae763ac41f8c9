import type { Command } from '../../shell/command.ts';
import { efficiencyAnswer } from '../../views/resources/efficiency-view.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { IDS, selectorOf } from '../../flags/selection.ts';

export const command: Command = {
  name: 'efficiency',
  summary: 'What runs used of what they asked for',
  examples: [
    ['sheaf efficiency', 'the newest runs, those of the same together'],
    ['sheaf efficiency resnet50_exp'],
    ['sheaf efficiency --sweep lrs'],
    ["sheaf efficiency --where 'template = resnet50 and ended > 7d' --limit 1000"],
  ],
  positionals: [IDS],
  flags: [...SELECTION_FLAGS, { name: 'limit', value: 'N', help: 'Look at the newest N runs (default: 200)' }],
  notes: [
    'GPUs, CPU and memory are what the monitor of each job sampled; accounting is asked once for what it did not see.',
    'A line with --set is a word for the next submit; time_limit: auto and mem: auto in a template do it by themselves.',
  ],
  run: async (args, session) => {
    const limit = args.count('limit');
    const manager = await session.open();
    // What ended since somebody looked counts, too.
    const { warnings } = await manager.refresh();
    const report = await manager.efficiency({ ...selectorOf(args), ...(limit === undefined ? {} : { limit }) });
    return efficiencyAnswer({ ...report, warnings: [...warnings, ...report.warnings] });
  },
};
