import type { Command } from '../../shell/command.ts';

export const command: Command = {
  name: 'shell',
  summary: 'Open a shell beside a running experiment, on its node and with its GPUs',
  examples: [['sheaf shell resnet50_exp', 'nvidia-smi, py-spy, ls …; exit leaves the job as it is']],
  positionals: [{ name: 'ID', offers: 'experiment' }],
  run: async ({ positionals: [expId = ''] }, session) => {
    const status = await (await session.open()).openShell(expId);
    return { exitCode: status === 0 ? 0 : 1 };
  },
};
