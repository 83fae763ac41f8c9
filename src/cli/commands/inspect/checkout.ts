import { describeCode } from '../../../core/experiment/code.ts';
import { checkoutJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';

export const command: Command = {
  name: 'checkout',
  summary: 'Restore the code that an experiment ran, as a folder',
  examples: [['sheaf checkout r50_low ~/r50_low_code']],
  positionals: [{ name: 'ID', offers: 'experiment' }, { name: 'DIR' }],
  notes: ['DIR must be new or empty. Snapshots never contain files that git ignores, or secrets.'],
  run: async (args, session) => {
    const [id = '', dir = ''] = args.positionals;
    const checkedOut = await (await session.open()).checkout(id, dir);
    const { folder, code } = checkedOut;
    return {
      data: checkoutJson(id, checkedOut),
      text: () => `Wrote the code of ${id} (${describeCode(code)}) to ${folder}\n`,
    };
  },
};
