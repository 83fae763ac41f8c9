import { isBranch, problemAt, treeAt, valueOf, type Branch, type Leaf, type Tree } from './config.ts';
import { AUTO, NO_MEMORY } from '../experiment/auto.ts';
import { unknownKeys } from './keys.ts';
import { SheafError, type Problem } from '../errors.ts';
import { readEnvironment } from './environment-settings.ts';
import { readIntegrations } from './integration-settings.ts';
import {
  readCheckpoint,
  readCode,
  readFlagStyle,
  readLauncher,
  readMonitor,
  readRequeue,
  readRetry,
  SettingReader,
} from './run-settings.ts';
import { parseName } from '../ids.ts';
import { RESOURCE_KEYS, reservedKey, RUN_KEYS, type ReservedKey } from '../settings/reserved.ts';
import type { OwnScript } from '../settings/run-settings.ts';
import type { Resources, RunSettings, Settings, StageSettings } from '../settings/settings.ts';
import { MEMORY_FORMS, parseMemory, parseTimeLimit, TIME_LIMIT_FORMS } from '../units.ts';
import { isMap, withoutUndefined, type Scalar, type Value } from '../value.ts';

/** Gives the text of a file of the project; undefined when it is not there. */
export type ReadFile = (path: string) => string | undefined;

/**
 * The reserved keys that freeze with an experiment. What is wrong with them is added to `problems`.
 *
 * @param readFile for the script that a template names: it freezes, too
 */
export function readSettings(tree: Branch, problems: Problem[], readFile: ReadFile): Settings {
  const command = readCommand(tree.children.get('command'), problems);
  const stages = readStages(tree.children.get('stages'), problems, readFile);
  return {
    resources: readResources(tree, problems),
    ...withoutUndefined({ code: readCode(tree.children.get('code'), problems) }),
    ...readRun(tree, problems, readFile),
    ...(command !== undefined && { command }),
    ...(stages !== undefined && { stages }),
  };
}

/** A reserved key whose value is one text or number. Null is told elsewhere: it must be given. */
export function readReserved(name: string, tree: Tree | undefined, problems: Problem[]): Value | undefined {
  const key = reservedKey(name);
  if (key === undefined || tree === undefined || (!isBranch(tree) && tree.value === null)) return undefined;
  const words = [...(key.auto ? [AUTO] : []), ...(key.none ? [NO_MEMORY] : [])];
  const word = words.find((each) => each === valueOf(tree));
  if (word !== undefined) return word;
  const value = READERS[key.type](tree);
  if (typeof value === 'object' && 'wants' in value) {
    problems.push(typeProblem(name, key.type, tree, [value.wants, ...words].join(' or ')));
    return undefined;
  }
  const text = [value.value].flat().find((item) => typeof item === 'string' && hasControl(item, key));
  if (text === undefined) return value.value;
  problems.push(problemAt(tree, 'config.text', `${name} has a line break or another control character in it`));
  return undefined;
}

function typeProblem(name: string, type: ReservedKey['type'], tree: Tree, wants: string): Problem {
  return problemAt(tree, 'config.type', `${name} must be ${wants}, but is ${shown(tree)}`, FIXES[type] ?? {});
}

type Read = { readonly value: Value } | { readonly wants: string };

const READERS: Readonly<Record<ReservedKey['type'], (tree: Tree) => Read>> = {
  text: (tree) => orWants(textOf(tree), 'a text'),
  lines: (tree) => orWants(valueOf(tree) === '' ? '' : textOf(tree), 'a text'),
  texts: (tree) => orWants(textsOf(tree), 'a text or a list of texts'),
  count: (tree) => orWants(wholeNumber(tree, 1), 'a whole number from 1'),
  count0: (tree) => orWants(wholeNumber(tree, 0), 'a whole number from 0'),
  memory: (tree) => orWants(readable(tree, parseMemory), 'a memory size'),
  time: (tree) => orWants(readable(tree, parseTimeLimit), 'a time limit'),
  flag: (tree) => orWants(typeof valueOf(tree) === 'boolean' ? valueOf(tree) : undefined, 'true or false'),
  pack: (tree) => orWants(wholeNumber(tree, 1), 'a whole number from 1 or a map with one'),
  map: (tree) => orWants(isMap(valueOf(tree)) ? valueOf(tree) : undefined, 'a map'),
  setting: (tree) => orWants(valueOf(tree), 'a word, a number or a map'),
};

const FIXES: { readonly [T in ReservedKey['type']]?: { fix: string } } = {
  memory: { fix: MEMORY_FORMS },
  time: { fix: TIME_LIMIT_FORMS },
  pack: { fix: 'write how many share a job: 4, or {size: 4, time_limit: 00:30:00, mem: 8G}' },
};

function orWants(value: Value | undefined, wants: string): Read {
  return value === undefined ? { wants } : { value };
}

