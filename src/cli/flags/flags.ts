/** What completion offers for a value. */
export type CompletionKind =
  | 'experiment'
  /** Experiments and templates. */
  | 'target'
  | 'sweep'
  | 'template'
  | 'tag'
  | 'status'
  | 'file'
  | 'folder'
  | 'field'
  /** Names of pinned checkpoints. */
  | 'pin'
  /** Names of saved views. */
  | 'view'
  | 'shell'
  | 'command';

/** One flag of a command. */
export interface Flag {
  /** Without dashes: `learning-rate`. */
  readonly name: string;
  readonly short?: string;
  /** Placeholder of its value in help; absent for a switch. */
  readonly value?: string;
  /** `repeat`: may be given several times. `words`: also takes several words. */
  readonly many?: 'repeat' | 'words';
  /** Its value has several values with commas between them. */
  readonly commas?: true;
  readonly help: string;
  /** Its heading in help. */
  readonly heading?: string;
  readonly choices?: readonly string[];
  readonly offers?: CompletionKind;
  /** The parameter or reserved key that it sets. */
  readonly key?: string;
}

/** A positional argument. */
export interface Positional {
  /** As in help: `ID`. */
  readonly name: string;
  /** Minimum number; default 1. */
  readonly min?: number;
  /** Maximum number; default 1. */
  readonly max?: number;
  readonly offers?: CompletionKind;
  /** One that there is, for a usage line to paste. */
  readonly example?: string | undefined;
}

/** Flags of every command. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: 'json', help: 'Print one JSON document' },
  {
    name: 'project',
    value: 'DIR',
    help: 'Project folder (default: the current folder or one above it)',
    offers: 'folder',
  },
  { name: 'yes', help: 'Answer yes to every question' },
  { name: 'quiet', short: 'q', help: 'Print only the answer and errors' },
  { name: 'verbose', short: 'v', help: 'Show more details' },
  {
    name: 'color',
    value: 'WHEN',
    help: 'Colours: auto, always or never',
    choices: ['auto', 'always', 'never'],
  },
  { name: 'no-color', help: 'Same as --color never' },
  { name: 'help', short: 'h', help: 'Show this help' },
];

/** Flags that choose experiments. */
export const SELECTION_FLAGS: readonly Flag[] = [
  {
    name: 'where',
    value: 'QUERY',
    help: 'Experiments that match: "learning_rate < 0.01 and status = failed"',
    offers: 'field',
  },
  { name: 'sweep', value: 'NAME', help: 'Experiments of a sweep', offers: 'sweep' },
];

/** For commands that read the results of what completed. */
export const NO_HARVEST: Flag = { name: 'no-harvest', help: 'Do not read the results of what completed' };

/** Whether a word reads as a flag, so that it cannot be the value of one unless it is joined by `=`. */
export function looksLikeFlag(word: string, flags: readonly Flag[]): boolean {
  if (/^--[A-Za-z]/.test(word)) return true;
  return /^-[A-Za-z]/.test(word) && flags.some(({ short }) => short === word[1]);
}
