import type { Command } from '../../shell/command.ts';
import { LOG_FLAGS, logAnswer, logRequest } from '../../views/log-output.ts';

export const command: Command = {
  name: 'logs',
  summary: "Print the output of a run, or the scheduler's messages if there is no log yet",
  examples: [
    ['sheaf logs resnet50_exp'],
    ['sheaf logs resnet50_exp -f', 'follow the output, across attempts'],
    ['sheaf logs resnet50_exp --err -n 50'],
    ['sheaf logs resnet50_exp --stage eval --attempt 1'],
  ],
  positionals: [{ name: 'ID', offers: 'experiment' }],
  flags: LOG_FLAGS,
  run: async (args, session) => logAnswer(args.positionals[0] ?? '', logRequest(args, undefined), session),
};
