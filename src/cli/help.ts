import { paint } from '../app/index.ts';
import { positionalUsage } from './flags/args.ts';
import type { Command, Example, DynamicFlags } from './shell/command.ts';
import { GLOBAL_FLAGS, type Flag } from './flags/flags.ts';
import { COMMANDS, GROUPS, type CommandEntry } from './registry.ts';
import type { Screen } from './shell/terminal.ts';
import { wrapHanging, wrap } from './shell/words.ts';

/** Help has 80 columns, regardless of the terminal. */
const WIDTH = 80;
const INDENT = 2;
/** Wider flags have their text on the next line. */
const WIDEST_LABEL = 26;
const WIDEST_EXAMPLE = 46;
const WIDEST_EVERYDAY = 40;
const WIDEST_GROUP = Math.max(...GROUPS.map(({ length }) => length));

/** The commands of every day, in the order of use. */
export const EVERYDAY: readonly (readonly [command: string, line: string, does: string])[] = [
  ['init', 'sheaf init my_project', 'Create a project'],
  ['run', 'sheaf run baseline', 'Run an experiment, up to its result'],
  ['sweep', 'sheaf sweep baseline --grid seed=1,2,3', 'Create many; --submit runs them'],
  ['status', 'sheaf status --watch', 'Follow what is queued and running'],
  ['logs', 'sheaf logs ID -f', 'Follow the output of a run'],
  ['list', 'sheaf list', 'List experiments and their results'],
  ['show', 'sheaf show ID', 'Show everything about one of them'],
  ['export', 'sheaf export table.csv', 'Write the table to a file'],
];

/** The help of all commands, on one screen: those of every day first, then the others by group. */
export function overview(screen: Screen): string {
  const isEveryday = ({ name }: CommandEntry): boolean => EVERYDAY.some(([command]) => command === name);
  const groups = GROUPS.map((group) => {
    const rows = COMMANDS.filter((entry) => entry.group === group && !isEveryday(entry)).map(
      ({ name, summary }, i) =>
        `${paint((i === 0 ? group : '').padEnd(WIDEST_GROUP + 2), 'aside', screen.color)}${name.padEnd(12)}${summary}`,
    );
    return rows.join('\n');
  });
  return [
    paint('sheaf: experiments from template to table', 'title', screen.color),
    '',
    ...EVERYDAY.map(([, line, does]) => `  ${line.padEnd(WIDEST_EVERYDAY)}  ${does}`),
    '',
    ...groups,
    '',
    'sheaf COMMAND --help shows examples and flags of a command; sheaf help flags',
    'shows the flags of every command.',
    '',
  ].join('\n');
}

/** The flags of every command, which the help of a command names in one line. */
export function globalFlagsHelp(screen: Screen): string {
  return [paint('Flags of every command', 'title', screen.color), ...GLOBAL_FLAGS.map(flagRow), ''].join('\n');
}

/** One line of at most 80 columns. */
const GLOBAL_LINE = `On every command: ${GLOBAL_FLAGS.filter(({ name }) => name !== 'no-color')
  .map(({ name, short }) => (short === undefined ? `--${name}` : `-${short}`))
  .join(' ')} (sheaf help flags)`;

/** The help of one command: examples first. */
export function commandHelp(command: Command, learned: DynamicFlags | undefined, screen: Screen): string {
  const heading = (text: string): string => paint(text, 'title', screen.color);
  const verbs = Object.values(command.verbs ?? {});
  return [
    heading('Examples'),
    ...command.examples.flatMap(exampleLines),
    '',
    heading(usage(command)),
    ...wrap(`${command.summary}.`, WIDTH - INDENT).map((line) => `  ${line}`),
    ...(verbs.length === 0 ? [] : ['', heading('Commands'), ...verbs.map((verb) => row(usage(verb), verb.summary))]),
    ...flagSections([...(command.flags ?? []), ...(learned?.flags ?? [])], heading),
    '',
    GLOBAL_LINE,
    ...[...(learned?.notes ?? []), ...(command.notes ?? [])].flatMap((note) => ['', ...wrap(note, WIDTH)]),
    ...(command.table === undefined ? [] : ['', heading(command.table.title), ...command.table.lines]),
    '',
  ].join('\n');
}

function exampleLines([line, does]: Example): string[] {
  const [first = '', ...rest] = commandLines(line);
  const besides =
    rest.length === 0 &&
    line.length <= WIDEST_EXAMPLE &&
    does !== undefined &&
    does.length <= WIDTH - WIDEST_EXAMPLE - 4;
  if (besides) return [`  ${line.padEnd(WIDEST_EXAMPLE)}  ${does}`];
  return [`  ${first}`, ...rest.map((more) => `      ${more}`), ...(does === undefined ? [] : [`      # ${does}`])];
}

/** A command over several lines, continued as in a shell; broken before flags. */
function commandLines(line: string): string[] {
  const lines: string[] = [];
  for (const part of line.split(/ (?=--)/)) {
    const last = lines.at(-1);
    const joined = `${last ?? ''} ${part}`;
    if (last === undefined || joined.length > WIDTH - 8) lines.push(part);
    else lines.splice(-1, 1, joined);
  }
  return lines.map((text, i) => (i === lines.length - 1 ? text : `${text} \\`));
}

export function usage({ name, positionals = [] }: Command): string {
  return ['sheaf', name, ...positionals.map(positionalUsage), '[flags]'].join(' ');
}

function flagSections(flags: readonly Flag[], heading: (text: string) => string): string[] {
  const sections = Map.groupBy(flags, (flag) => flag.heading ?? 'Flags');
  return [...sections].flatMap(([title, members]) => ['', heading(title), ...members.map(flagRow)]);
}

function flagRow(flag: Flag): string {
  const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
  return row(`${short}--${flag.name}${valueUsage(flag)}`, flag.help);
}

function valueUsage({ value, many }: Flag): string {
  if (value === undefined) return '';
  return many === 'words' ? ` ${value}…` : ` ${value}`;
}

function row(label: string, text: string): string {
  const indent = ' '.repeat(INDENT + WIDEST_LABEL + 2);
  const [first = '', ...rest] = wrapHanging(text, WIDTH, indent);
  const head = label.length > WIDEST_LABEL ? `  ${label}\n${indent}` : `  ${label.padEnd(WIDEST_LABEL + 2)}`;
  return [head + first, ...rest].join('\n').trimEnd();
}
