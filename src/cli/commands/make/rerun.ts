import { rerunJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';

export const command: Command = {
  name: 'rerun',
  summary: 'Repeat an experiment: same parameters, resources and code',
  examples: [['sheaf rerun r50_low'], ['sheaf rerun r50_low --exp-id r50_check']],
  positionals: [{ name: 'ID', offers: 'experiment' }],
  flags: [{ name: 'exp-id', value: 'ID', help: 'Name of the new experiment (default: ID with _rerun1)' }],
  notes: ['When both have run, sheaf show and sheaf diff report differences in node, GPU, driver and packages.'],
  run: async (args, session) => {
    const [id = ''] = args.positionals;
    const { experiment, warnings } = await (await session.open()).rerun(id, args.text('exp-id'));
    return {
      data: rerunJson(experiment, id),
      text: () => `Created ${experiment.expId}, which repeats ${id}\n`,
      warnings,
      next: [`sheaf submit ${experiment.expId}`, `sheaf diff ${id} ${experiment.expId}`],
    };
  },
};