function shown(tree: Tree): string {
  const text = JSON.stringify(valueOf(tree));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Numbers are texts here, as they were written: an account may be called 0123. */
function textOf(tree: Tree): string | undefined {
  if (isBranch(tree)) return undefined;
  return scalarAsText(tree.value, tree.written['']);
}

function scalarAsText(value: Value, written: string | undefined): string | undefined {
  if (typeof value === 'number') return written ?? String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsOf(tree: Tree): readonly string[] | string | undefined {
  if (isBranch(tree)) return undefined;
  const { value, written } = tree;
  if (!Array.isArray(value)) return textOf(tree);
  const texts = value.map((item: Value, i) => scalarAsText(item, written[`/${i}`]));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

function wholeNumber(tree: Tree, least: number): number | undefined {
  const value = valueOf(tree);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? value : undefined;
}

function readable(tree: Tree, parse: (value: string | number) => number): string | number | undefined {
  const value = valueOf(tree);
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  try {
    parse(value);
    return value;
  } catch {
    return undefined;
  }
}

/** Resources become lines of a job script; what people say of an experiment may have several lines. */
function hasControl(text: string, key: ReservedKey): boolean {
  return key.type === 'lines' || key.name === 'notes' ? text.includes('\0') : /\p{Cc}/u.test(text);
}

type Reader = (tree: Tree | undefined, problems: Problem[]) => Value | undefined;

const OWN_READERS: { readonly [name: string]: Reader } = {
  sbatch: readSbatch,
  pack: readPack,
  requeue: (tree, problems) => readRequeue(tree, problems) as Value | undefined,
};

/** How a stage runs, from the keys at the top of `tree`. */
function readRun({ children }: Branch, problems: Problem[], readFile: ReadFile): RunSettings {
  return withoutUndefined({
    flag_style: readFlagStyle(children.get('flag_style'), problems),
    launcher: readLauncher(children.get('launcher'), problems),
    environment: readEnvironment(children.get('environment'), problems),
    checkpoint: readCheckpoint(children.get('checkpoint'), problems),
    retry: readRetry(children.get('retry'), problems),
    monitor: readMonitor(children.get('monitor'), problems),
    script: readScript(children.get('script'), problems, readFile),
    integrations: readIntegrations(children.get('integrations'), problems),
  });
}

function readScript(tree: Tree | undefined, problems: Problem[], readFile: ReadFile): OwnScript | undefined {
  const file = readReserved('script', tree, problems);
  if (tree === undefined || typeof file !== 'string') return undefined;
  const text = readFile(file);
  if (text !== undefined) return { file, text };
  problems.push(
    problemAt(tree, 'script.missing', `there is no file ${file} in the project`, {
      fix: 'name a Jinja file relative to the project folder, such as templates/own.sbatch.j2',
    }),
  );
  return undefined;
}

/** What a job asks for, from the keys at the top of `tree`. */
export function readResources(tree: Branch, problems: Problem[]): Resources {
  const resources: Record<string, Value> = {};
  for (const name of RESOURCE_KEYS) {
    const found = tree.children.get(name);
    const value = (OWN_READERS[name] ?? readReserved.bind(undefined, name))(found, problems);
    if (value !== undefined) resources[name] = value;
  }
  return resources as Resources;
}

const PACK_KEYS = { size: 'count', time_limit: 'time', mem: 'memory' } as const;

/** A number is the size of the pack. */
function readPack(tree: Tree | undefined, problems: Problem[]): Value | undefined {
  if (!isBranch(tree)) {
    const size = readReserved('pack', tree, problems);
    return size === undefined ? undefined : { size };
  }
  problems.push(...unknownKeys(tree, Object.keys(PACK_KEYS), 'pack'));
  if (!tree.children.has('size')) {
    problems.push(problemAt(tree, 'pack.size', 'pack has no size', { fix: 'say how many share a job: size: 4' }));
  }
  const pack: Record<string, Value> = {};
  for (const [name, type] of Object.entries(PACK_KEYS)) {
    const found = tree.children.get(name);
    const read = found && READERS[type](found);
    if (found === undefined || read === undefined) continue;
    if ('wants' in read) problems.push(typeProblem(`pack.${name}`, type, found, read.wants));
    else pack[name] = read.value;
  }
  return pack;
}

/** Options of sbatch that decide what runs and where, how it is found again or where its log is. */
const OWN_OPTIONS = [
  'array',
  'chdir',
  'cluster-constraint',
  'clusters',
  'dependency',
  'error',
  'export',
  'export-file',
  'get-user-env',
  'hold',
  'job-name',
  'open-mode',
  'output',
  'parsable',
  'test-only',
  'wait',
  'wrap',
];

/** Whether sheaf gives an option of sbatch itself. sbatch understands the beginning of a name, too. */
export function isOwnOption(name: string): boolean {
  return OWN_OPTIONS.some((own) => own.startsWith(name));
}

function readSbatch(tree: Tree | undefined, problems: Problem[]): Record<string, Scalar> | undefined {
  if (tree === undefined || (!isBranch(tree) && isMap(tree.value))) return undefined;
  if (!isBranch(tree)) {
    problems.push(
      problemAt(tree, 'config.type', `sbatch must be a map of options, but is ${shown(tree)}`, {
        fix: 'write sbatch: {mail-type: END}',
      }),
    );
    return undefined;
  }
  const options: Record<string, Scalar> = {};
  for (const [name, option] of tree.children) {
    const value = optionValue(option);
    if (!/^[a-z][a-z0-9-]+$/.test(name)) {
      problems.push(
        problemAt(option, 'sbatch.option', `${JSON.stringify(name)} is not an option of sbatch`, {
          fix: 'write its long name without dashes before it: mail-type',
        }),
      );
    } else if (isOwnOption(name)) {
      problems.push(problemAt(option, 'sbatch.own', `sheaf gives --${name} to sbatch itself`, { fix: 'take it out' }));
    } else if (value === undefined) {
      problems.push(
        problemAt(option, 'sbatch.value', `the option ${name} must be a text on one line, a number, true or false`),
      );
    } else {
      options[name] = value;
    }
  }
  return options;
}

function optionValue(tree: Tree): Scalar | undefined {
  if (isBranch(tree)) return undefined;
  const { value, written } = tree;
  if (typeof value === 'number') return written[''] ?? value;
  if (typeof value === 'string') return /\p{Cc}/u.test(value) ? undefined : value;
  return typeof value === 'boolean' ? value : undefined;
}

function readCommand(tree: Tree | undefined, problems: Problem[]): string | undefined {
  const value = readReserved('command', tree, problems);
  if (tree === undefined || typeof value !== 'string') return undefined;
  new SettingReader(problems).refuseSecretsIn(value, tree, 'command');
  if (value.trim() !== '') return value;
  problems.push(problemAt(tree, 'config.type', 'command is empty'));
  return undefined;
}

function readStages(
  tree: Tree | undefined,
  problems: Problem[],
  readFile: ReadFile,
): Record<string, StageSettings> | undefined {
  if (tree === undefined) return undefined;
  if (!isBranch(tree)) {
    problems.push(
      problemAt(tree, 'stages.form', 'stages must be a map of stages', {
        fix: 'write stages: {train: {command: …}, eval: {after: train, command: …}}',
      }),
    );
    return undefined;
  }
  const stages: Record<string, StageSettings> = {};
  for (const [name, stage] of tree.children) {
    const settings = readStage(name, stage, problems, readFile);
    if (settings) stages[name] = settings;
  }
  for (const [name, stage] of tree.children) problems.push(...orderProblems(name, stage, tree));
  return stages;
}

function readStage(name: string, tree: Tree, problems: Problem[], readFile: ReadFile): StageSettings | undefined {
  problems.push(...nameProblem(name, tree));
  if (!isBranch(tree)) {
    problems.push(problemAt(tree, 'stages.form', `the stage ${name} must be a map with a command`));
    return undefined;
  }
  problems.push(...unknownKeys(tree, ['command', 'after', ...RESOURCE_KEYS, ...RUN_KEYS], `the stage ${name}`));
  const command = readCommand(tree.children.get('command'), problems);
  if (command === undefined && !tree.children.has('command')) {
    problems.push(problemAt(tree, 'stages.command', `the stage ${name} has no command`, { fix: 'add command: to it' }));
  }
  const after = tree.children.get('after');
  const parent = after && valueOf(after);
  return {
    command: command ?? '',
    ...(typeof parent === 'string' && { after: parent }),
    resources: readResources(tree, problems),
    ...readRun(tree, problems, readFile),
  };
}

function nameProblem(name: string, tree: Tree): Problem[] {
  try {
    parseName('stage', name);
    return [];
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return error.problems.map(({ code, message, why }) =>
      problemAt(tree, code, message, why === undefined ? {} : { why }),
    );
  }
}

/** `after` must name a stage, and the stages must not wait for each other in a circle. */
function orderProblems(name: string, stage: Tree, stages: Branch): Problem[] {
  const after = treeAt(stage, ['after']);
  if (after === undefined) return [];
  const names = [...stages.children.keys()];
  const parent = valueOf(after);
  if (typeof parent !== 'string' || !names.includes(parent)) {
    return [
      problemAt(after, 'stages.after', `the stage ${name} comes after ${shown(after)}, which is no stage`, {
        fix: `the stages are ${names.join(', ')}`,
      }),
    ];
  }
  const chain = [name];
  for (let next: Value | undefined = parent; typeof next === 'string'; next = afterOf(stages, next)) {
    chain.push(next);
    if (next === name)
      return [problemAt(after, 'stages.cycle', `stages wait for each other in a circle: ${chain.join(' → ')}`)];
    if (chain.length > names.length) return [];
  }
  return [];
}

function afterOf(stages: Branch, name: string): Value | undefined {
  const after = treeAt(stages, [name, 'after']);
  return after && valueOf(after);
}

/** The leaves of reserved keys that are null: they must be given. */
export function nullSettings(tree: Branch): { readonly keys: readonly string[]; readonly leaf: Leaf }[] {
  return [...tree.children].flatMap(([key, child]) =>
    key !== 'params' && key !== 'schema' && !isBranch(child) && child.value === null
      ? [{ keys: [key], leaf: child }]
      : [],
  );
}
