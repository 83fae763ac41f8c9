import type { ColorOption } from './terminal.ts';

/** What the flags that every command has ask for. */
export interface Globals {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly yes: boolean;
  readonly color: ColorOption;
  readonly project?: string;
  readonly help: boolean;
}

/**
 * Reads the global flags from words whose command is not known yet, so that even a wrong command line is answered
 * in the form asked for. Nothing is refused here: that is done when all flags are known.
 */
export function readGlobals(words: readonly string[]): Globals {
  const end = words.indexOf('--');
  const flags = end < 0 ? words : words.slice(0, end);
  const has = (...names: string[]): boolean => names.some((name) => flags.includes(name));
  const project = valueOf('--project', flags);
  return {
    json: has('--json'),
    quiet: has('--quiet', '-q'),
    verbose: has('--verbose', '-v'),
    yes: has('--yes'),
    color: colorOf(flags),
    help: has('--help', '-h'),
    ...(project === undefined ? {} : { project }),
  };
}

function colorOf(flags: readonly string[]): ColorOption {
  if (flags.includes('--no-color') || flags.includes('--no_color')) return 'never';
  const option = valueOf('--color', flags);
  return option === 'always' || option === 'never' ? option : 'auto';
}

/** The value of `--flag value` or `--flag=value`, in words that are not checked yet. */
export function valueOf(flag: string, words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith(`${flag}=`));
  if (joined !== undefined) return joined.slice(flag.length + 1);
  const index = words.indexOf(flag);
  return index < 0 ? undefined : words[index + 1];
}
