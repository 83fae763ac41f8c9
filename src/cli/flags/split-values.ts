import type { Problem } from '../../core/errors.ts';
import { quoteShellWord } from '../../core/text/bash.ts';
import type { Flag } from './flags.ts';

/** An argument right after the value of a flag: perhaps a value that the shell split off. */
export interface WordAfterValue {
  readonly flag: Flag;
  /** The value, as given. */
  readonly text: string;
  readonly word: string;
}

/**
 * Refuses `--grid learning_rate=0.1 0.01`, where the second value would otherwise be the name of something, and
 * `--learning-rate 0.1 0.01`.
 */
export function findSplitValues(words: readonly WordAfterValue[]): Problem[] {
  const groups = Map.groupBy(words, ({ flag, text }) => `--${flag.name} ${quoteShellWord(text)}`);
  return [...groups].flatMap(([given, group]) => splitProblem(given, group) ?? []);
}

function splitProblem(given: string, group: readonly WordAfterValue[]): Problem | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const { flag, text } = first;
  const words = group.map(({ word }) => word);
  const joined = [text, ...words].map((value) => value.replace(/,$/, '')).join(',');
  const problem = {
    code: 'cli.flag.spaces',
    message: `unexpected argument ${words.map((word) => JSON.stringify(word)).join(', ')} after ${given}`,
  };
  if (flag.commas) {
    return {
      ...problem,
      why: `--${flag.name} takes values with commas between them, without spaces`,
      fix: `write --${flag.name} ${quoteShellWord(joined)}; names of templates and sweeps go before the flags`,
    };
  }
  if (flag.key === undefined || ![text, ...words].every(isNumber)) return undefined;
  return {
    ...problem,
    why: `an experiment has one value of ${flag.key}`,
    fix: `for an experiment with each of these: sheaf sweep TEMPLATE --grid ${flag.key}=${joined}`,
  };
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && !Number.isNaN(Number(text.replace(/,$/, '')));
}
