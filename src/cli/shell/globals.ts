import type { ColorOption } from './terminal.ts';

/** The values of the flags of every command. */
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
 * Reads the global flags before the command is known, so that even an error in the command line has the requested
 * format. It refuses nothing: `parseArgs` does, once all flags are known.
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

/** The value of `--flag value` or `--flag=value`, in arguments that are not checked yet. */
export function valueOf(flag: string, words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith(`${flag}=`));
  if (joined !== undefined) return joined.slice(flag.length + 1);
  const index = words.indexOf(flag);
  return index < 0 ? undefined : words[index + 1];
}
