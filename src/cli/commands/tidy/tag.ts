import { inputError } from '../../../core/errors.ts';
import { actedAnswer } from '../../views/acted.ts';
import type { Command } from '../../shell/command.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';

export const command: Command = {
  name: 'tag',
  summary: 'Add and remove tags',
  examples: [['sheaf tag resnet50_exp --add baseline paper'], ['sheaf tag --sweep lrs --add lr --remove draft']],
  positionals: [IDS],
  flags: [
    { name: 'add', value: 'TAG', many: 'words', help: 'Tags to add', offers: 'tag' },
    { name: 'remove', value: 'TAG', many: 'words', help: 'Tags to remove', offers: 'tag' },
    ...SELECTION_FLAGS,
  ],
  run: async (args, session) => {
    const selector = requireSelector(args, 'tag');
    const [add, remove] = [args.texts('add'), args.texts('remove')];
    if (add.length + remove.length === 0) {
      throw inputError('cli.tag.none', 'sheaf tag needs --add or --remove', { fix: 'sheaf tag ID --add TAG' });
    }
    return actedAnswer(await (await session.open()).tag(selector, add, remove), { done: 'Tagged' });
  },
};
