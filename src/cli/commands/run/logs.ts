import type { Command } from '../../shell/command.ts';
import { LOG_FLAGS, logAnswer, logRequest } from '../../views/log-output.ts';

export const command: Command = {
  name: 'logs',
  summary: 'What a run printed; while it has no log, what the scheduler wrote of its job',
  examples: [
    ['sheaf logs resnet50_exp'],
    ['sheaf logs resnet50_exp -f', 'follow it, across attempts'],
    ['sheaf logs resnet50_exp --err -n 50'],
    ['sheaf logs resnet50_exp --stage eval --attempt 1'],
  ],
  positionals: [{ name: 'ID', offers: 'experiment' }],
  flags: LOG_FLAGS,
  run: async (args, session) => logAnswer(args.positionals[0] ?? '', logRequest(args, undefined), session),
};
