import { withoutUndefined } from '../value.ts';
import { isBranch, makeProblemAt, getTreeAt, toValue, type Tree } from './config.ts';
import type { JsonSchema } from './json-schema.ts';
import { anyText, choice, flag, positive, text } from './kinds.ts';
import {
  described,
  firstOf,
  key,
  keyNeeded,
  keyOr,
  mapSchema,
  mustBe,
  readKeys,
  recordOf,
  refined,
  findUnknownKeys,
  valueKind,
  type Keys,
  type Kind,
} from './setting.ts';
import { SheafError, type Problem } from '../errors.ts';
import { parseExpression } from '../query/expression.ts';
import {
  isFamily,
  isMetricName,
  TRACKER_NAMES,
  type BestPick,
  type HarvestRule,
  type PickName,
} from '../settings/harvest-rule.ts';
import { compilePattern } from '../settings/pattern.ts';

type RuleSource = HarvestRule['source'];

/** How to fix a rule that is not a map. */
export const RULE_EXAMPLE = { fix: "write for example: harvest: {val_acc: {log: 'val_acc=(\\S+)'}}" };

const pattern = tried(text, 'harvest.pattern', compilePattern);
const expression = (kind: Kind<string>): Kind<string> => tried(kind, 'harvest.expression', parseExpression);

/** A text that `use` accepts. Its problem is that of the key. */
function tried(kind: Kind<string>, code: string, use: (text: string) => unknown): Kind<string> {
  return refined(kind, (value, { tree, name, problems }) => {
    try {
      use(value);
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      const [{ message, why, fix }] = error.problems;
      const rule = name.split('.').slice(0, -1).join('.');
      problems.push(makeProblemAt(tree, code, `${rule}: ${message}`, withoutUndefined({ why, fix })));
    }
    return value;
  });
}

const NUMBER_PICKS: readonly PickName[] = ['first', 'last', 'min', 'max', 'mean'];
const number = key(flag, 'Of a text that begins with a number, such as 95.2%, take the number');
const newest = key(flag, 'If a * matches several files, read the newest');
const links = key(flag, "Follow links that lead out of the experiment's folder");
const pick = (names: readonly PickName[]) =>
  key(choice([...names, 'best']), 'Which of several values counts. Default: last');

const ANY_SOURCE = {
  required: key(flag, 'Report a finished run without the metric. Default: true'),
  unit: key(text, 'Shown next to the value: %, h'),
  mode: key(choice(['max', 'min'], 'max or min'), 'Whether more of the metric is better, or less'),
};
const COMMON = { ...ANY_SOURCE, stage: key(text, 'The stage to read. Default: the last one') };
const DOCUMENT = {
  path: keyNeeded(text, 'Where in the file: eval.accuracy, history.0.loss', 'eval.accuracy'),
  number,
  newest,
  links,
  ...COMMON,
};
const TABLE = {
  column: key(text, 'The column. Default: the name of the metric'),
  pick: pick([...NUMBER_PICKS, 'sum', 'count']),
  where: key(
    recordOf(
      'a map of columns and texts',
      () => ({ additionalProperties: { type: ['string', 'number', 'boolean'] } }),
      (column, { tree, name, problems }) => {
        const value = isBranch(tree) ? null : tree.value;
        if (value !== null && typeof value !== 'object') return String(value);
        problems.push(mustBe(tree, `${name}.${column}`, 'a text'));
        return undefined;
      },
    ),
    'Only rows in which these columns have these texts',
  ),
  step: key(text, 'The column of steps. Default: step, global_step, iteration or epoch'),
  series: key(flag, 'Keep all values as a series'),
  number,
  newest,
  links,
  ...COMMON,
};
const TRACKER = {
  key: key(text, 'The name in the tracker. Default: the name of the metric'),
  pick: pick([...NUMBER_PICKS, 'sum', 'count']),
  links,
  ...COMMON,
};
const place = firstOf(
  'a path, or true',
  valueKind('true', { enum: [true] }, (value) => (value === true ? '.' : undefined)),
  text,
);

