import { partitionsJson } from '../../../json/index.ts';
import { partitionsText } from '../../views/resources/partitions-view.ts';
import type { Command } from '../../shell/command.ts';

export const command: Command = {
  name: 'partitions',
  summary: 'Partitions with their GPUs, what is free, and who may use them',
  examples: [
    ['sheaf partitions'],
    ['sheaf partitions --probe', 'try small jobs for where the settings do not tell who gets in'],
    ['sheaf partitions --json'],
  ],
  flags: [{ name: 'probe', help: 'Ask anew, and try who gets in: nothing is submitted' }],
  notes: [
    'Free: on nodes that take jobs now and have a CPU and memory left. GiB of a GPU are what programs really get of it.',
    'What the cluster answers serves for 45 s; what came of tries, for a day.',
  ],
  run: async (args, session) => {
    const manager = await session.open();
    const found = await manager.partitions({ probe: args.has('probe') });
    return {
      data: partitionsJson(found),
      text: (screen) => partitionsText(found, screen),
      remarks: [...found.notes, ...found.facts.unknown],
      next: [],
    };
  },
};
