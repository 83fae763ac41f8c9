import { isBranch, problemAt, treeAt, valueOf, type Branch, type Tree } from './config.ts';
import { unknownKeys } from './config-keys.ts';
import type { Problem } from './errors.ts';
import type { HarvestRule, HarvestRules } from './harvest-rule.ts';
import type { LiveSettings } from './settings.ts';
import { isMap, type Value } from './value.ts';

const NUMBER_PICKS = ['first', 'last', 'min', 'max', 'mean'] as const;
const COLUMN_PICKS = [...NUMBER_PICKS, 'sum', 'count'] as const;
const SOURCES = ['log', 'json', 'csv'] as const;
const METRIC_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_./:@ -]{0,127}$/u;

const KEYS: Readonly<Record<(typeof SOURCES)[number], readonly string[]>> = {
  log: ['log', 'file', 'pick', 'required', 'stage'],
  json: ['json', 'path', 'required', 'stage'],
  csv: ['csv', 'column', 'pick', 'required', 'stage'],
};

/** The reserved keys that do not freeze: harvest rules and the columns of export. */
export function readLiveSettings(tree: Branch, problems: Problem[]): LiveSettings {
  const columns = readColumns(treeAt(tree, ['export']), problems);
  return { harvest: readRules(tree, problems), ...(columns && { exportColumns: columns }) };
}

function readColumns(tree: Tree | undefined, problems: Problem[]): readonly string[] | undefined {
  if (tree === undefined) return undefined;
  if (!isBranch(tree)) {
    if (!isMap(tree.value)) problems.push(problemAt(tree, 'export.form', 'export must be a map', { fix: 'write export: {columns: [exp_id, …]}' }));
    return undefined;
  }
  problems.push(...unknownKeys(tree, ['columns'], 'export'));
  const columns = tree.children.get('columns');
  const value = columns && valueOf(columns);
  if (columns === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  problems.push(problemAt(columns, 'export.form', 'export.columns must be a list of names'));
  return undefined;
}

function readRules(tree: Branch, problems: Problem[]): HarvestRules {
  const harvest = treeAt(tree, ['harvest']);
  if (harvest === undefined) return {};
  if (!isBranch(harvest)) {
    if (!isMap(harvest.value)) problems.push(problemAt(harvest, 'harvest.form', 'harvest must be a map of metrics', EXAMPLE));
    return {};
  }
  const stages = treeAt(tree, ['stages']);
  const stageNames = isBranch(stages) ? [...stages.children.keys()] : ['train'];
  const rules: Record<string, HarvestRule> = {};
  for (const [name, rule] of harvest.children) {
    // Null takes back the rule of a parent.
    if (!isBranch(rule) && rule.value === null) continue;
    const read = readRule(name, rule, stageNames, problems);
    if (read) rules[name] = read;
  }
  return rules;
}

const EXAMPLE = { fix: "write for example: harvest: {val_acc: {log: 'val_acc=(\\S+)'}}" };

function readRule(name: string, rule: Tree, stages: readonly string[], problems: Problem[]): HarvestRule | undefined {
  const tell = (tree: Tree, code: string, message: string, fix?: string): undefined => {
    problems.push(problemAt(tree, code, message, fix === undefined ? {} : { fix }));
  };
  if (!METRIC_NAME.test(name)) return tell(rule, 'harvest.name', `${JSON.stringify(name)} cannot be the name of a metric`);
  if (!isBranch(rule)) return tell(rule, 'harvest.form', `harvest.${name} must be a map`, EXAMPLE.fix);
  const sources = SOURCES.filter((source) => rule.children.has(source));
  const [source] = sources;
  if (source === undefined) {
    problems.push(...unknownKeys(rule, [...SOURCES, ...KEYS.log, 'path', 'column'], `harvest.${name}`));
    return tell(rule, 'harvest.source', `harvest.${name} does not say where the metric is`, 'give one of log, json and csv');
  }
  if (sources.length > 1) return tell(rule, 'harvest.source', `harvest.${name} has several sources: ${sources.join(', ')}`, 'keep one of them');
  const before = problems.length;
  problems.push(...unknownKeys(rule, KEYS[source], `harvest.${name}`));

  const value = <T>(key: string, fallback: T, accept: (value: Value) => T | undefined, wants: string): T => {
    const tree = rule.children.get(key);
    if (tree === undefined) return fallback;
    const accepted = accept(valueOf(tree));
    if (accepted === undefined) tell(tree, 'harvest.form', `harvest.${name}.${key} must be ${wants}`);
    return accepted ?? fallback;
  };
  const text = (key: string, fallback: string): string => value(key, fallback, textOf, 'a text');
  const oneOf = <T extends string>(key: string, fallback: T, choices: readonly T[]): T =>
    value(key, fallback, (given) => choices.find((choice) => choice === given), `one of ${choices.join(', ')}`);
  const needed = (key: string): string => {
    if (!rule.children.has(key)) tell(rule, 'harvest.form', `harvest.${name} has no ${key}`, `add ${key}: to it`);
    return text(key, '');
  };

  const stage = rule.children.get('stage');
  if (stage && !stages.includes(String(valueOf(stage)))) {
    tell(stage, 'harvest.stage', `harvest.${name}.stage is no stage`, `the stages are ${stages.join(', ')}`);
  }
  const place = problemAt(rule, '', '').at;
  const base = {
    required: value('required', true, (given) => (typeof given === 'boolean' ? given : undefined), 'true or false'),
    ...(stage && { stage: String(valueOf(stage)) }),
    ...(place && { at: place }),
  };
  const made = ((): HarvestRule => {
    switch (source) {
      case 'log': {
        const pattern = text('log', '');
        const fault = patternFault(pattern);
        if (fault) problems.push(problemAt(rule.children.get('log') ?? rule, 'harvest.pattern', `harvest.${name}: ${fault.message}`, fault.more));
        return { source, pattern, file: text('file', 'out'), pick: oneOf('pick', 'last', NUMBER_PICKS), ...base };
      }
      case 'json':
        return { source, file: text('json', ''), path: needed('path'), ...base };
      case 'csv':
        return { source, file: text('csv', ''), column: needed('column'), pick: oneOf('pick', 'last', COLUMN_PICKS), ...base };
    }
  })();
  return problems.length === before ? made : undefined;
}

function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** A regular expression must compile, and have a group to take the metric from. */
function patternFault(pattern: string): { message: string; more: { why?: string; fix?: string } } | undefined {
  if (pattern === '') return undefined;
  try {
    const groups = new RegExp(`${pattern}|`).exec('')?.length ?? 1;
    if (groups > 1) return undefined;
    return { message: 'the regular expression has no group', more: { fix: 'put brackets around what is the metric: val_acc=(\\S+)' } };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    const python = pattern.includes('(?P<') ? { fix: 'write (?<name>…) for (?P<name>…)' } : {};
    return { message: 'the regular expression does not compile', more: { why, ...python } };
  }
}
