import { isBranch, type Tree } from './config.ts';
import { RuleReader, type RuleContext } from './rule-reader.ts';
import type { Problem } from '../errors.ts';
import { parseExpression } from '../query/expression.ts';
import { isFamily, isMetricName, type HarvestRule, type PickName, type TableRule } from '../settings/harvest-rule.ts';
import { compilePattern } from '../settings/pattern.ts';
import { isMap, type Value } from '../value.ts';

const NUMBER_PICKS: readonly PickName[] = ['first', 'last', 'min', 'max', 'mean'];
const ALL_PICKS: readonly PickName[] = [...NUMBER_PICKS, 'sum', 'count'];

/** One rule of `harvest:`; undefined when it has a fault, which is told. */
export function readRule(name: string, tree: Tree, context: RuleContext, problems: Problem[]): HarvestRule | undefined {
  const before = problems.length;
  const rule = new RuleReader(name, tree, context, problems);
  if (!isMetricName(name.replace('*', 'x')))
    rule.tell(tree, 'harvest.name', `${JSON.stringify(name)} cannot be the name of a metric`);
  const text = isBranch(tree) ? undefined : tree.value;
  const made = typeof text === 'string' ? derived(rule, text) : readMap(rule);
  return problems.length === before ? made : undefined;
}

function readMap(rule: RuleReader): HarvestRule | undefined {
  const source = rule.source();
  if (source === undefined) return undefined;
  if (source === 'value') return derived(rule, rule.text('value'));
  const common = { ...rule.common(), ...rule.stage() };
  switch (source) {
    case 'log':
      return {
        ...common,
        ...rule.placed(),
        source,
        pattern: readPattern(rule),
        file: rule.text('file', 'out'),
        pick: rule.pick(NUMBER_PICKS),
        ...rule.flag('series'),
      };
    case 'json':
    case 'yaml':
      return { ...common, ...rule.placed(), source, file: rule.text(source), path: rule.text('path') };
    case 'csv':
    case 'tsv':
    case 'jsonl':
      return { ...common, ...rule.placed(), ...readTable(source, rule) };
    case 'exec':
      return {
        ...common,
        source,
        command: rule.text('exec'),
        key: rule.key(),
        pick: rule.pick(ALL_PICKS),
        ...rule.optional('file'),
        limit: rule.read(
          'limit',
          60,
          (given) => (typeof given === 'number' && given > 0 ? given : undefined),
          'seconds',
        ),
      };
    default:
      return {
        ...common,
        source,
        path: rule.place(source),
        key: rule.key(),
        pick: rule.pick(ALL_PICKS),
        ...rule.flag('links'),
      };
  }
}

function derived(rule: RuleReader, text: string): HarvestRule {
  rule.attempt(undefined, 'harvest.expression', () => void parseExpression(text));
  if (isFamily(rule.metric)) rule.tell(undefined, 'harvest.form', `${rule.name} is one value, so its name has no "*"`);
  return { ...rule.common(), source: 'value', expression: text };
}

function readTable(source: TableRule['source'], rule: RuleReader): Omit<TableRule, 'required' | 'stage' | 'at'> {
  const named = source === 'jsonl' && rule.child('key') !== undefined ? 'key' : 'column';
  const where = rule.read('where', undefined, textsOf, 'a map of columns and texts');
  return {
    source,
    file: rule.text(source),
    column: rule.text(named, rule.metric),
    pick: rule.pick(ALL_PICKS),
    ...(where && { where }),
    ...rule.optional('step'),
    ...rule.flag('series'),
  };
}

function textsOf(value: Value): { readonly [column: string]: string } | undefined {
  if (!isMap(value)) return undefined;
  const texts: Record<string, string> = {};
  for (const [column, item] of Object.entries(value)) {
    if (item === null || typeof item === 'object') return undefined;
    texts[column] = String(item);
  }
  return texts;
}

function readPattern(rule: RuleReader): string {
  const pattern = rule.text('log');
  if (pattern !== '') rule.attempt(rule.child('log'), 'harvest.pattern', () => void compilePattern(pattern));
  return pattern;
}
