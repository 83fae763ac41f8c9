import type { Command } from '../../shell/command.ts';
import { IDS } from '../../flags/selection.ts';
import { LOG_FLAGS, LOG_NOTES, logAnswer } from '../../views/log-output.ts';

export const command: Command = {
  name: 'logs',
  summary: "Print the output of runs, or the scheduler's messages if there is no log yet",
  examples: [
    ['sheaf logs resnet50_exp', 'standard output and standard error'],
    ['sheaf logs resnet50_exp -f', 'follow both, across attempts'],
    ['sheaf logs resnet50_exp -n 50 --err'],
    ['sheaf logs resnet50_exp --stage eval --attempt 1'],
    ['sheaf logs --sweep lrs -n 5', 'the ends of several'],
  ],
  positionals: [IDS],
  flags: LOG_FLAGS,
  notes: LOG_NOTES,
  run: (args, session) => logAnswer(args, session, { command: 'logs' }),
};
