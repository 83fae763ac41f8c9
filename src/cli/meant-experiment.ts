import type { ExperimentManager } from '../app/index.ts';
import { SheafError } from '../core/errors.ts';
import { quoteShellWord } from '../core/text/bash.ts';
import { findPositionals, parseArgs, type Grammar } from './flags/args.ts';
import type { Session } from './shell/session.ts';

/**
 * The same error with a command to paste: an experiment that was left out is the newest, and the name of a sweep instead of
 * an experiment stands for its members.
 *
 * @param words the arguments after the command
 */
export async function suggestExperiment(
  error: unknown,
  words: readonly string[],
  grammar: Grammar,
  session: Session,
): Promise<unknown> {
  if (!(error instanceof SheafError)) return error;
  if (error.code === 'cli.argument.missing') return nameNewest(error, words, grammar, session);
  return error.code === 'experiment.sweep' ? nameMembers(error, words, grammar, await session.open()) : error;
}

/** The names that were given, then the newest others. Without a project, or with too few experiments, `ID` stays. */
async function nameNewest(
  error: SheafError,
  words: readonly string[],
  grammar: Grammar,
  session: Session,
): Promise<unknown> {
  const given = findPositionals(words, grammar.flags);
  const missing = grammar.positionals
    .slice(given.length)
    .filter(({ offers, min = 1 }) => offers === 'experiment' && min > 0);
  if (missing.length === 0) return error;
  const newest = await listNewest(session, missing.length + given.length);
  const others = newest.filter((expId) => !given.includes(expId));
  const positionals = grammar.positionals.map((each, i) => ({
    ...each,
    example: given[i] ?? others[missing.indexOf(each)],
  }));
  try {
    parseArgs(words, { ...grammar, positionals });
  } catch (named) {
    return named;
  }
  return error;
}

async function listNewest(session: Session, limit: number): Promise<string[]> {
  try {
    const { rows } = (await session.open()).select({ limit });
    return rows.map(({ expId }) => expId);
  } catch (error) {
    if (error instanceof SheafError) return [];
    throw error;
  }
}

async function nameMembers(
  error: SheafError,
  words: readonly string[],
  { command, flags }: Grammar,
  manager: ExperimentManager,
): Promise<SheafError> {
  const given = findPositionals(words, flags);
  const areSweeps = await Promise.all(given.map((word) => isSweep(manager, word)));
  const sweep = given[areSweeps.indexOf(true)];
  if (sweep === undefined) return error;
  const [newest] = manager.select({ sweep, limit: 1 }).rows;
  const instead = flags.some(({ name }) => name === 'sweep') ? ['--sweep', sweep] : [newest?.expId ?? sweep];
  const meant =
    command === 'show'
      ? ['sweep', 'show', sweep]
      : [command, ...words.flatMap((word) => (word === sweep ? instead : word))];
  const fix = ['sheaf', ...meant].map(quoteShellWord).join(' ');
  const [first, ...rest] = error.problems;
  return new SheafError([{ ...first, fix }, ...rest], error.exitCode);
}

async function isSweep(manager: ExperimentManager, name: string): Promise<boolean> {
  try {
    await manager.showSweep(name);
    return true;
  } catch (error) {
    if (error instanceof SheafError) return false;
    throw error;
  }
}
