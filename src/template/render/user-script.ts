import { throwProblems, type Problem } from '../../core/errors.ts';
import { suggestName } from '../../core/text/nearest.ts';
import type { OwnScript } from '../../core/settings/run-settings.ts';
import { findArrayFaults } from './array-index.ts';
import { collectNames, type CommandContext } from './command-names.ts';
import type { Statement } from '../jinja/ast.ts';
import type { Fault } from '../jinja/fault.ts';
import { JinjaWords, type JinjaValue } from '../jinja/values.ts';
import { launchOf } from '../launch/launch.ts';
import {
  compileText,
  insertPieces,
  locateFault,
  NONE_OPEN,
  renderCompiled,
  locateWithin,
  type Compiled,
  type OpenNames,
  type Rendered,
} from './rendering.ts';
import { surroundUserScript, assembleScript, makeWholeLaunch, type RunParts } from './run-parts.ts';
import { renderRunTexts } from './run-texts.ts';

/** The parts of our script that another one can replace, in their order. */
const BLOCKS = ['directives', 'setup', 'launch', 'teardown'] as const;

type BlockName = (typeof BLOCKS)[number];

/**
 * The script of an attempt from an own one: ours with the blocks that it gives; or, without `extends`, all of it.
 *
 * @param parts ours, for `super()` and `command`
 * @throws SheafError `jinja.*`, `command.*`, `script.*`
 */
export function renderUserScript(script: OwnScript, parts: RunParts, context: CommandContext): string {
  const { directives, environment, launch } = parts;
  const { python } = launchOf({ ...context, run: renderRunTexts(context) });
  const ours = { directives, setup: environment, launch, teardown: '' };
  const read = readOwn(script, context, { launch: python, command: makeWholeLaunch(parts), blocks: ours });
  throwProblems(read.problems);
  const { whole, blocks } = read;
  if (whole !== undefined)
    return surroundUserScript(whole.text, whole.words.includes('launch') ? parts : { ...parts, facts: '' });
  const given = {
    ...parts,
    directives: blocks.directives?.trim() ?? directives,
    environment: blocks.setup?.trim() ?? environment,
    launch: blocks.launch?.trim() ?? launch,
  };
  return assembleScript(given, blocks.teardown);
}

/**
 * What is wrong with an own script, whatever the names in `open` are going to stand for.
 *
 * @param context its `run` is that of the stage
 */
export function findScriptProblems(
  script: OwnScript,
  context: CommandContext,
  open: OpenNames = NONE_OPEN,
): readonly Problem[] {
  const blocks = { directives: '', setup: '', launch: '', teardown: '' };
  const { file, text } = script;
  return [
    ...readOwn(script, context, { launch: 'python3', command: '', blocks }, open).problems,
    ...findArrayFaults(text).map((fault) => locateFault(fault, locateWithin(text, file))),
  ];
}

/** An own script with its values in it. */
interface ReadScript {
  /** All of it; undefined when it extends ours. */
  readonly whole?: Rendered;
  readonly blocks: { readonly [block in BlockName]?: string };
  readonly problems: readonly Problem[];
}

/** What names in an own script stand for. */
interface Texts {
  readonly launch: string;
  readonly command: string;
  readonly blocks: Readonly<Record<BlockName, string>>;
}