/** The keys of a rule by its source, which is also a key: its value says where. */
const RULES: Readonly<Record<RuleSource, Keys>> = {
  log: {
    log: key(pattern, 'A regular expression; its first group is the value'),
    file: keyOr(text, 'out, err or a path in the folder of the attempt or of the experiment', 'out'),
    pick: pick(NUMBER_PICKS),
    series: TABLE.series,
    number,
    newest,
    links,
    ...COMMON,
  },
  json: { json: key(text, 'A JSON file'), ...DOCUMENT },
  yaml: { yaml: key(text, 'A YAML file'), ...DOCUMENT },
  csv: { csv: key(text, 'A CSV file with a header line'), ...TABLE },
  tsv: { tsv: key(text, 'A TSV file with a header line'), ...TABLE },
  jsonl: { jsonl: key(text, 'A file of JSON lines'), key: key(text, 'The same as column'), ...TABLE },
  ...trackerRules(),
  exec: {
    exec: key(text, 'A line of bash that gets the experiment as JSON and prints numbers as JSON'),
    key: TRACKER.key,
    pick: TRACKER.pick,
    file: key(text, 'Run again when these files change. Default: any file of the attempt'),
    limit: keyOr(described(positive, 'seconds'), 'Seconds that it may take', 60),
    ...COMMON,
  },
  value: {
    value: key(expression(text), 'An expression over metrics and parameters: train_time / 3600'),
    ...ANY_SOURCE,
  },
};

function trackerRules(): Record<(typeof TRACKER_NAMES)[number], Keys> {
  const entries = TRACKER_NAMES.map((name) => [
    name,
    { [name]: key(place, 'Where it writes; true: anywhere'), ...TRACKER },
  ]);
  return Object.fromEntries(entries) as Record<(typeof TRACKER_NAMES)[number], Keys>;
}

const SOURCE_NAMES = Object.keys(RULES) as readonly RuleSource[];

/** How an editor learns about a rule. Null removes the rule of a parent. */
export function buildRuleSchema(): JsonSchema {
  const sources = SOURCE_NAMES.map((source) => {
    const schema = mapSchema(RULES[source]);
    return { ...schema, required: [source, ...(schema.required ?? [])] };
  });
  const text: JsonSchema = { type: ['string', 'null'], description: 'An expression over other metrics and parameters' };
  return { anyOf: [text, ...sources] };
}

/** What a rule may refer to. */
export interface RuleContext {
  readonly stages: readonly string[];
  /** What `best: {metric: …, mode: …}` says. */
  readonly best?: BestPick;
}

/** One rule of `harvest:`; undefined when something is wrong with it, which is added to `problems`. */
export function readRule(
  metric: string,
  tree: Tree,
  context: RuleContext,
  problems: Problem[],
): HarvestRule | undefined {
  const before = problems.length;
  const name = `harvest.${metric}`;
  if (!isMetricName(metric.replace('*', 'x')))
    problems.push(makeProblemAt(tree, 'harvest.name', `${JSON.stringify(metric)} cannot be the name of a metric`));
  const rule = readForm(metric, name, tree, context, problems);
  return problems.length === before ? rule : undefined;
}

type Given = { readonly [key: string]: unknown };

function readForm(
  metric: string,
  name: string,
  tree: Tree,
  context: RuleContext,
  problems: Problem[],
): HarvestRule | undefined {
  if (!isBranch(tree)) {
    if (typeof tree.value !== 'string') {
      problems.push(mustBe(tree, name, 'a map, or an expression', RULE_EXAMPLE));
      return undefined;
    }
    if (looksLikePattern(tree.value)) {
      const fix = `write ${metric}: {log: ${quoteYaml(tree.value)}}`;
      problems.push(makeProblemAt(tree, 'harvest.form', `${name} is a pattern without { log: … }`, { fix }));
      return undefined;
    }
    const value = expression(anyText).read(tree, `${name}.value`, problems);
    return ruleOf('value', metric, { value }, tree, context, problems);
  }
  const source = sourceOf(name, tree, problems);
  const given = source && readKeys(RULES[source], tree, name, problems);
  checkStage(metric, tree, context, problems);
  return given && source && ruleOf(source, metric, given, tree, context, problems);
}

