import type { Command } from '../../shell/command.ts';
import { IDS } from '../../flags/selection.ts';
import { LOG_FLAGS, LOG_NOTES, logAnswer } from '../../views/log-output.ts';

const LINES = 10;

export const command: Command = {
  name: 'tail',
  summary: `Print the last ${LINES} lines of the output; the same as sheaf logs -n ${LINES}`,
  examples: [
    ['sheaf tail resnet50_exp'],
    ['sheaf tail resnet50_exp -f', 'keep printing new lines'],
    ['sheaf tail resnet50_exp --err -n 50'],
  ],
  positionals: [IDS],
  flags: LOG_FLAGS,
  notes: LOG_NOTES,
  run: (args, session) => logAnswer(args, session, { lines: LINES, command: 'tail' }),
};
