import type { PrunableCheckout } from '../../../app/index.ts';
import { formatBytes } from '../../../core/units.ts';
import { pruneJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import { count } from '../../shell/words.ts';

export const command: Command = {
  name: 'prune',
  summary: 'Remove code checkouts that no run needs',
  examples: [['sheaf prune --dry-run', 'show what would be removed'], ['sheaf prune --yes']],
  flags: [{ name: 'dry-run', help: 'Only show what would be removed' }],
  notes: ['The code itself is kept: sheaf retry, rerun and checkout restore a checkout when they need it.'],
  run: async (args, session) => {
    const manager = await session.open();
    const found = await manager.prunable();
    if (args.has('dry-run')) return answer(found, 'Would remove');
    if (found.length > 0) {
      const what = `${count(found.length, 'checkout')} of code, ${formatBytes(total(found))}`;
      await session.confirm({ ask: `Remove ${what}?`, would: `this would remove ${what}` });
    }
    return answer(await manager.prune(), 'Removed');
  },
};

function total(found: readonly PrunableCheckout[]): number {
  return found.reduce((sum, { bytes }) => sum + bytes, 0);
}

function answer(found: readonly PrunableCheckout[], verb: string): Answer {
  const lines = found.map(({ path, bytes }) => `  ${path}  ${formatBytes(bytes)}\n`).join('');
  return {
    data: pruneJson(found),
    text: () =>
      found.length === 0
        ? 'Nothing to remove: runs need the existing checkouts, or used them within the last hour\n'
        : `${verb} ${count(found.length, 'checkout')} of code, ${formatBytes(total(found))}\n${lines}`,
  };
}
