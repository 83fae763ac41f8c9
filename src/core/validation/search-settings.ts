import { getTreeAt, isBranch, makeProblemAt, type Branch } from './config.ts';
import { adviseParams } from './input-settings.ts';
import { choice, flag, line, wholeFrom } from './kinds.ts';
import {
  described,
  firstOf,
  key,
  keyNeeded,
  keyOr,
  kind,
  mapOf,
  mustBe,
  refined,
  shortFor,
  valueKind,
  type Kind,
} from './setting.ts';
import type { Problem } from '../errors.ts';
import type { HarvestRules } from '../settings/harvest-rule.ts';
import {
  findSearchMode,
  LEAST_ETA,
  STOP_DEFAULTS,
  STOP_RULES,
  type Lead,
  type ProcessorHours,
  type Sampler,
  type SearchSettings,
  type StopSettings,
} from '../settings/search-settings.ts';
import { isMap } from '../value.ts';

/** A map that may not be empty: some of its keys are needed. */
function filled<T>(of: Kind<T>): Kind<T> {
  return kind(
    of.wants,
    () => of.schema,
    (tree, name, problems) => {
      if (isBranch(tree) || !isMap(tree.value)) return of.read(tree, name, problems);
      problems.push(mustBe(tree, name, of.wants));
      return undefined;
    },
  );
}

const eta = valueKind(`a number from ${LEAST_ETA}`, { type: 'number', minimum: LEAST_ETA }, (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= LEAST_ETA ? value : undefined,
);

const stop: Kind<StopSettings> = refined(
  filled(
    mapOf(
      {
        rule: keyOr(
          choice(STOP_RULES),
          'asha: the best 1/eta go on. median: those not worse than the median',
          STOP_DEFAULTS.rule,
        ),
        from: keyNeeded(wholeFrom(1), 'The step of the first rung', '3'),
        to: keyNeeded(wholeFrom(2), 'The step at which a trial is complete', '81'),
        eta: keyOr(eta, 'The ratio of one rung to the one before', STOP_DEFAULTS.eta),
        keep: keyOr(wholeFrom(1), 'How many of the best always go on', STOP_DEFAULTS.keep),
        resume: keyOr(
          flag,
          'Pause members instead of stopping them: they go on from their checkpoints if later results lift them',
          STOP_DEFAULTS.resume,
        ),
      },
      'a map such as {rule: asha, from: 3, to: 81}',
    ),
  ),
  (settings, { tree, name, problems }): StopSettings | undefined => {
    if (settings.to > settings.from) return settings;
    const at = getTreeAt(tree, ['to']) ?? tree;
    problems.push(
      makeProblemAt(
        at,
        'search.stop',
        `${name}.to is ${settings.to}, which is not above ${name}.from, ${settings.from}`,
        {
          why: 'from is the step of the first rung, to that at which a trial is complete',
          fix: 'write the number of steps that a whole run reports under to',
        },
      ),
    );
    return undefined;
  },
);

const HOURS = /^\s*(\d+(?:\.\d+)?)\s*(GPU|CPU) hours?\s*$/;

const hours = firstOf(
  'a number of hours, such as 400 GPU hours',
  valueKind('hours', { type: 'number', exclusiveMinimum: 0 }, (value): ProcessorHours | undefined =>
    typeof value === 'number' && Number.isFinite(value) && value > 0 ? { hours: value } : undefined,
  ),
  valueKind('hours', { type: 'string', pattern: HOURS.source }, (value): ProcessorHours | undefined => {
    const [, number, unit] = typeof value === 'string' ? (HOURS.exec(value) ?? []) : [];
    return Number(number) > 0 ? { hours: Number(number), unit: unit === 'CPU' ? 'CPU' : 'GPU' } : undefined;
  }),
);

const lead = firstOf<Lead>('auto, or a whole number from 0', choice(['auto']), wholeFrom(0));

const sampler = shortFor(
  'random, tpe, or a program: {exec: python propose.py}',
  choice(['random', 'tpe']),
  (by): Sampler => by,
  mapOf({ exec: keyNeeded(line, 'A program that reads all trials as JSON and prints proposals', 'python propose.py') }),
);

/** How the sweeps of a template go on by themselves. */
export const search: Kind<SearchSettings> = refined(
  filled(
    mapOf(
      {
        metric: keyNeeded(described(line, 'the name of a metric'), 'The harvest rule whose values decide', 'val_acc'),
        by: key(sampler, 'How members are proposed. Default: tpe'),
        trials: key(wholeFrom(1), 'How many members are made at most, repetitions not counted'),
        at_most: key(hours, 'As many members as these hours suffice for, if each takes its time limit'),
        lead: key(
          lead,
          'How many members are queued ahead, beside those that may run at once. auto: from what members waited',
        ),
        stop: key(stop, 'Which members are stopped before they complete, and when'),
        confirm: key(
          filled(
            mapOf(
              {
                top: keyNeeded(wholeFrom(1), 'How many of the best', '5'),
                seeds: keyNeeded(wholeFrom(2), 'How many seeds each of them has in the end', '3'),
              },
              'a map such as {top: 5, seeds: 3}',
            ),
          ),
          'Repeat the best over further seeds, when all members have ended',
        ),
      },
      'a map such as {metric: val_acc, trials: 200, stop: {from: 3, to: 81}}',
      adviseParams('search', 'how sweeps go on by themselves'),
    ),
  ),
  (settings, { tree, name, problems }): SearchSettings | undefined => {
    const { trials, at_most: most } = settings;
    const idle = ['by', 'lead'].find((each) => Object.hasOwn(settings, each));
    if (trials !== undefined && most !== undefined) {
      problems.push(
        makeProblemAt(tree, 'search.trials', `${name} has both trials and at_most`, { fix: 'keep one of them' }),
      );
    } else if (idle !== undefined && trials === undefined && most === undefined) {
      problems.push(
        makeProblemAt(tree, 'search.trials', `${name} has ${idle}, but does not say how many members to propose`, {
          fix: 'add trials: 200, or at_most: 400 GPU hours',
        }),
      );
    }
    return settings;
  },
);

/** Adds to `problems` why the metric of a search cannot decide. */
export function checkSearchMetric(
  tree: Branch,
  { metric }: SearchSettings,
  rules: HarvestRules,
  problems: Problem[],
): void {
  const harvest = getTreeAt(tree, ['harvest']);
  // What is wrong with the rule itself is reported already.
  if (isBranch(harvest) && harvest.children.has(metric) && !Object.hasOwn(rules, metric)) return;
  const found = findSearchMode(metric, rules);
  if (typeof found === 'string') return;
  const { message, ...advice } = found;
  problems.push(makeProblemAt(getTreeAt(tree, ['search', 'metric']) ?? tree, 'search.metric', message, advice));
}
