import type { RuleMatch, Rule } from './rule.ts';

const COMPARE = 'compare the command with the --help of the program: sheaf show ID --script';

/**
 * What to try when a program refuses or misses a flag: it may write the name in another way than `{{ flags }}` does by
 * default.
 */
function fixOf({ groups }: RuleMatch): string {
  const flag = /(?<![\w-])--?[A-Za-z][\w-]*/.exec(groups['flags'] ?? groups['what'] ?? '')?.[0] ?? '';
  const name = flag.replace(/^--?/, '');
  const wasRefused = groups['missing'] === undefined;
  if (flag.startsWith('--') && name.includes('-') === wasRefused && /[_-]/.test(name)) {
    const taken = `--${name.replaceAll('-', '_')}`;
    return `if the program takes ${taken}, write flag_style: underscore in the template; otherwise ${COMPARE}`;
  }
  if (flag.startsWith('--') && /[_-]/.test(name)) {
    const taken = `--${name.replaceAll('_', '-')}`;
    return `if the program takes ${taken}, write flag_style: hyphen in the template; otherwise ${COMPARE}`;
  }
  return `${COMPARE}; {{ flags }} passes all parameters on, and flag_style: says how their names are written`;
}

/** Messages of argument parsers: most end with 2. */
export const FLAG_RULES: readonly Rule[] = [
  {
    code: 'usage',
    pattern:
      /^(?<program>[\w./-]+(?: \w+)?): error: (?<what>(?:unrecognized arguments: (?<flags>.+)|(?<missing>the following arguments are required: .+)|.+))/,
    exits: [2],
    says: ({ groups }) => `${groups['program'] ?? ''} does not take its arguments: ${groups['what'] ?? ''}`,
    fix: fixOf,
  },
  {
    code: 'usage',
    pattern:
      /^Error: (?<what>(?:No such option|(?<missing>Missing (?:option|argument))|Invalid value|Got unexpected).+)/,
    exits: [2],
    says: ({ groups }) => `the program does not take its arguments: ${groups['what'] ?? ''}`,
    fix: fixOf,
  },
  {
    code: 'usage',
    pattern: /^(?<what>flag provided but not defined: (?<flags>-\S+))/,
    exits: [2],
    says: ({ groups }) => `the program does not take its arguments: ${groups['what'] ?? ''}`,
    fix: fixOf,
  },
  {
    code: 'usage',
    pattern: /^\s*(?<what>Unknown command line flag '(?<name>[\w-]+)'.*)/,
    says: ({ groups }) => `the program does not take its arguments: ${groups['what'] ?? ''}`,
    fix: (found) => fixOf({ ...found, groups: { ...found.groups, flags: `--${found.groups['name'] ?? ''}` } }),
  },
];

/** Exceptions of programs that are called, or started, in another way than they expect. */
export const CALL_RULES: readonly Rule[] = [
  {
    code: 'usage',
    pattern: /^ValueError: (?<what>Some specified arguments are not used by the HfArgumentParser: (?<flags>\[.+\]))/,
    says: ({ groups }) => `the program does not take its arguments: ${groups['what'] ?? ''}`,
    fix: fixOf,
  },
  {
    code: 'array_index',
    pattern: /^KeyError: '(?<name>SLURM_ARRAY_\w+)'/,
    says: ({ groups }) => `the program reads ${groups['name'] ?? ''}, which sheaf does not pass on`,
    fix: 'make the index a parameter: add task: null to the template, and begin the command with export SLURM_ARRAY_TASK_ID={{ task }}',
  },
];
