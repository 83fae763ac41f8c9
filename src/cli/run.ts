import { paint } from '../app/index.ts';
import { formatError, inputError, SheafError, type ExitCode } from '../core/errors.ts';
import { errorJson } from '../json/index.ts';
import { parseArgs, type Grammar } from './flags/args.ts';
import type { Answer } from './shell/answer.ts';
import { getVerb, type Command, type DynamicFlags } from './shell/command.ts';
import { GLOBAL_FLAGS } from './flags/flags.ts';
import { readGlobals } from './shell/globals.ts';
import { isInterrupt, listenForInterrupts } from './shell/interrupt.ts';
import { openOutput } from './shell/output.ts';
import { formatProblems } from './shell/problem-text.ts';
import { suggestCommand } from './meant-command.ts';
import { findEntry } from './registry.ts';
import { Declined, openSession, type Extensions, type Session } from './shell/session.ts';
import { printAnswer, type Shell } from './shell/print-answer.ts';

/**
 * Runs one command line and sets the exit code.
 *
 * @param words the arguments of `sheaf`
 * @param extensions for a program that wraps this one
 */
export async function main(words: readonly string[], extensions: Extensions = {}): Promise<void> {
  const globals = readGlobals(words);
  const { env } = process;
  const shell = {
    globals,
    out: openOutput(() => process.stdout, env, globals.color),
    stderr: openOutput(() => process.stderr, env, globals.color),
  };
  try {
    process.exitCode = await dispatch(words, shell, extensions);
  } catch (error) {
    process.exitCode = await tellError(error, shell);
  }
}

async function dispatch(words: readonly string[], shell: Shell, extensions: Extensions): Promise<ExitCode> {
  const { name, rest } = splitCommand(words);
  if (name !== undefined && isInternal(name))
    return (await import('./internal.ts')).runInternal(name, rest, shell, extensions);
  if (name === undefined && rest.some((word) => word === '--version' || word === '-V')) return showVersion(shell);
  if (name === undefined || (name === 'help' && rest.length === 0)) return showOverview(rest, shell);
  if (name === 'help' && rest[0] === 'flags') return showFlags(shell);
  if (name === 'help') return dispatch(rest, { ...shell, globals: { ...shell.globals, help: true } }, extensions);
  const [command, args] = await loadCommand(name, rest);
  const signal = listenForInterrupts(shell.stderr);
  const session = openSession({ ...shell, env: process.env, signal, command: command.name, extensions });
  try {
    return await runCommand(command, args, { session, shell });
  } finally {
    session.close();
  }
}

/** Commands that users do not type. */
function isInternal(name: string): boolean {
  return ['__supervise', '__answer', '__fold', '__complete', '__wait'].includes(name);
}

/** Global flags may come before the command. */
function splitCommand(words: readonly string[]): { name: string | undefined; rest: readonly string[] } {
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (!word.startsWith('-')) return { name: word, rest: [...words.slice(0, i), ...words.slice(i + 1)] };
    if (word === '--project' || word === '--color') i += 1;
  }
  return { name: undefined, rest: words };
}

async function showOverview(rest: readonly string[], { out }: Shell): Promise<ExitCode> {
  parseArgs(rest, { command: '', flags: GLOBAL_FLAGS, positionals: [] });
  const { overview } = await import('./help.ts');
  out.write(overview(out.screen));
  return 0;
}

async function showVersion({ out, globals }: Shell): Promise<ExitCode> {
  const { versionText } = await import('./version-text.ts');
  out.write(versionText(globals.verbose, process.env));
  return 0;
}

async function showFlags({ out }: Shell): Promise<ExitCode> {
  const { globalFlagsHelp } = await import('./help.ts');
  out.write(globalFlagsHelp(out.screen));
  return 0;
}

/** @throws SheafError `cli.command.unknown` */
async function loadCommand(name: string, rest: readonly string[]): Promise<[Command, readonly string[]]> {
  const entry = findEntry(name);
  if (entry === undefined) {
    throw inputError('cli.command.unknown', `sheaf has no command ${JSON.stringify(name)}`, {
      fix: suggestCommand(name, rest),
    });
  }
  const { command } = await entry.load();
  const at = rest.findIndex((word) => !word.startsWith('-'));
  const verb = getVerb(command, rest[at]);
  return verb === undefined ? [command, rest] : [verb, rest.toSpliced(at, 1)];
}

interface Running {
  readonly session: Session;
  readonly shell: Shell;
}

async function runCommand(command: Command, words: readonly string[], { session, shell }: Running): Promise<ExitCode> {
  if (shell.globals.help) {
    const { commandHelp } = await import('./help.ts');
    const learned = await command.learn?.(words, session);
    shell.out.write(commandHelp(command, learned, shell.out.screen));
    return 0;
  }
  const answer = await answerOf(command, words, session);
  session.close();
  // Every command reports damage of the journal.
  const warnings = [...new Set([...session.recordWarnings(), ...(answer.warnings ?? [])])];
  printAnswer({ ...answer, warnings }, shell, command.name, !session.hasTold());
  return answer.exitCode ?? (session.signal.aborted ? 130 : 0);
}

async function answerOf(command: Command, words: readonly string[], session: Session): Promise<Answer> {
  let grammar = grammarOf(command);
  try {
    grammar = grammarOf(command, await command.learn?.(words, session));
    return await command.run(parseArgs(words, grammar), session);
  } catch (error) {
    const { suggestExperiment } = await import('./meant-experiment.ts');
    throw await suggestExperiment(error, words, grammar, session);
  }
}

function grammarOf({ name, flags = [], positionals = [], moved, all }: Command, learned?: DynamicFlags): Grammar {
  return {
    command: name,
    flags: [...flags, ...(learned?.flags ?? []), ...GLOBAL_FLAGS],
    positionals,
    moved,
    all,
    ...(learned?.hint === undefined ? {} : { hint: learned.hint }),
  };
}

/** @throws Error when the installation is damaged, which explains whatever else went wrong: the starter says how to repair it */
async function tellError(error: unknown, shell: Shell): Promise<ExitCode> {
  if (isInterrupt(error)) {
    if (!shell.globals.quiet) shell.stderr.write('Interrupted.\n');
    return 130;
  }
  if (!(error instanceof SheafError)) {
    const { damagedFile } = await import('../app/index.ts');
    const damaged = damagedFile();
    if (damaged !== undefined) throw new Error(`${damaged} is missing or damaged`, { cause: error });
    return tellBug(error, shell);
  }
  const { globals, stderr } = shell;
  if (globals.json) {
    stderr.write(`${JSON.stringify(errorJson(error.problems))}\n`);
  } else if (error instanceof Declined) {
    stderr.write('Nothing was changed.\n');
  } else {
    stderr.write(formatProblems(error.problems, stderr.screen));
  }
  return error.exitCode;
}

function tellBug(error: unknown, { globals, stderr }: Shell): ExitCode {
  const message = formatError(error);
  const stack = error instanceof Error && globals.verbose ? `\n${error.stack ?? ''}` : '';
  if (globals.json) {
    stderr.write(`${JSON.stringify(errorJson([{ code: 'bug', message, why: 'this is a bug in sheaf' }]))}\n`);
  } else {
    const hint = globals.verbose ? '' : '; -v shows where';
    stderr.write(
      `${paint('error:', 'error', stderr.screen.color)} ${message}\n  This is a bug in sheaf${hint}.${stack}\n`,
    );
  }
  return 1;
}
