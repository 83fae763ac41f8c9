import { isBranch, problemAt, treeAt, valueOf, type Branch, type Tree } from './config.ts';
import { readIntegrations } from './config-integrations.ts';
import { unknownKeys } from './config-keys.ts';
import type { Problem } from './errors.ts';
import type { CsvRule, HarvestRule, HarvestRules, JsonRule, LogRule } from './harvest-rule.ts';
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

/** What commands read anew: harvest rules, the columns of export, the trackers. */
export function readLiveSettings(tree: Branch, problems: Problem[]): LiveSettings {
  const columns = readColumns(treeAt(tree, ['export']), problems);
  const integrations = readIntegrations(treeAt(tree, ['integrations']), problems);
  return {
    harvest: readRules(tree, problems),
    ...(columns && { exportColumns: columns }),
    ...(integrations && { integrations }),
  };
}

function readColumns(tree: Tree | undefined, problems: Problem[]): readonly string[] | undefined {
  if (tree === undefined) return undefined;
  if (!isBranch(tree)) {
    if (!isMap(tree.value))
      problems.push(
        problemAt(tree, 'export.form', 'export must be a map', { fix: 'write export: {columns: [exp_id, …]}' }),
      );
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
    if (!isMap(harvest.value))
      problems.push(problemAt(harvest, 'harvest.form', 'harvest must be a map of metrics', EXAMPLE));
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

function readRule(name: string, tree: Tree, stages: readonly string[], problems: Problem[]): HarvestRule | undefined {
  const before = problems.length;
  const rule = new RuleReader(`harvest.${name}`, tree, problems);
  if (!METRIC_NAME.test(name))
    rule.tell(tree, 'harvest.name', `${JSON.stringify(name)} cannot be the name of a metric`);
  const source = rule.source();
  if (source === undefined) return undefined;
  const made = { ...readSource(source, rule), ...readCommon(rule, stages) };
  return problems.length === before ? made : undefined;
}

type Source = (typeof SOURCES)[number];

type SourcePart = Omit<LogRule, keyof Common> | Omit<JsonRule, keyof Common> | Omit<CsvRule, keyof Common>;
type Common = Pick<HarvestRule, 'required' | 'stage' | 'at'>;

/** What is particular to each source. */
function readSource(source: Source, rule: RuleReader): SourcePart {
  switch (source) {
    case 'log':
      return {
        source,
        pattern: readPattern(rule),
        file: rule.text('file', 'out'),
        pick: rule.choice('pick', 'last', NUMBER_PICKS),
      };
    case 'json':
      return { source, file: rule.text('json'), path: rule.text('path') };
    case 'csv':
      return {
        source,
        file: rule.text('csv'),
        column: rule.text('column'),
        pick: rule.choice('pick', 'last', COLUMN_PICKS),
      };
  }
}

function readPattern(rule: RuleReader): string {
  const pattern = rule.text('log');
  const fault = pattern === '' ? undefined : patternFault(pattern);
  if (fault) rule.tell(rule.child('log'), 'harvest.pattern', `${rule.name}: ${fault.message}`, fault.more);
  return pattern;
}

function readCommon(rule: RuleReader, stages: readonly string[]): Common {
  const required = rule.read(
    'required',
    true,
    (given) => (typeof given === 'boolean' ? given : undefined),
    'true or false',
  );
  const stage = rule.read(
    'stage',
    undefined,
    (given) => stages.find((known) => known === given),
    `one of the stages ${stages.join(', ')}`,
  );
  const { at } = problemAt(rule.tree, '', '');
  return { required, ...(stage !== undefined && { stage }), ...(at && { at }) };
}

/** One rule, key by key. */
class RuleReader {
  readonly name: string;
  readonly tree: Tree;
  private readonly problems: Problem[];

  constructor(name: string, tree: Tree, problems: Problem[]) {
    this.name = name;
    this.tree = tree;
    this.problems = problems;
  }

  tell(tree: Tree | undefined, code: string, message: string, more: { why?: string; fix?: string } = {}): void {
    this.problems.push(problemAt(tree ?? this.tree, code, message, more));
  }

  child(key: string): Tree | undefined {
    return treeAt(this.tree, [key]);
  }

  /** The one source that the rule names. */
  source(): Source | undefined {
    if (!isBranch(this.tree)) {
      this.tell(this.tree, 'harvest.form', `${this.name} must be a map`, EXAMPLE);
      return undefined;
    }
    const [source, ...more] = SOURCES.filter((known) => this.child(known) !== undefined);
    if (source === undefined) {
      this.problems.push(...unknownKeys(this.tree, [...new Set(Object.values(KEYS).flat())], this.name));
      this.tell(this.tree, 'harvest.source', `${this.name} does not say where the metric is`, {
        fix: 'give one of log, json and csv',
      });
    } else if (more.length > 0) {
      this.tell(this.tree, 'harvest.source', `${this.name} has several sources: ${[source, ...more].join(', ')}`, {
        fix: 'keep one of them',
      });
    } else {
      this.problems.push(...unknownKeys(this.tree, KEYS[source], this.name));
      return source;
    }
    return undefined;
  }

  read<T>(key: string, fallback: T, accept: (value: Value) => T | undefined, wants: string): T {
    const tree = this.child(key);
    if (tree === undefined) return fallback;
    const accepted = accept(valueOf(tree));
    if (accepted === undefined) this.tell(tree, 'harvest.form', `${this.name}.${key} must be ${wants}`);
    return accepted ?? fallback;
  }

  /** Without a fallback it must be there. */
  text(key: string, fallback?: string): string {
    if (fallback === undefined && this.child(key) === undefined) {
      this.tell(this.tree, 'harvest.form', `${this.name} has no ${key}`, { fix: `add ${key}: to it` });
    }
    return this.read(key, fallback ?? '', textOf, 'a text');
  }

  choice<T extends string>(key: string, fallback: T, choices: readonly T[]): T {
    return this.read(
      key,
      fallback,
      (given) => choices.find((known) => known === given),
      `one of ${choices.join(', ')}`,
    );
  }
}

function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** A regular expression must compile, and have a group to take the metric from. */
function patternFault(pattern: string): { message: string; more: { why?: string; fix?: string } } | undefined {
  try {
    const groups = new RegExp(`${pattern}|`).exec('')?.length ?? 1;
    if (groups > 1) return undefined;
    return {
      message: 'the regular expression has no group',
      more: { fix: 'put brackets around what is the metric: val_acc=(\\S+)' },
    };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    const python = pattern.includes('(?P<') ? { fix: 'write (?<name>…) for (?P<name>…)' } : {};
    return { message: 'the regular expression does not compile', more: { why, ...python } };
  }
}
