import { throwProblems, type Place, type Problem } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { RESOURCE_KEYS } from '../core/reserved.ts';
import type { Resources } from '../core/settings.ts';
import type { Value, ValueMap } from '../core/value.ts';
import type { Written } from '../core/written.ts';
import { flagWords, hydraWords } from './flags.ts';
import type { Expression, Statement } from './jinja/ast.ts';
import { evaluate, nameOf, type Piece } from './jinja/evaluate.ts';
import { JinjaError, type Fault } from './jinja/fault.ts';
import { freeNames, type FreeName } from './jinja/names.ts';
import { parseTemplate } from './jinja/parser.ts';
import { JinjaNumber, toJinja, Words, type JinjaValue } from './jinja/values.ts';
import { insertParts, type ScriptFault } from './shell/insert.ts';

/** What the names in a command stand for. */
export interface CommandContext {
  readonly params: ValueMap;
  readonly written: Written;
  readonly expId: string;
  readonly stage: string;
  readonly attempt: number;
  readonly resources: Resources;
}

/** Where a character of a command stands, for a problem. */
export type Locate = (offset: number) => { readonly at: Place; readonly excerpt?: string };

/** Names in commands that are no parameters; a parameter of such a name is `params.name`. */
export const COMMAND_NAMES: readonly string[] = ['params', 'exp_id', 'stage', 'attempt', 'flags', 'hydra'];

/**
 * A command as shell text: names replaced by values, each quoted for where it stands.
 *
 * @param locate tells where the command is written; by default places are inside the command itself
 * @throws SheafError `jinja.*` or `command.*`, all problems at once
 */
export function renderCommand(
  command: string,
  context: CommandContext,
  locate: Locate = withinCommand(command, context),
): string {
  const { script, faults } = rendered(command, context, NONE);
  throwProblems(faults.map((fault) => located(fault, locate)));
  return script;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * What is wrong with a command, whatever the names in `open` are going to stand for.
 *
 * @param open names that have no value yet
 */
export function commandProblems(
  command: string,
  context: CommandContext,
  open: ReadonlySet<string> = NONE,
  locate: Locate = withinCommand(command, context),
): Problem[] {
  return rendered(command, context, open).faults.map((fault) => located(fault, locate));
}

function located({ offset, ...problem }: Fault, locate: Locate): Problem {
  return { ...problem, ...locate(offset) };
}

function rendered(
  command: string,
  context: CommandContext,
  open: ReadonlySet<string>,
): { script: string; faults: readonly Fault[] } {
  try {
    const { template, free } = compiled(command);
    const names = namesOf(context);
    const unknown = free.filter(({ name }) => !names.has(name) && !open.has(name));
    if (unknown.length > 0) return { script: '', faults: unknown.map((name) => unknownName(name, [...names.keys()])) };
    // What the values decide can only be told when they are there.
    if (free.some(({ name }) => open.has(name) || (name === 'params' && open.size > 0)))
      return { script: '', faults: [] };
    return inserted(evaluate(template, names));
  } catch (error) {
    if (error instanceof JinjaError) return { script: '', faults: [error.fault] };
    throw error;
  }
}

interface Compiled {
  readonly template: readonly Statement[];
  readonly free: readonly FreeName[];
}

/** The members of a sweep share their command. */
const COMPILED = new Map<string, Compiled>();
const MOST_COMPILED = 50;

function compiled(command: string): Compiled {
  const known = COMPILED.get(command);
  if (known) return known;
  const template = parseTemplate(command);
  const made = { template, free: freeNames(template) };
  if (COMPILED.size >= MOST_COMPILED) COMPILED.clear();
  COMPILED.set(command, made);
  return made;
}

function namesOf({ params, written, expId, stage, attempt, resources }: CommandContext): Map<string, JinjaValue> {
  const own = toJinja(params, written) as ReadonlyMap<string, JinjaValue>;
  const names = new Map(own);
  const asked: Readonly<Record<string, unknown>> = { ...resources };
  for (const key of RESOURCE_KEYS) names.set(key, toJinja((asked[key] ?? null) as Value, {}));
  names.set('params', own);
  names.set('exp_id', expId);
  names.set('stage', stage);
  names.set('attempt', new JinjaNumber(attempt, false));
  names.set('flags', new Words(() => flagWords(params, written)));
  names.set('hydra', new Words((at) => hydraWords(params, written, at)));
  return names;
}

function unknownName({ name, at }: FreeName, known: readonly string[]): Fault {
  return {
    offset: at,
    code: 'jinja.undefined',
    message: `${name} is not defined`,
    fix: didYouMean(name, known, `add ${name} to the template, with a default or null`),
  };
}

function inserted(pieces: readonly Piece[]): { script: string; faults: readonly Fault[] } {
  const { script, faults } = insertParts(pieces);
  return { script, faults: faults.map((fault) => inWords(fault, pieces)) };
}

function inWords(fault: ScriptFault, pieces: readonly Piece[]): Fault {
  if (fault.kind === 'unclosed') {
    return { offset: fault.at, code: 'command.unclosed', message: `this ${fault.what} is never closed` };
  }
  const offset = fault.part.at;
  const piece = pieces.find((one) => one === fault.part);
  const name = piece?.kind === 'value' ? nameOf(piece.expression) : piece?.kind === 'words' ? piece.name : '';
  const shown = name === 'this' ? '{{ … }}' : `{{ ${name} }}`;
  switch (fault.kind) {
    case 'place':
      return {
        offset,
        code: 'command.place',
        message: `${shown} cannot stand ${fault.where}`,
        why: 'no quotes would keep every value from becoming shell code there',
        fix: fault.where === 'in a comment' ? 'take it out of the comment' : instead(piece),
      };
    case 'words':
      return {
        offset,
        code: 'command.words',
        message: `${shown} stands for several words and cannot stand here`,
        fix: 'put it behind the name of a program, with spaces around it and no quotes',
      };
    case 'nul':
      return { offset, code: 'command.text', message: `${shown} has a NUL character, which no program can be given` };
  }
}

function instead(piece: Piece | undefined): string {
  const variable = piece?.kind === 'value' ? variableOf(piece.expression) : undefined;
  return variable === undefined
    ? 'put it into a variable before, NAME={{ … }}, and use "$NAME"'
    : `use "$${variable}", the environment variable that carries it`;
}

/** The environment variable of a parameter. */
export function parameterVariable(name: string): string {
  return `SHEAF_P_${name.replace(/[^A-Za-z0-9_]/g, '_')}`;
}

const OWN_VARIABLES: Readonly<Record<string, string>> = {
  exp_id: 'SHEAF_EXP_ID',
  stage: 'SHEAF_STAGE',
  attempt: 'SHEAF_ATTEMPT',
  params: 'SHEAF_PARAMS',
};

function variableOf(expression: Expression): string | undefined {
  if (expression.kind === 'member' && nameOf(expression.object) === 'params') return parameterVariable(expression.key);
  if (expression.kind !== 'name' || RESOURCE_KEYS.includes(expression.name)) return undefined;
  return OWN_VARIABLES[expression.name] ?? parameterVariable(expression.name);
}

function withinCommand(command: string, { stage }: CommandContext): Locate {
  return (offset) => {
    const before = command.slice(0, offset).split('\n');
    const line = before.length;
    const excerpt = command.split('\n')[line - 1] ?? '';
    return { at: { file: `command of stage ${stage}`, line, column: (before.at(-1)?.length ?? 0) + 1 }, excerpt };
  };
}
