import { rerunJson } from '../../../json/index.ts';
import { readArgument } from '../../flags/args.ts';
import { AGAIN } from '../../views/again.ts';
import type { Command } from '../../shell/command.ts';

export const command: Command = {
  name: 'rerun',
  summary: 'Repeat an experiment: same parameters, resources and code',
  examples: [['sheaf rerun r50_low'], ['sheaf rerun r50_low r50_check', 'with a name of its own']],
  positionals: [
    { name: 'ID', offers: 'experiment' },
    { name: 'NEW', min: 0 },
  ],
  flags: [
    { name: 'exp-id', value: 'ID', help: 'Same as NEW: the name of the new experiment (default: ID with _rerun1)' },
  ],
  notes: ['When both have run, sheaf show and sheaf diff report differences in node, GPU, driver and packages.'],
  table: AGAIN,
  run: async (args, session) => {
    const [id = ''] = args.positionals;
    const { signal, progress } = session;
    const manager = await session.open();
    const { experiment, warnings } = await manager.rerun(id, readArgument(args, 1, 'exp-id'), { signal, progress });
    return {
      data: rerunJson(experiment, id),
      text: () => `Created ${experiment.expId}, which repeats ${id}\n`,
      warnings,
      next: [`sheaf submit ${experiment.expId}`, `sheaf diff ${id} ${experiment.expId}`],
    };
  },
};
