import { throwProblems, type SourcePlace, type Problem } from '../../core/errors.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { collectNames, getVariable, type CommandContext, type Names } from './command-names.ts';
import type { Statement } from '../jinja/ast.ts';
import { evaluate, nameOf, type Piece } from '../jinja/evaluate.ts';
import { JinjaError, type Fault } from '../jinja/fault.ts';
import { findFreeNames, type FreeName } from '../jinja/names.ts';
import { parseTemplate } from '../jinja/parser.ts';
import type { JinjaValue } from '../jinja/values.ts';
import { insertParts, type ScriptFault } from '../shell/insert.ts';

/** The place of a character of a text, for a problem. */
export type Locate = (offset: number) => { readonly at: SourcePlace; readonly excerpt?: string };

/** The place of a character in a text with a name of its own. */
export function locateWithin(text: string, name: string): Locate {
  return (offset) => {
    const before = text.slice(0, offset).split('\n');
    const line = before.length;
    const excerpt = text.split('\n')[line - 1] ?? '';
    return { at: { file: name, line, column: (before.at(-1)?.length ?? 0) + 1 }, excerpt };
  };
}

export function locateFault({ offset, ...problem }: Fault, locate: Locate): Problem {
  return { ...problem, ...locate(offset) };
}

/** A rendered text, or all that is wrong with it. */
export interface Rendered {
  readonly text: string;
  readonly faults: readonly Fault[];
  /** Names that were put out as several words. */
  readonly words: readonly string[];
}

const EMPTY: Rendered = { text: '', faults: [], words: [] };

/** Names that have no value yet: what they decide is unknown. */
export type OpenNames = ReadonlySet<string>;

export const NONE_OPEN: OpenNames = new Set();

/**
 * A text that is no shell: `{{ name }}` gives the value as it is.
 *
 * @throws SheafError `jinja.*`, `text.words`, all problems at once
 */
export function renderText(
  text: string,
  context: CommandContext,
  locate: Locate = locateWithin(text, 'template'),
): string {
  if (!text.includes('{')) return text;
  const evaluateText = plainText(text, context);
  throwProblems(evaluateText.faults.map((fault) => locateFault(fault, locate)));
  return evaluateText.text;
}

/** What is wrong with a text that is no shell. */
export function findTextFaults(text: string, context: CommandContext, open: OpenNames = NONE_OPEN): readonly Fault[] {
  return text.includes('{') ? plainText(text, context, open).faults : [];
}

function plainText(text: string, context: CommandContext, open: OpenNames = NONE_OPEN): Rendered {
  return renderCompiled(compileText(text), collectNames(context), open, (pieces) => {
    const faults = pieces.flatMap((piece) => (piece.kind === 'words' ? [severalWords(piece)] : []));
    return { ...EMPTY, text: pieces.map(textOfPiece).join(''), faults };
  });
}

function textOfPiece(piece: Piece): string {
  if (piece.kind === 'words') return '';
  return piece.kind === 'text' ? piece.text : piece.value;
}

function severalWords({ name, at }: Extract<Piece, { kind: 'words' }>): Fault {
  const message = `{{ ${name} }} stands for several words and cannot be part of a text`;
  return { offset: at, code: 'text.words', message, fix: 'use it in a command' };
}

/**
 * Shell text: each value is quoted for its context.
 *
 * @param more names beside those that all commands have
 * @param readsDirectives whether it has lines of `#SBATCH`
 */
export function renderShell(
  text: string,
  context: CommandContext,
  { open = NONE_OPEN, more = [], readsDirectives = false }: ShellOptions = {},
): Rendered {
  return renderCompiled(compileText(text), collectNames(context, more), open, (pieces) =>
    insertPieces(pieces, readsDirectives),
  );
}

interface ShellOptions {
  readonly open?: OpenNames;
  readonly more?: readonly (readonly [string, JinjaValue])[];
  readonly readsDirectives?: boolean;
}

/** What a text is once it is read: the same for all members of a sweep. */
export interface Compiled {
  readonly template: readonly Statement[];
  readonly free: readonly FreeName[];
  readonly fault?: Fault;
}

