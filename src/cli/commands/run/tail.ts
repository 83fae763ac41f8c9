import type { Command } from '../../shell/command.ts';
import { LOG_FLAGS, logAnswer, logRequest } from '../../views/log-output.ts';

const LINES = 10;

export const command: Command = {
  name: 'tail',
  summary: `Print the last ${LINES} lines of a run's output`,
  examples: [
    ['sheaf tail resnet50_exp'],
    ['sheaf tail resnet50_exp -f', 'keep printing new lines'],
    ['sheaf tail resnet50_exp --err -n 50'],
  ],
  positionals: [{ name: 'ID', offers: 'experiment' }],
  flags: LOG_FLAGS,
  run: async (args, session) => logAnswer(args.positionals[0] ?? '', logRequest(args, LINES), session),
};
