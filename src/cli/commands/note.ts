import { inputError } from '../../core/errors.ts';
import { actedAnswer } from '../acted.ts';
import type { Command } from '../command.ts';
import { SELECTION_FLAGS } from '../flags.ts';
import { chosen, IDS } from '../selection.ts';

export const command: Command = {
  name: 'note',
  summary: 'Write a remark down; it stays, with time and author',
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
    return actedAnswer(await (await session.open()).note(chosen(args, 'note', ids), text), { done: 'Noted for' });
  },
};
