import { evaluate, parseExpression } from '../../core/query/expression.ts';
import { getMetricValue } from '../../core/fields/field-value.ts';
import type { DerivedRule, HarvestRule } from '../../core/settings/harvest-rule.ts';
import { findNearest } from '../../core/text/nearest.ts';
import { flatten, type ValueMap } from '../../core/value.ts';
import type { RuleResult } from './rule-result.ts';
import { numberValue } from '../base/reading.ts';
import type { MetricFinding, NamedRule } from '../base/source.ts';
import { makeMissing } from '../base/words.ts';

/** Computes the metrics that are made of others and of parameters. */
export function derive(tasks: readonly NamedRule[], answers: readonly RuleResult[], params: ValueMap): RuleResult[] {
  const found = new Map(answers.map(({ metric, finding }) => [metric, finding]));
  const flattened = new Map(flatten(params));
  const numbers = new Map([...flattened].filter((pair): pair is [string, number] => typeof pair[1] === 'number'));
  const derived = new Map(tasks.filter(isDerived).map((task) => [task.metric, task]));

  function compute({ metric, rule }: NamedRule<DerivedRule>): MetricFinding {
    const known = found.get(metric);
    if (known) return known;
    const expression = parseExpression(rule.expression);
    const gaps: string[] = [];
    const value = evaluate(expression, (name) => {
      const number = numberOf(name);
      if (number === undefined) gaps.push(name);
      return number;
    });
    const finding: MetricFinding =
      value === undefined
        ? makeMissing('no_value', `it is computed from ${gaps.join(', ')}, of which there is no number`, misspelt(gaps))
        : { found: { ...numberValue(value) } };
    found.set(metric, finding);
    return finding;
  }

  /** Of a name that no rule and no parameter has, those it may stand for. */
  function misspelt(gaps: readonly string[]): { fix?: string } {
    const names = [...tasks.map(({ metric: name }) => name), ...found.keys(), ...flattened.keys()];
    const near = gaps.filter((name) => !names.includes(name)).flatMap((name) => findNearest(name, names));
    return near.length === 0 ? {} : { fix: `did you mean ${near.join(' or ')}?` };
  }

  function numberOf(name: string): number | undefined {
    const rule = derived.get(name);
    const finding = rule ? compute(rule) : found.get(name);
    if (finding === undefined) return numbers.get(name);
    const value = finding.found && getMetricValue(finding.found);
    return typeof value === 'number' ? value : undefined;
  }

  return [...derived.values()].map((task) => ({ metric: task.metric, task, finding: compute(task) }));
}

function isDerived(task: NamedRule): task is NamedRule<DerivedRule> {
  const rule: HarvestRule = task.rule;
  return rule.source === 'value';
}
