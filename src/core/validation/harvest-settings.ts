import { isBranch, makeProblemAt, getTreeAt, type Branch, type Tree } from './config.ts';
import { readRule, RULE_EXAMPLE, buildRuleSchema } from './harvest-rule-settings.ts';
import type { JsonSchema } from './json-schema.ts';
import { choice } from './kinds.ts';
import { keyNeeded, mapSchema, readKeys, valueKind } from './setting.ts';
import type { Problem } from '../errors.ts';
import { parseExpression } from '../query/expression.ts';
import type { BestPick, HarvestRule, HarvestRules } from '../settings/harvest-rule.ts';
import { suggestName } from '../text/nearest.ts';
import { isMap } from '../value.ts';

/** The rules under `harvest:`; errors in them are reported. */
export function readHarvest(tree: Branch, problems: Problem[]): HarvestRules {
  const harvest = getTreeAt(tree, ['harvest']);
  if (harvest === undefined) return {};
  if (!isBranch(harvest)) {
    if (!isMap(harvest.value))
      problems.push(makeProblemAt(harvest, 'harvest.form', 'harvest must be a map of metrics', RULE_EXAMPLE));
    return {};
  }
  const stages = getTreeAt(tree, ['stages']);
  const stageNames = isBranch(stages) ? [...stages.children.keys()] : ['train'];
  const best = readBest(harvest, problems);
  const rules: Record<string, HarvestRule> = {};
  for (const [name, rule] of harvest.children) {
    // Null removes the rule of a parent.
    if (rule === best?.tree || (!isBranch(rule) && rule.value === null)) continue;
    const read = readRule(name, rule, { stages: stageNames, ...(best && { best: best.pick }) }, problems);
    if (read) rules[name] = read;
  }
  problems.push(...cycles(rules, harvest));
  return rules;
}

/** Whether there is such a metric, the other rules show. */
const anyMetric = valueKind('the name of a metric', { type: 'string' }, (value) =>
  typeof value === 'string' ? value : '',
);

const BEST = {
  metric: keyNeeded(anyMetric, 'The metric that decides which step is best', 'val_acc'),
  mode: keyNeeded(
    choice(['max', 'min'], 'max or min', {
      fix: 'max if more is better, as of an accuracy; min if less is, as of a loss',
    }),
    'max if more is better, min if less is',
    'max',
    { fallback: 'max' },
  ),
};

/** How an editor learns about `harvest`. */
export function harvestSchema(): JsonSchema {
  const rule = buildRuleSchema();
  return {
    type: 'object',
    properties: {
      best: {
        anyOf: [mapSchema(BEST), rule],
        description: 'The other metrics have their values of the step at which this one is best',
      },
    },
    // As isMetricName says, with at most one star.
    propertyNames: { pattern: '^(?!.*\\*.*\\*)[\\p{L}\\p{N}_*][\\p{L}\\p{M}\\p{N}_./:@ *-]{0,127}$' },
    additionalProperties: rule,
  };
}

/** `best: {metric: val_acc, mode: max}`: the other metrics have their values at that step. It is no metric. */
function readBest(harvest: Branch, problems: Problem[]): { tree: Tree; pick: BestPick } | undefined {
  const tree = harvest.children.get('best');
  if (!isBranch(tree) || !tree.children.has('metric')) return undefined;
  const read = readKeys(BEST, tree, 'harvest.best', problems);
  if (read === undefined) return undefined;
  const names = [...harvest.children.keys()].filter((name) => name !== 'best');
  if (!names.some((name) => name === read.metric || name.includes('*'))) {
    problems.push(
      makeProblemAt(tree.children.get('metric') ?? tree, 'harvest.best', `harvest.best names no metric of harvest`, {
        fix: suggestName(read.metric, names, `there are ${names.join(', ')}`),
      }),
    );
  }
  return { tree, pick: { best: read.metric, mode: read.mode } };
}

/** Values that are computed from each other in a circle. */
function cycles(rules: HarvestRules, harvest: Branch): Problem[] {
  const names = new Map<string, readonly string[]>();
  for (const [name, rule] of Object.entries(rules))
    if (rule.source === 'value') names.set(name, parseExpression(rule.expression).names);
  const found = [...names.keys()].find((name) => reaches(names, name, name, new Set()));
  const tree = found === undefined ? undefined : harvest.children.get(found);
  if (tree === undefined) return [];
  return [
    makeProblemAt(tree, 'harvest.cycle', `harvest.${found} is computed from itself`, { fix: 'break the circle' }),
  ];
}

function reaches(
  names: ReadonlyMap<string, readonly string[]>,
  from: string,
  wanted: string,
  seen: Set<string>,
): boolean {
  return (names.get(from) ?? []).some((next) => {
    if (next === wanted) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(names, next, wanted, seen);
  });
}
