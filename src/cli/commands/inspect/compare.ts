import type { ListRequest } from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import type { Args } from '../../flags/args.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import { compareAnswer } from '../../views/compare-view.ts';
import { comparedGroupsAnswer } from '../../views/groups-view.ts';
import { requireChoice, IDS } from '../../flags/selection.ts';
import { LISTING_FLAGS, listingOf } from './listing.ts';
import type { Session } from '../../shell/session.ts';
import { testAnswer } from '../../views/statistics/t-test-view.ts';

export const command: Command = {
  name: 'compare',
  summary: 'Compare parameters and metrics side by side, or groups, and test whether two differ',
  examples: [
    ['sheaf compare r50_low r50_high'],
    ['sheaf compare r50_low r50_high vit_base --all-values'],
    ['sheaf compare --sweep lrs --group-by learning_rate', 'mean ± std over the seeds'],
    ['sheaf compare --sweep lrs --group-by learning_rate --sort accuracy --desc', 'the best first'],
    [
      "sheaf compare --group-by learning_rate --where 'learning_rate in (0.1, 0.01)' --test welch",
      'test whether the means differ',
    ],
  ],
  positionals: [IDS],
  flags: [
    ...LISTING_FLAGS.filter(({ name }) => name !== 'columns'),
    { name: 'limit', value: 'N', help: 'Show at most N; 0 for all (default: 0)' },
    { name: 'all-values', help: 'Also show values that are the same in all' },
    {
      name: 'group-by',
      value: 'NAME',
      many: 'words',
      help: 'Compare groups, one for each value of NAME: mean ± std of the metrics. all-but-seed: by all parameters that differ, without seeds',
      offers: 'field',
    },
    {
      name: 'columns',
      value: 'NAME',
      many: 'words',
      help: 'With --group-by: the metrics to show (default: all)',
      offers: 'field',
    },
    {
      name: 'test',
      value: 'TEST',
      help: "Test whether two groups differ: welch (Welch's t-test) or paired (paired t-test by seed)",
      choices: ['welch', 'paired'],
    },
    {
      name: 'pair-by',
      value: 'NAME',
      many: 'words',
      help: 'With --test paired: what the members of a pair have in common, such as fold seed (default: the seeds)',
      offers: 'field',
    },
  ],
  run: async (args, session) => {
    refuseStrayFlags(args);
    const manager = await session.open();
    const limit = args.count('limit', 0) || undefined;
    const listing = { ...listingOf(args, args.positionals), ...(limit === undefined ? {} : { limit }) };
    if (args.has('group-by')) return groupsAnswer(args, listing, session);
    const ids = manager.select(requireChoice(listing, 'compare')).rows.map(({ expId }) => expId);
    const compared = await manager.compare(ids, { allValues: args.has('all-values') });
    return withWarnings(compareAnswer(compared), await manager.oldRules({ ids }));
  },
};

async function groupsAnswer(args: Args, listing: ListRequest, session: Session): Promise<Answer> {
  const manager = await session.open();
  const request = { ...listing, groupBy: args.texts('group-by'), values: session.globals.json };
  const oldRules = await manager.oldRules(request);
  const test = args.text('test');
  if (test !== 'welch' && test !== 'paired')
    return withWarnings(comparedGroupsAnswer(await manager.compareGroups(request)), oldRules);
  const pairBy = args.has('pair-by') ? { pairBy: args.texts('pair-by') } : {};
  return withWarnings(testAnswer(await manager.testGroups({ ...request, test, ...pairBy })), oldRules);
}

function withWarnings(answer: Answer, more: readonly string[]): Answer {
  return { ...answer, warnings: [...(answer.warnings ?? []), ...more] };
}

/** The flags that other flags require. */
const NEEDS: readonly (readonly [flag: string, needed: string])[] = [
  ['columns', 'group-by'],
  ['test', 'group-by'],
  ['pair-by', 'test'],
];

/** @throws SheafError `cli.compare.flags` */
function refuseStrayFlags(args: Args): void {
  for (const [flag, needed] of NEEDS) {
    if (!args.has(flag) || args.has(needed)) continue;
    throw inputError('cli.compare.flags', `--${flag} has no effect without --${needed}`, {
      fix: `add --${needed}, or omit --${flag}`,
    });
  }
  if (args.has('pair-by') && args.text('test') !== 'paired') {
    throw inputError('cli.compare.flags', '--pair-by requires --test paired', {
      fix: 'add --test paired, or omit --pair-by',
    });
  }
  for (const flag of ['sort', 'limit']) {
    if (!args.has(flag) || !args.has('test')) continue;
    throw inputError('cli.compare.flags', `--${flag} has no effect with --test`, {
      why: 'a test compares two groups in the order of their values',
      fix: `omit --${flag}`,
    });
  }
  if (args.has('all-values') && args.has('group-by')) {
    throw inputError('cli.compare.flags', '--all-values has no effect with --group-by', {
      why: 'groups are compared by their metrics',
      fix: 'omit one of them',
    });
  }
}
