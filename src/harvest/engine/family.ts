import { isFamily, isMetricName } from '../../core/settings/harvest-rule.ts';
import { formatCount } from '../../core/text/phrases.ts';
import type { RuleResult, RuleTask } from './rule-result.ts';
import type { MetricFinding, RuleOutcome } from '../base/source.ts';
import { makeMissing } from '../base/words.ts';

/** Metrics of one family that are kept: a run that logs every layer must not fill the journal. */
const LARGEST_FAMILY = 500;

/** What a rule came to, by metric: of a family one answer for each member, and one for what it lacks. */
export function toRuleResults(task: RuleTask, outcome: RuleOutcome): RuleResult[] {
  if (!('family' in outcome)) return [{ metric: task.metric, task, finding: outcome }];
  const members = [...outcome.family].map(([part, finding]): RuleResult => ({
    metric: task.metric.replace('*', () => part),
    task,
    finding,
  }));
  const fit = members.filter(({ metric }) => isMetricName(metric));
  const left = members.length - Math.min(fit.length, LARGEST_FAMILY);
  const kept = fit.slice(0, LARGEST_FAMILY);
  if (members.length > 0 && left === 0) return kept;
  return [...kept, { metric: task.metric, task, finding: familyGap(task.metric, members.length, left) }];
}

function familyGap(metric: string, found: number, left: number): MetricFinding {
  if (found === 0) return makeMissing('no_key', `nothing fits ${metric}`);
  const said = `${formatCount(left, 'value')} of ${formatCount(found, 'value')} that fit ${metric} ${left === 1 ? 'is' : 'are'} left out`;
  return makeMissing(
    'bad_file',
    `${said}: at most ${LARGEST_FAMILY} are kept, and only those whose names can be a metric's`,
    {
      fix: 'ask for fewer by a longer key, such as "val/*"',
    },
  );
}

/** A rule of its own comes before a member of a family, and the family that is written first before another. */
export function dropOverridden(tasks: readonly RuleTask[], answers: readonly RuleResult[]): RuleResult[] {
  const rank = new Map(tasks.map((task, i) => [task.metric, isFamily(task.metric) ? tasks.length + i : i]));
  const best = new Map<string, RuleResult>();
  for (const answer of answers) {
    const rival = best.get(answer.metric);
    const rankOf = ({ task }: RuleResult): number => rank.get(task.metric) ?? 0;
    if (rival === undefined || rankOf(answer) < rankOf(rival)) best.set(answer.metric, answer);
  }
  return [...best.values()];
}
