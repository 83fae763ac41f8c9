import { isBranch, problemAt, treeAt, valueOf, type Tree } from './config.ts';
import { unknownKeys } from './keys.ts';
import { SheafError, type Problem } from '../errors.ts';
import {
  isFamily,
  TRACKER_NAMES,
  type BestPick,
  type HarvestRule,
  type Pick as Picked,
  type PickName,
  type TrackerName,
} from '../settings/harvest-rule.ts';
import type { Value } from '../value.ts';

/** What a rule is known by: the one of these keys that it has. */
export type RuleSource = HarvestRule['source'];

const SOURCES: readonly RuleSource[] = [
  'log',
  'json',
  'yaml',
  'csv',
  'tsv',
  'jsonl',
  ...TRACKER_NAMES,
  'exec',
  'value',
];

const COMMON = ['required', 'stage', 'unit', 'mode'];
const TABLE_KEYS = ['column', 'pick', 'where', 'step', 'series', 'number', 'newest', 'links'];
const DOCUMENT_KEYS = ['path', 'number', 'newest', 'links'];
const TRACKER_KEYS = ['key', 'pick', 'links'];

function keysOf(source: RuleSource): readonly string[] {
  switch (source) {
    case 'log':
      return [source, 'file', 'pick', 'series', 'number', 'newest', 'links', ...COMMON];
    case 'json':
    case 'yaml':
      return [source, ...DOCUMENT_KEYS, ...COMMON];
    case 'csv':
    case 'tsv':
      return [source, ...TABLE_KEYS, ...COMMON];
    case 'jsonl':
      return [source, 'key', ...TABLE_KEYS, ...COMMON];
    case 'exec':
      return [source, 'key', 'pick', 'file', 'limit', ...COMMON];
    case 'value':
      return [source, 'unit', 'mode', 'required'];
    default:
      return [source, ...TRACKER_KEYS, ...COMMON];
  }
}

/** The remedy for a rule that is none. */
export const RULE_EXAMPLE = { fix: "write for example: harvest: {val_acc: {log: 'val_acc=(\\S+)'}}" };

/** What a rule may refer to. */
export interface RuleContext {
  readonly stages: readonly string[];
  /** Where a metric has its best value the others are read, unless they say otherwise. */
  readonly best?: BestPick;
}

/** One rule, key by key. */
export class RuleReader {
  readonly name: string;
  readonly metric: string;
  private readonly tree: Tree;
  private readonly context: RuleContext;
  private readonly problems: Problem[];

  constructor(metric: string, tree: Tree, context: RuleContext, problems: Problem[]) {
    this.metric = metric;
    this.name = `harvest.${metric}`;
    this.tree = tree;
    this.context = context;
    this.problems = problems;
  }

  tell(tree: Tree | undefined, code: string, message: string, more: { why?: string; fix?: string } = {}): void {
    this.problems.push(problemAt(tree ?? this.tree, code, message, more));
  }

  /** Tells what `read` finds fault with. */
  attempt(tree: Tree | undefined, code: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      const [{ message, why, fix }] = error.problems;
      this.tell(tree, code, `${this.name}: ${message}`, {
        ...(why !== undefined && { why }),
        ...(fix !== undefined && { fix }),
      });
    }
  }

  child(key: string): Tree | undefined {
    return treeAt(this.tree, [key]);
  }

  /** The one source that the rule names. */
  source(): RuleSource | undefined {
    if (!isBranch(this.tree)) {
      this.tell(this.tree, 'harvest.form', `${this.name} must be a map, or an expression`, RULE_EXAMPLE);
      return undefined;
    }
    const [source, ...more] = SOURCES.filter((known) => this.child(known) !== undefined);
    if (source === undefined) {
      this.problems.push(...unknownKeys(this.tree, [...new Set(SOURCES.flatMap(keysOf))], this.name));
      this.tell(this.tree, 'harvest.source', `${this.name} does not say where the metric is`, {
        fix: `give one of ${SOURCES.join(', ')}`,
      });
    } else if (more.length > 0) {
      this.tell(this.tree, 'harvest.source', `${this.name} has several sources: ${[source, ...more].join(', ')}`, {
        fix: 'keep one of them',
      });
    } else {
      this.problems.push(...unknownKeys(this.tree, keysOf(source), this.name));
      return source;
    }
    return undefined;
  }

  common(): Pick<HarvestRule, 'required' | 'unit' | 'mode' | 'at'> {
    // Of a family nothing in particular is expected.
    const required = this.read('required', !isFamily(this.metric), booleanOf, 'true or false');
    const mode = this.read(
      'mode',
      this.context.best?.best === this.metric ? this.context.best.mode : undefined,
      (given) => (given === 'max' || given === 'min' ? given : undefined),
      'max or min',
    );
    const { at } = problemAt(this.tree, '', '');
    return { required, ...this.optional('unit'), ...(mode && { mode }), ...(at && { at }) };
  }

  stage(): Pick<HarvestRule, 'stage'> {
    const { stages } = this.context;
    const stage = this.read(
      'stage',
      undefined,
      (given) => stages.find((known) => known === given),
      `one of the stages ${stages.join(', ')}`,
    );
    return stage === undefined ? {} : { stage };
  }

  placed(): { number?: true; newest?: true; links?: true } {
    return { ...this.flag('number'), ...this.flag('newest'), ...this.flag('links') };
  }

  /** Where a tracker writes: `true` is wherever it is. */
  place(source: TrackerName): string {
    return this.read(source, '.', (given) => (given === true ? '.' : textOf(given)), 'a path, or true');
  }

  /** The name in the source: by default that of the metric, which may be a family in both. */
  key(): string {
    const key = this.text('key', this.metric);
    const hasOne = (text: string): boolean => text.split('*').length === 2;
    if (isFamily(this.metric) && !(hasOne(this.metric) && hasOne(key))) {
      this.tell(this.child('key'), 'harvest.form', `${this.name} must have one "*", and its key one as well`, {
        fix: `write for example: "val/*": {…, key: "validation_*"}`,
      });
    }
    return key;
  }

  pick(choices: readonly PickName[]): Picked {
    const { best } = this.context;
    const tree = this.child('pick');
    if (tree === undefined && best) return best.best === this.metric ? best.mode : best;
    if (tree !== undefined && valueOf(tree) === 'best') {
      if (best) return best;
      this.tell(tree, 'harvest.best', `${this.name}.pick is best, and harvest does not say of what`, {
        fix: 'add harvest: {best: {metric: val_acc, mode: max}}',
      });
    }
    return this.choice('pick', 'last', choices);
  }

  flag<K extends 'number' | 'newest' | 'links' | 'series'>(key: K): { [key in K]?: true } {
    const given = this.read(key, false, booleanOf, 'true or false');
    return (given ? { [key]: true } : {}) as { [key in K]?: true };
  }

  optional<K extends string>(key: K): { readonly [key in K]?: string } {
    const given = this.child(key) === undefined ? undefined : this.text(key);
    return (given === undefined ? {} : { [key]: given }) as { readonly [key in K]?: string };
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

  private choice<T extends string>(key: string, fallback: T, choices: readonly T[]): T {
    const more = this.context.best ? ['best'] : [];
    return this.read(
      key,
      fallback,
      (given) => choices.find((known) => known === given),
      `one of ${[...choices, ...more].join(', ')}`,
    );
  }
}

function booleanOf(value: Value): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' ? String(value) : undefined;
}
