import type { AskedPolicy } from '../../../app/index.ts';
import { withoutUndefined } from '../../../core/value.ts';
import type { Args } from '../../flags/args.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { IDS, selectorOf } from '../../flags/selection.ts';
import type { Command } from '../../shell/command.ts';
import { describePlan, pruneAnswer, pruneText } from '../../views/files/prune-view.ts';

export const prune: Command = {
  name: 'checkpoints prune',
  summary: 'Delete checkpoints that a policy does not keep',
  examples: [
    ['sheaf checkpoints prune --dry-run', 'show what would go and what would stay'],
    ['sheaf checkpoints prune --sweep lrs --keep-best 1 --keep-last 2'],
    ['sheaf checkpoints prune --where "val_acc < 0.5" --keep-last 1 --yes'],
  ],
  positionals: [IDS],
  flags: [
    ...SELECTION_FLAGS,
    { name: 'keep-best', value: 'N', help: 'Keep the N best by the metric' },
    { name: 'keep-last', value: 'N', help: 'Keep the N newest' },
    { name: 'keep-every', value: 'N', help: 'Keep all whose step is a multiple of N' },
    {
      name: 'metric',
      value: 'NAME',
      help: 'Metric of the best (default: checkpoint.keep.metric, or the only one with a mode)',
      offers: 'field',
    },
    { name: 'dry-run', help: 'Only show what would be deleted' },
  ],
  notes: [
    'Without --keep flags, the template says what to keep: checkpoint: {files: "ck_{step}.pt", keep: {best: 1, last: 2}}.',
    'Always kept: the newest checkpoint of each stage, pinned ones, those that another experiment starts from, and all of an experiment that is queued, running or has a stage to come.',
    'Without names: all experiments that are not archived. The record keeps what was deleted: sheaf show.',
  ],
  run: async (args, session) => {
    const manager = await session.open();
    const dryRun = args.has('dry-run');
    const { signal, progress, globals } = session;
    const plan = await manager.planPrune(selectorOf(args), { asked: askedOf(args), dryRun, signal, progress });
    if (dryRun || plan.planned.length === 0) return pruneAnswer(plan, undefined, globals.verbose, dryRun);
    if (!globals.json) session.say(pruneText(plan, globals.verbose).trimEnd());
    const what = describePlan(plan);
    await session.confirm({ ask: `Delete ${what}?`, would: `this would delete ${what}` });
    const pruning = await manager.pruneCheckpoints(plan, { signal, progress });
    signal.throwIfAborted();
    return pruneAnswer(plan, pruning, globals.verbose, false);
  },
};

function askedOf(args: Args): AskedPolicy {
  return withoutUndefined({
    best: args.count('keep-best', 0),
    last: args.count('keep-last', 1),
    every: args.count('keep-every', 1),
    metric: args.text('metric'),
  });
}