/** Evaluates a text and puts together what comes of it. Nothing does while it needs a name that is open. */
export function renderCompiled(
  { template, free, fault }: Compiled,
  names: Names,
  open: OpenNames,
  put: (pieces: readonly Piece[]) => Rendered,
): Rendered {
  if (fault) return { ...EMPTY, faults: [fault] };
  const unknown = free.filter(({ name }) => !names.has(name) && !open.has(name));
  if (unknown.length > 0) return { ...EMPTY, faults: unknown.map((name) => unknownName(name, [...names.keys()])) };
  if (needsOpen({ free }, open)) return EMPTY;
  return guarded(() => put(evaluate(template, names)));
}

/** Whether a text needs a name that has no value yet. */
export function needsOpen({ free }: Pick<Compiled, 'free'>, open: OpenNames): boolean {
  return free.some(({ name }) => open.has(name) || (name === 'params' && open.size > 0));
}

function guarded(act: () => Rendered): Rendered {
  try {
    return act();
  } catch (error) {
    if (error instanceof JinjaError) return { ...EMPTY, faults: [error.fault] };
    throw error;
  }
}

const COMPILED = new Map<string, Compiled>();
const MOST_COMPILED = 100;

/** @param inherits whether it may have blocks, as scripts may */
export function compileText(text: string, inherits = false): Compiled {
  const key = `${inherits ? 'script' : 'text'} ${text}`;
  const known = COMPILED.get(key);
  if (known) return known;
  const made = compile(text, inherits);
  if (COMPILED.size >= MOST_COMPILED) COMPILED.clear();
  COMPILED.set(key, made);
  return made;
}

function compile(text: string, inherits: boolean): Compiled {
  try {
    const template = parseTemplate(text, inherits);
    return { template, free: findFreeNames(template) };
  } catch (error) {
    if (error instanceof JinjaError) return { template: [], free: [], fault: error.fault };
    throw error;
  }
}

function unknownName({ name, at }: FreeName, known: readonly string[]): Fault {
  return {
    offset: at,
    code: 'jinja.undefined',
    message: `${name} is not defined`,
    fix: suggestName(name, known, `add ${name} to the template, with a default or null`),
  };
}

/** A script of pieces, each value quoted for its context. */
export function insertPieces(pieces: readonly Piece[], readsDirectives = false): Rendered {
  const { script, faults } = insertParts(pieces, readsDirectives);
  const words = pieces.flatMap((piece) => (piece.kind === 'words' ? [piece.name] : []));
  return { text: script, faults: faults.map((fault) => inWords(fault, pieces)), words };
}

function inWords(fault: ScriptFault, pieces: readonly Piece[]): Fault {
  if (fault.kind === 'unclosed') {
    return { offset: fault.at, code: 'command.unclosed', message: `this ${fault.what} is never closed` };
  }
  const offset = fault.part.at;
  const piece = pieces.find((one) => one === fault.part);
  const shown = shownName(piece);
  switch (fault.kind) {
    case 'place':
      return {
        offset,
        code: 'command.place',
        message: `${shown} is not allowed ${fault.where}`,
        why: 'no quotes would keep every value from becoming shell code there',
        fix: fault.where === 'in a comment' ? 'take it out of the comment' : instead(piece),
      };
    case 'words':
      return {
        offset,
        code: 'command.words',
        message: `${shown} stands for several words and is not allowed here`,
        fix: WHERE_WORDS[piece?.kind === 'words' ? piece.role : 'arguments'],
      };
    case 'nul':
      return { offset, code: 'command.text', message: `${shown} has a NUL character, which no program can be given` };
    case 'control':
      return {
        offset,
        code: 'command.directive',
        message: `${shown} has a line break or another control character, which no #SBATCH line can hold`,
      };
  }
}

const WHERE_WORDS = {
  arguments: 'put it behind the name of a program, with spaces around it and no quotes',
  program: 'put it where the name of a program stands, with spaces around it and no quotes',
  script: 'put it on a line of its own',
} as const;

function shownName(piece: Piece | undefined): string {
  const name = piece?.kind === 'value' ? nameOf(piece.expression) : piece?.kind === 'words' ? piece.name : '';
  return name === 'this' ? '{{ … }}' : `{{ ${name} }}`;
}

function instead(piece: Piece | undefined): string {
  if (piece?.kind === 'words') return WHERE_WORDS[piece.role];
  const variable = piece?.kind === 'value' ? getVariable(piece.expression) : undefined;
  return variable === undefined
    ? 'put it into a variable before, NAME={{ … }}, and use "$NAME"'
    : `use "$${variable}", the environment variable that carries it`;
}