/** `loss=(\S+)`, `loss=(.*)`: no expression has a backslash or such a group, unless a name in backticks does. */
function looksLikePattern(text: string): boolean {
  return !text.includes('`') && /\\|\((?:\.[*+]|[[?])/.test(text);
}

function quoteYaml(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The one source that a rule names. */
function sourceOf(
  name: string,
  tree: Tree & { children: ReadonlyMap<string, Tree> },
  problems: Problem[],
): RuleSource | undefined {
  const [source, ...more] = SOURCE_NAMES.filter((known) => tree.children.has(known));
  if (source !== undefined && more.length === 0) return source;
  if (source !== undefined) {
    const message = `${name} has several sources: ${[source, ...more].join(', ')}`;
    problems.push(makeProblemAt(tree, 'harvest.source', message, { fix: 'keep one of them' }));
    return undefined;
  }
  problems.push(
    ...findUnknownKeys(tree, [...new Set(SOURCE_NAMES.flatMap((known) => Object.keys(RULES[known])))], name),
    makeProblemAt(tree, 'harvest.source', `${name} does not say where the metric is`, {
      fix: `give one of ${SOURCE_NAMES.join(', ')}`,
    }),
  );
  return undefined;
}

/** What the value of the source is, by source; of trackers it is the path. */
const PART_OF_SOURCE: { readonly [source: string]: string } = {
  log: 'pattern',
  json: 'file',
  yaml: 'file',
  csv: 'file',
  tsv: 'file',
  jsonl: 'file',
  exec: 'command',
  value: 'expression',
};

function ruleOf(
  source: RuleSource,
  metric: string,
  given: Given,
  tree: Tree,
  context: RuleContext,
  problems: Problem[],
): HarvestRule {
  const keys = RULES[source];
  const { [source]: main, ...parts } = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== false));
  const mode = given['mode'] ?? (context.best?.best === metric ? context.best.mode : undefined);
  const { at } = makeProblemAt(tree, '', '');
  const rule: Record<string, unknown> = {
    ...parts,
    source,
    [PART_OF_SOURCE[source] ?? 'path']: main,
    // Of a family nothing in particular is expected.
    required: given['required'] ?? !isFamily(metric),
    ...(mode !== undefined && { mode }),
    ...(at && { at }),
    ...('pick' in keys && { pick: pickOf(metric, given['pick'], tree, context, problems) }),
  };
  if ('column' in keys) {
    rule['column'] = parts['key'] ?? parts['column'] ?? metric;
    delete rule['key'];
  } else if ('key' in keys) {
    rule['key'] = given['key'] ?? metric;
  }
  checkFamily(rule, metric, tree, problems);
  return rule as unknown as HarvestRule;
}

function pickOf(metric: string, given: unknown, tree: Tree, { best }: RuleContext, problems: Problem[]): unknown {
  if (given === undefined) return best === undefined ? 'last' : best.best === metric ? best.mode : best;
  if (given !== 'best' || best !== undefined) return given === 'best' ? best : given;
  problems.push(
    makeProblemAt(
      getTreeAt(tree, ['pick']) ?? tree,
      'harvest.best',
      `harvest.${metric}.pick is best, and harvest does not say of what`,
      {
        fix: 'add harvest: {best: {metric: val_acc, mode: max}}',
      },
    ),
  );
  return undefined;
}

/** A family has one `*` in its name, and one in its key. */
function checkFamily({ source, key: inTracker }: Given, metric: string, tree: Tree, problems: Problem[]): void {
  if (!isFamily(metric)) return;
  if (source === 'value') {
    problems.push(makeProblemAt(tree, 'harvest.form', `harvest.${metric} is one value, so its name has no "*"`));
  }
  if (typeof inTracker !== 'string' || [metric, inTracker].every((text) => text.split('*').length === 2)) return;
  problems.push(
    makeProblemAt(
      getTreeAt(tree, ['key']) ?? tree,
      'harvest.form',
      `harvest.${metric} must have one "*", and its key one as well`,
      { fix: `write for example: "val/*": {…, key: "validation_*"}` },
    ),
  );
}

function checkStage(metric: string, tree: Tree, { stages }: RuleContext, problems: Problem[]): void {
  const stage = getTreeAt(tree, ['stage']);
  if (stage === undefined || typeof toValue(stage) !== 'string' || stages.some((known) => known === toValue(stage)))
    return;
  problems.push(mustBe(stage, `harvest.${metric}.stage`, `one of the stages ${stages.join(', ')}`));
}
