/** What completion offers for a value. */
export type Offer =
  | 'experiment'
  | 'sweep'
  | 'template'
  | 'tag'
  | 'status'
  | 'file'
  | 'folder'
  | 'field'
  | 'shell'
  | 'command';

/** One flag of a command. */
export interface Flag {
  /** Without dashes: `learning-rate`. */
  readonly name: string;
  readonly short?: string;
  /** Placeholder of its value in help; absent: a switch that takes none. */
  readonly value?: string;
  /** `repeat`: may be given several times. `words`: takes several words, too. */
  readonly many?: 'repeat' | 'words';
  readonly help: string;
  /** What it is listed under in help. */
  readonly heading?: string;
  readonly choices?: readonly string[];
  readonly offers?: Offer;
  /** The parameter or reserved key that it sets. */
  readonly key?: string;
}

/** One word of a command that is no flag. */
export interface Positional {
  /** As in help: `ID`. */
  readonly name: string;
  /** How many at least; default 1. */
  readonly min?: number;
  /** How many at most; default 1. */
  readonly max?: number;
  readonly offers?: Offer;
}

const EVERYWHERE = 'Everywhere';

/** Flags that every command has. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: 'json', help: 'Print one JSON document', heading: EVERYWHERE },
  {
    name: 'project',
    value: 'DIR',
    help: 'The project, if it is not the folder you are in',
    heading: EVERYWHERE,
    offers: 'folder',
  },
  { name: 'yes', help: 'Answer yes to every question', heading: EVERYWHERE },
  { name: 'quiet', short: 'q', help: 'Say nothing but the answer and errors', heading: EVERYWHERE },
  { name: 'verbose', short: 'v', help: 'Show more of what went wrong', heading: EVERYWHERE },
  {
    name: 'color',
    value: 'WHEN',
    help: 'Colours: auto, always or never',
    choices: ['auto', 'always', 'never'],
    heading: EVERYWHERE,
  },
  { name: 'no-color', help: 'The same as --color never', heading: EVERYWHERE },
  { name: 'help', short: 'h', help: 'Show this help', heading: EVERYWHERE },
];

/** Which experiments a command is about. */
export const SELECTION_FLAGS: readonly Flag[] = [
  {
    name: 'where',
    value: 'QUERY',
    help: 'Those that match: "learning_rate < 0.01 and status = failed"',
    offers: 'field',
  },
  { name: 'sweep', value: 'NAME', help: 'Those of a sweep', offers: 'sweep' },
];

/** Whether a word reads as a flag, so that it cannot be the value of one unless it is joined by `=`. */
export function looksLikeFlag(word: string, flags: readonly Flag[]): boolean {
  if (/^--[A-Za-z]/.test(word)) return true;
  return /^-[A-Za-z]/.test(word) && flags.some(({ short }) => short === word[1]);
}
