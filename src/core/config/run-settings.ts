import { isBranch, problemAt, valueOf, type Branch, type Tree } from './config.ts';
import { unknownKeys } from './keys.ts';
import { SheafError, type Problem } from '../errors.ts';
import { FLAG_STYLES, type FlagStyle } from '../settings/flag-style.ts';
import {
  DEFAULT_CODE,
  type Checkpoint,
  type CheckpointPick,
  type CodeMode,
  type CodeSettings,
  type Launcher,
  type LauncherName,
  type Monitor,
  type Requeue,
  type RequeueReason,
  type Retry,
  type RetryCause,
  type RetryRule,
} from '../settings/run-settings.ts';
import { secretIn } from '../text/secrets.ts';
import { parseMemory, parseTimeLimit } from '../units.ts';
import { withoutUndefined, type Value } from '../value.ts';

/**
 * Reads one setting and its parts. What is wrong is added to `problems` with its place; a part that is wrong
 * counts as not given.
 */
export class SettingReader {
  readonly #problems: Problem[];

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  /** The value of a leaf or list; `accept` gives undefined for what is wrong. */
  read<T>(tree: Tree | undefined, name: string, accept: (value: Value) => T | undefined, wants: string): T | undefined {
    if (tree === undefined) return undefined;
    const value = valueOf(tree);
    const read = accept(value);
    if (read === undefined) this.#refuse(tree, name, wants, value);
    return read;
  }

  /** A part of a map. */
  part<T>(
    map: Branch,
    setting: string,
    key: string,
    accept: (value: Value) => T | undefined,
    wants: string,
  ): T | undefined {
    return this.read(map.children.get(key), `${setting}.${key}`, accept, wants);
  }

  /** A map with these keys and no others. */
  map(tree: Tree, name: string, keys: readonly string[], wants: string): Branch | undefined {
    if (!isBranch(tree)) {
      const value = valueOf(tree);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#refuse(tree, name, wants, value);
      return undefined;
    }
    this.#problems.push(...unknownKeys(tree, keys, name));
    return tree;
  }

  /** What a script gives away would be in files of the project. */
  refuseSecretsIn(script: string, tree: Tree, name: string): void {
    const secret = secretIn(script);
    if (secret === undefined) return;
    this.problem(tree, 'environment.secret', `${name} gives away what looks like a secret: ${secret}`, {
      why: 'it would be in files of the project',
      fix: 'take it out, set it in the shell that submits, and write environment: {exports: {NAME: null}} to pass it on',
    });
  }

  problem(tree: Tree, code: string, message: string, more: { why?: string; fix?: string } = {}): void {
    this.#problems.push(problemAt(tree, code, message, more));
  }

  #refuse(tree: Tree, name: string, wants: string, value: Value): void {
    const shown = JSON.stringify(value);
    const short = shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
    this.#problems.push(problemAt(tree, 'config.type', `${name} must be ${wants}, but is ${short}`));
  }
}

/** Text on one line. Numbers are texts here: a module may be called 12. */
export function lineOf(value: Value): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' && !/\p{Cc}/u.test(value) ? value : undefined;
}

