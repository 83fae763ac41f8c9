import { isFamily, type HarvestRule } from '../../core/settings/harvest-rule.ts';
import type { RuleResult, RuleTask } from './rule-result.ts';

/**
 * The metrics that only pick a value from the series of another metric, each with that other metric: `best_val_acc`, if `val_acc`
 * reads the same values and takes the last one. A curve of their own would show that other metric under their name. A rule that
 * says `series: true` keeps its series.
 */
export function findPicked(answers: readonly RuleResult[]): ReadonlyMap<string, string> {
  const followed = new Map(
    answers.filter(({ task }) => takesLast(task.rule)).map((answer) => [describeReading(answer), answer.metric]),
  );
  return new Map(
    answers.flatMap((answer): [string, string][] => {
      const { rule } = answer.task;
      const owner = takesLast(rule) || keepsSeries(rule) ? undefined : followed.get(describeReading(answer));
      return owner === undefined ? [] : [[answer.metric, owner]];
    }),
  );
}

function takesLast(rule: HarvestRule): boolean {
  return !('pick' in rule) || rule.pick === 'last';
}

function keepsSeries(rule: HarvestRule): boolean {
  return 'series' in rule && rule.series === true;
}

/** What a rule reads, whatever it picks of that. */
function describeReading({ metric, task }: RuleResult): string {
  const entries = Object.entries({ ...task.rule, ...keyOfMember(metric, task) }).filter(([key]) => !NOT_READ.has(key));
  return JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The key that a family's rule has for one of its members. */
function keyOfMember(member: string, { metric, rule }: RuleTask): { readonly key?: string } {
  if (!isFamily(metric) || !('key' in rule)) return {};
  const [before = '', after = ''] = metric.split('*', 2);
  return { key: rule.key.replace('*', () => member.slice(before.length, member.length - after.length)) };
}

/** Keys of rules that do not decide which values are read. */
const NOT_READ: ReadonlySet<string> = new Set(['pick', 'series', 'required', 'unit', 'mode', 'at']);
