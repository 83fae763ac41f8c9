import { inputError } from '../../../core/errors.ts';
import { actedAnswer } from '../../views/acted.ts';
import type { Command } from '../../shell/command.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';

export const command: Command = {
  name: 'note',
  summary: 'Add a permanent remark, with time and author',
  examples: [
    ['sheaf note resnet50_exp "diverges after epoch 60"'],
    ['sheaf note --sweep lrs "first try, wrong augmentation"'],
  ],
  positionals: [IDS, { name: 'TEXT' }],
  flags: SELECTION_FLAGS,
  run: async (args, session) => {
    const ids = args.positionals.slice(0, -1);
    const text = args.positionals.at(-1) ?? '';
    const selects = ids.length > 0 || args.has('where') || args.has('sweep');
    if (!selects) {
      throw inputError('cli.argument.missing', 'sheaf note needs an experiment and a text', {
        fix: 'sheaf note ID "what you saw"',
        now: 'nothing was changed',
      });
    }
    return actedAnswer(await (await session.open()).note(requireSelector(args, 'note', ids), text), {
      done: 'Added a note to',
    });
  },
};