function readOwn(
  { file, text }: OwnScript,
  context: CommandContext,
  texts: Texts,
  open: OpenNames = NONE_OPEN,
): ReadScript {
  const source = compileText(text, true);
  const own = [
    ['launch', words(texts.launch, 'program')],
    ['command', words(texts.command, 'script')],
  ] as const;
  const faults: Fault[] = [];
  const render = (part: Compiled, ofBlock: JinjaValue | undefined): Rendered => {
    const names = collectNames(context, ofBlock === undefined ? own : [...own, ['super', ofBlock]]);
    const shell = renderCompiled(part, names, open, (pieces) => insertPieces(pieces, true));
    faults.push(...shell.faults);
    return shell;
  };
  const done = (result: Omit<ReadScript, 'problems'>): ReadScript => ({
    ...result,
    problems: once(faults).map((fault) => locateFault(fault, locateWithin(text, file))),
  });
  const [parent, ...others] = source.template.filter((statement) => !isBlank(statement));
  if (source.fault !== undefined || parent?.kind !== 'extends') {
    faults.push(...shebangFaults(text));
    return done({ whole: render(source, undefined), blocks: {} });
  }
  faults.push(...extendsFaults(parent, others));
  if (faults.length > 0) return done({ blocks: {} });
  const sets = others.filter(({ kind }) => kind === 'set');
  const blocks = others.flatMap((statement) => {
    if (statement.kind !== 'block') return [];
    const name = statement.name as BlockName;
    const used = [...sets, statement];
    const free = source.free.filter(({ at }) => used.some((each) => isWithin(at, each, others, text)));
    const part = { template: used, free };
    return [[name, render(part, words(texts.blocks[name], 'script')).text] as const];
  });
  return done({ blocks: Object.fromEntries(blocks) });
}

/** What is wrong in a `set` is found with every block. */
function once(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [`${fault.offset} ${fault.message}`, fault])).values()];
}

function words(text: string, role: 'program' | 'script'): JinjaWords {
  return new JinjaWords(() => [{ shell: text }], role);
}

function isBlank(statement: Statement): boolean {
  return statement.kind === 'text' && statement.text.trim() === '';
}

/** From where a statement begins to where the next one does. */
function isWithin(at: number, block: Statement, all: readonly Statement[], text: string): boolean {
  const next = all[all.indexOf(block) + 1];
  return at >= block.at && at < (next?.at ?? text.length);
}

/** `bash run.sh` runs it, whatever its first line says. */
function shebangFaults(text: string): Fault[] {
  const [first = ''] = text.split('\n');
  if (!first.startsWith('#!') || /^#!\s*(?:\/\S*\/)?(?:env\s+(?:-S\s+)?)?(?:ba)?sh\b/.test(first)) return [];
  return [
    {
      offset: 0,
      code: 'script.shell',
      message: `an own script is a script of bash, but this begins with ${first}`,
      fix: 'begin it with #!/bin/bash, and start the other program in it',
    },
  ];
}

function extendsFaults(parent: Extract<Statement, { kind: 'extends' }>, others: readonly Statement[]): Fault[] {
  const wrong = parent.parent === 'sheaf' ? [] : [notOurs(parent)];
  const seen = new Set<string>();
  return [
    ...wrong,
    ...others.flatMap((statement) => {
      if (statement.kind === 'set') return [];
      if (statement.kind !== 'block') return [outside(statement)];
      const { name, at } = statement;
      const isTwice = seen.has(name);
      seen.add(name);
      if (isTwice)
        return [
          { offset: at, code: 'script.block', message: `the block ${name} is given twice`, fix: 'make one of them' },
        ];
      return BLOCKS.some((known) => known === name) ? [] : [unknownBlock(name, at)];
    }),
  ];
}

function notOurs({ parent, at }: Extract<Statement, { kind: 'extends' }>): Fault {
  return {
    offset: at,
    code: 'script.extends',
    message: `there is no script ${JSON.stringify(parent)} to extend`,
    fix: 'write {% extends "sheaf" %}',
  };
}

function outside(statement: Statement): Fault {
  const blanks = statement.kind === 'text' ? (/^\s*/.exec(statement.text)?.[0].length ?? 0) : 0;
  return {
    offset: statement.at + blanks,
    code: 'script.outside',
    message: 'this is in no block, so it would not be in the script',
    fix: `put it into {% block NAME %} … {% endblock %}, or delete {% extends "sheaf" %}; blocks are ${BLOCKS.join(', ')}`,
  };
}

function unknownBlock(name: string, at: number): Fault {
  return {
    offset: at,
    code: 'script.block',
    message: `our script has no block ${name}`,
    fix: suggestName(name, BLOCKS, `its blocks are ${BLOCKS.join(', ')}`),
  };
}
