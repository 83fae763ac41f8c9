import type { ExitCode, Problem } from '../../core/errors.ts';
import type { Document } from '../../json/index.ts';
import type { Args } from '../flags/args.ts';
import type { Flag, Positional } from '../flags/flags.ts';
import type { Session } from './session.ts';
import type { Screen } from './terminal.ts';

/** A command line as one could type it, and what it does where that is not plain. */
export type Example = readonly [line: string, does?: string];

/** What a command has to say when it is done. */
export interface Answer {
  /** For `--json`, made in `src/json`; absent when all was printed while it went on. */
  readonly data?: Document['data'];
  /** For people, on stdout, newlines included. */
  readonly text?: (screen: Screen) => string;
  /** What went wrong with some of many, for people; `data` has it too. */
  readonly problems?: readonly Problem[];
  /** For people, on stderr. */
  readonly warnings?: readonly string[];
  /** What one must know to read the answer rightly, for people on stderr; `warnings` of the JSON document, too. */
  readonly remarks?: readonly string[];
  /** At most two commands that one would type next. */
  readonly next?: readonly string[];
  readonly exitCode?: ExitCode;
}

/** A command: what it takes and what it does. It prints nothing itself, except while following. */
export interface Command {
  /** As typed after `sheaf`: `sweep extend`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly examples: readonly [Example, ...Example[]];
  readonly positionals?: readonly Positional[];
  readonly flags?: readonly Flag[];
  /** Paragraphs below the flags. */
  readonly notes?: readonly string[];
  /** Commands of two words: `extend` of `sweep extend`. */
  readonly verbs?: { readonly [verb: string]: Command };
  /** More flags and notes, when the words name a template. Words that name none add nothing. */
  readonly learn?: (words: readonly string[], session: Session) => Promise<Learned>;
  run(args: Args, session: Session): Promise<Answer>;
}

export interface Learned {
  readonly flags: readonly Flag[];
  readonly notes: readonly string[];
  /** Why a flag may be unknown. */
  readonly hint?: string;
}

/** The command that a word after the first one names: `sheaf sweep extend`. */
export function verbOf({ verbs = {} }: Command, word = ''): Command | undefined {
  return Object.hasOwn(verbs, word) ? verbs[word] : undefined;
}
