import { renameJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';

export const command: Command = {
  name: 'rename',
  summary: 'Rename an experiment that never ran',
  examples: [['sheaf rename restnet50_exp resnet50_exp']],
  positionals: [{ name: 'ID', offers: 'experiment' }, { name: 'NEW' }],
  run: async ({ positionals: [from = '', to = ''] }, session) => {
    const { expId } = await (await session.open()).rename(from, to);
    return {
      data: renameJson(from, expId),
      text: () => `Renamed ${from} to ${expId}\n`,
      next: [`sheaf submit ${expId}`],
    };
  },
};