/** A text on one line, or a list of them. */
export function linesOf(value: Value): readonly string[] | undefined {
  const lines = (Array.isArray(value) ? value : [value]).map((item: Value) => lineOf(item));
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

export function flagOf(value: Value): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export function wholeFrom(least: number): (value: Value) => number | undefined {
  return (value) => (typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? value : undefined);
}

export function oneOf<T extends string>(choices: readonly T[]): (value: Value) => T | undefined {
  return (value) => choices.find((choice) => choice === value);
}

/** `flag_style` is young: older templates may have a parameter of that name. */
export function readFlagStyle(tree: Tree | undefined, problems: Problem[]): FlagStyle | undefined {
  if (tree === undefined || (!isBranch(tree) && tree.value === null)) return undefined;
  const style = oneOf(FLAG_STYLES)(valueOf(tree));
  if (style === undefined) {
    problems.push(
      problemAt(tree, 'config.type', `flag_style must be one of ${FLAG_STYLES.join(', ')}`, {
        why: 'it is a key of sheaf: how {{ flags }} writes the names of parameters',
        fix: 'for a parameter of your program of this name, write params: {flag_style: …}',
      }),
    );
  }
  return style;
}

const LAUNCHERS: readonly LauncherName[] = ['none', 'srun', 'torchrun', 'accelerate', 'deepspeed'];
const LAUNCHER_WANTS = `one of ${LAUNCHERS.join(', ')}, or a map: {use: torchrun, processes: 4, args: [--max-restarts=0]}`;

export function readLauncher(tree: Tree | undefined, problems: Problem[]): Launcher | undefined {
  if (tree === undefined) return undefined;
  const reader = new SettingReader(problems);
  if (!isBranch(tree)) {
    const use = reader.read(tree, 'launcher', oneOf(LAUNCHERS), LAUNCHER_WANTS);
    return use === undefined ? undefined : { use };
  }
  reader.map(tree, 'launcher', ['use', 'processes', 'args'], LAUNCHER_WANTS);
  const use = reader.part(tree, 'launcher', 'use', oneOf(LAUNCHERS), `one of ${LAUNCHERS.join(', ')}`);
  if (!tree.children.has('use'))
    reader.problem(tree, 'config.missing', 'launcher has no use', { fix: 'add use: torchrun' });
  const processes = reader.part(tree, 'launcher', 'processes', wholeFrom(1), 'a whole number from 1');
  const args = reader.part(tree, 'launcher', 'args', linesOf, 'a list of words for the launcher');
  return use === undefined ? undefined : withoutUndefined({ use, processes, args });
}

const CODE_MODES: readonly CodeMode[] = ['snapshot', 'live'];
const CODE_WANTS = 'snapshot, live, or a map: {mode: snapshot, link: [data], copy: [configs], untracked_limit: 100M}';

export function readCode(tree: Tree | undefined, problems: Problem[]): CodeSettings | undefined {
  if (tree === undefined) return undefined;
  const reader = new SettingReader(problems);
  if (!isBranch(tree)) {
    const mode = reader.read(tree, 'code', oneOf(CODE_MODES), CODE_WANTS);
    return mode === undefined ? undefined : { ...DEFAULT_CODE, mode };
  }
  reader.map(tree, 'code', ['mode', 'link', 'copy', 'untracked_limit'], CODE_WANTS);
  const mode = reader.part(tree, 'code', 'mode', oneOf(CODE_MODES), 'snapshot or live');
  const paths = 'a path in the project, or a list of them, such as data';
  const link = reader.part(tree, 'code', 'link', innerPaths, paths) ?? [];
  const copy = reader.part(tree, 'code', 'copy', innerPaths, paths) ?? [];
  const both = copy.find((path) =>
    link.some((other) => `${path}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${path}/`)),
  );
  if (both !== undefined) {
    reader.problem(tree, 'code.overlap', `${both} is under code.copy, and it or a part of it under code.link`, {
      why: 'what is linked is not in the snapshot, so that there is nothing to copy',
      fix: 'name it in one of the two',
    });
  }
  return {
    ...withoutUndefined({ mode }),
    link,
    copy,
    untrackedLimit:
      reader.part(tree, 'code', 'untracked_limit', bytesOf, 'a size such as 500M') ?? DEFAULT_CODE.untrackedLimit,
  };
}

/** Relative paths that stay inside the project, without `.` and doubled or trailing slashes. */
function innerPaths(value: Value): readonly string[] | undefined {
  const paths = linesOf(value)?.map(innerPath);
  return paths?.every((path) => path !== undefined) ? paths : undefined;
}

function innerPath(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return path.startsWith('/') || parts.length === 0 || parts.includes('..') ? undefined : parts.join('/');
}

function bytesOf(value: Value): number | undefined {
  const mebibytes = parsed(value, parseMemory);
  return mebibytes === undefined ? undefined : mebibytes * 1024 * 1024;
}

