import type { Answer } from './answer.ts';
import type { Args } from '../flags/args.ts';
import type { Flag, Positional } from '../flags/flags.ts';
import type { Session } from './session.ts';

/** A command line, and what it does if that is not obvious. */
export type Example = readonly [line: string, does?: string];

/** A command: its arguments and its action. It prints nothing itself, except while following. */
export interface Command {
  /** As typed after `sheaf`: `sweep extend`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly examples: readonly [Example, ...Example[]];
  readonly positionals?: readonly Positional[];
  readonly flags?: readonly Flag[];
  /**
   * Flags that another command has instead, which takes all other flags, too: its name by the flag. `sweep show NAME`
   * takes the flag's value as its argument.
   */
  readonly moved?: { readonly [flag: string]: string };
  /** The query for what `--all` might mean: it has no such flag, but takes `--where`. */
  readonly all?: string;
  /** Paragraphs below the flags. */
  readonly notes?: readonly string[];
  /** A table below the notes, in lines of at most 80 columns. */
  readonly table?: { readonly title: string; readonly lines: readonly string[] };
  /** Commands of two words: `extend` of `sweep extend`. */
  readonly verbs?: { readonly [verb: string]: Command };
  /** More flags and notes, if the arguments name a template. */
  readonly learn?: (words: readonly string[], session: Session) => Promise<DynamicFlags>;
  run(args: Args, session: Session): Promise<Answer>;
}

export interface DynamicFlags {
  readonly flags: readonly Flag[];
  readonly notes: readonly string[];
  /** Why a flag may be unknown. */
  readonly hint?: string;
}

/** The command that a word after the first one names: `sheaf sweep extend`. */
export function getVerb({ verbs = {} }: Command, word = ''): Command | undefined {
  return Object.hasOwn(verbs, word) ? verbs[word] : undefined;
}
