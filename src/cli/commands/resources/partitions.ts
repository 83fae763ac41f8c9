import { partitionsJson } from '../../../json/index.ts';
import { partitionsText } from '../../views/resources/partitions-view.ts';
import type { Command } from '../../shell/command.ts';

export const command: Command = {
  name: 'partitions',
  summary: 'List partitions with their GPUs, what is free, and who can use them',
  examples: [
    ['sheaf partitions'],
    ['sheaf partitions --probe', 'test access with small jobs if the settings do not say who has access'],
    ['sheaf partitions --json'],
  ],
  flags: [{ name: 'probe', help: 'Ask again, and test who has access; submits nothing' }],
  notes: [
    'FREE counts GPUs on nodes that accept jobs and have a CPU and memory left. GiB is what programs really get of a GPU.',
    'Answers of the cluster are cached for 45 s, results of tests for a day.',
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