function parsed(value: Value, parse: (value: string | number) => number): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  try {
    return parse(value);
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

const PICKS: readonly CheckpointPick[] = ['newest', 'epoch', 'step'];
const CHECKPOINT_WANTS = "a pattern, or a map: {path: 'checkpoints/*.ckpt', pick: newest}";

export function readCheckpoint(tree: Tree | undefined, problems: Problem[]): Checkpoint | undefined {
  if (tree === undefined) return undefined;
  const reader = new SettingReader(problems);
  if (!isBranch(tree)) {
    const path = reader.read(tree, 'checkpoint', lineOf, CHECKPOINT_WANTS);
    return path === undefined ? undefined : { path, pick: 'newest' };
  }
  reader.map(tree, 'checkpoint', ['path', 'pick', 'verify'], CHECKPOINT_WANTS);
  if (!tree.children.has('path'))
    reader.problem(tree, 'config.missing', 'checkpoint has no path', { fix: "add path: 'checkpoints/*.ckpt'" });
  const path = reader.part(tree, 'checkpoint', 'path', lineOf, "a pattern such as 'checkpoints/*.ckpt'");
  const pick = reader.part(tree, 'checkpoint', 'pick', oneOf(PICKS), `one of ${PICKS.join(', ')}`) ?? 'newest';
  const verify = reader.part(tree, 'checkpoint', 'verify', lineOf, 'a command that finds the checkpoint as "$1"');
  return path === undefined ? undefined : withoutUndefined({ path, pick, verify });
}

const REASONS: readonly RequeueReason[] = ['timeout', 'preempted', 'node_fail'];
const REQUEUE_WANTS = 'true, false, or a map: {on: [timeout, preempted, node_fail], max: 5, signal: USR1, before: 120}';

/** Seconds before the limit and how often, where nothing is said: enough for a large checkpoint on a busy file server. */
const REQUEUE_DEFAULTS = { max: 5, signal: 'USR1', before: 120 };
/** Others are sent by schedulers, too. */
const SIGNALS = ['USR1', 'USR2'];

export function readRequeue(tree: Tree | undefined, problems: Problem[]): boolean | Requeue | undefined {
  if (tree === undefined || (!isBranch(tree) && tree.value === null)) return undefined;
  const reader = new SettingReader(problems);
  if (!isBranch(tree)) return reader.read(tree, 'requeue', flagOf, REQUEUE_WANTS);
  reader.map(tree, 'requeue', ['on', 'max', 'signal', 'before'], REQUEUE_WANTS);
  const on = reader.part(tree, 'requeue', 'on', reasonsOf, `a list of ${REASONS.join(', ')}`) ?? REASONS;
  const max = reader.part(tree, 'requeue', 'max', wholeFrom(1), 'a whole number from 1');
  const signal = reader.part(tree, 'requeue', 'signal', oneOf(SIGNALS), `one of ${SIGNALS.join(', ')}`);
  const before = reader.part(tree, 'requeue', 'before', wholeFrom(1), 'a whole number of seconds');
  return { ...REQUEUE_DEFAULTS, on, ...withoutUndefined({ max, signal, before }) };
}

function reasonsOf(value: Value): readonly RequeueReason[] | undefined {
  const reasons = (Array.isArray(value) ? value : [value]).map(oneOf(REASONS));
  return reasons.length > 0 && reasons.every((reason) => reason !== undefined) ? reasons : undefined;
}

const RETRY_CAUSES: readonly RetryCause[] = [
  'exit_code',
  'gpu_oom',
  'host_oom',
  'timeout',
  'node_fail',
  'preempted',
  'launch',
  'lost',
];
const RETRY_WANTS = 'a map of causes: {host_oom: {max: 2, mem: x1.5}, node_fail: {max: 3, exclude_node: true}}';
const RULE_WANTS = 'never, how often, or a map: {max: 2, mem: x1.5, time_limit: x2, exclude_node: true}';

export function readRetry(tree: Tree | undefined, problems: Problem[]): Retry | undefined {
  if (tree === undefined) return undefined;
  const reader = new SettingReader(problems);
  const map = reader.map(tree, 'retry', RETRY_CAUSES, RETRY_WANTS);
  if (map === undefined) return undefined;
  const rules: { [cause in RetryCause]?: RetryRule } = {};
  for (const cause of RETRY_CAUSES) {
    const rule = readRule(map.children.get(cause), `retry.${cause}`, reader);
    if (rule !== undefined) rules[cause] = rule;
  }
  return rules;
}

function readRule(tree: Tree | undefined, name: string, reader: SettingReader): RetryRule | undefined {
  if (tree === undefined) return undefined;
  if (!isBranch(tree)) {
    const max = reader.read(tree, name, (value) => (value === 'never' ? 0 : wholeFrom(0)(value)), RULE_WANTS);
    return max === undefined ? undefined : { max, excludeNode: false };
  }
  reader.map(tree, name, ['max', 'mem', 'time_limit', 'exclude_node'], RULE_WANTS);
  const max = reader.part(tree, name, 'max', wholeFrom(0), 'a whole number from 0') ?? 1;
  const mem = reader.part(tree, name, 'mem', changeOf(parseMemory), 'x1.5, or a size such as 64G');
  const timeLimit = reader.part(tree, name, 'time_limit', changeOf(parseTimeLimit), 'x1.5, or a time limit');
  const excludeNode = reader.part(tree, name, 'exclude_node', flagOf, 'true or false') ?? false;
  return { ...withoutUndefined({ mem, timeLimit }), max, excludeNode };
}

/** `x1.5` of what it was, or a value of its own. */
function changeOf(parse: (value: string | number) => number): (value: Value) => string | undefined {
  return (value) => {
    if (typeof value === 'string' && /^x\d+(\.\d+)?$/.test(value) && Number(value.slice(1)) > 0) return value;
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    return parsed(value, parse) === undefined ? undefined : String(value);
  };
}

const MONITOR_WANTS = 'true, false, seconds between two samples, or {interval: 30}';
const MONITOR_SECONDS = 30;

export function readMonitor(tree: Tree | undefined, problems: Problem[]): Monitor | undefined {
  if (tree === undefined) return undefined;
  const reader = new SettingReader(problems);
  if (!isBranch(tree)) {
    const interval = reader.read(tree, 'monitor', secondsOf, MONITOR_WANTS);
    return interval === undefined ? undefined : { interval };
  }
  reader.map(tree, 'monitor', ['interval'], MONITOR_WANTS);
  return { interval: reader.part(tree, 'monitor', 'interval', wholeFrom(1), 'seconds, from 1') ?? MONITOR_SECONDS };
}

function secondsOf(value: Value): number | undefined {
  if (typeof value === 'boolean') return value ? MONITOR_SECONDS : 0;
  return wholeFrom(1)(value);
}
