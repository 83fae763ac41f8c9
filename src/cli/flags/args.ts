import { inputError, throwProblems, type Problem } from '../../core/errors.ts';
import { findOtherName } from '../../core/settings/other-names.ts';
import { flagOf, RESOURCE_KEYS } from '../../core/settings/reserved.ts';
import { quoteShellWord } from '../../core/text/bash.ts';
import { suggestMeant } from '../../core/text/abbreviation.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { findSplitValues, type WordAfterValue } from './split-values.ts';
import { looksLikeFlag, type Flag, type Positional } from './flags.ts';

/** The parsed arguments of a command line. Values are verbatim. */
export interface Args {
  readonly positionals: readonly string[];
  /** Whether a flag was given. */
  has(flag: string): boolean;
  /** The value of a flag; undefined when it was not given. */
  text(flag: string): string | undefined;
  /** All values of a flag; empty if it was not given. */
  texts(flag: string): readonly string[];
  /** The texts of flags that set a parameter or a reserved key, by its name. */
  readonly keys: { readonly [key: string]: readonly string[] };
  /** A whole number. @throws SheafError `cli.flag.number` */
  count(flag: string, least?: number): number | undefined;
}

/** The flags and arguments that a command accepts. */
export interface Grammar {
  /** As typed: `sweep extend`. */
  readonly command: string;
  readonly flags: readonly Flag[];
  readonly positionals: readonly Positional[];
  /** Why a flag may be unknown in this command. */
  readonly hint?: string;
  /** The query for what `--all` might mean. */
  readonly all?: string | undefined;
  /** Flags that another command has: its name by the flag. */
  readonly moved?: { readonly [flag: string]: string } | undefined;
}

/**
 * Parses arguments strictly: refuses unknown flags, and reports all errors at once.
 *
 * `--flag value`, `--flag=value`, `-f value`, `-fvalue`, `-ab`; `_` may replace `-` inside a flag; after `--` all
 * arguments are positional. An argument that begins with `--` is the value of a flag only when joined to it by `=`.
 *
 * @throws SheafError `cli.flag.moved`, `cli.flag.unknown`, `cli.flag.value`, `cli.flag.twice`, `cli.flag.choice`,
 *   `cli.argument.missing`, `cli.argument.extra`
 */
export function parseArgs(words: readonly string[], grammar: Grammar): Args {
  refuseMoved(words, grammar);
  const given = collect(words, grammar);
  const split = findSplitValues(given.afterValues);
  const misplaced = split.length > 0 ? split : positionalProblems(given, grammar);
  throwProblems([...given.problems, ...choiceProblems(given, grammar), ...misplaced]);
  return {
    positionals: given.positionals,
    has: (flag) => given.values.has(flag),
    text: (flag) => given.values.get(flag)?.[0],
    texts: (flag) => given.values.get(flag) ?? [],
    keys: keysOf(given, grammar),
    count: (flag, least = 1) => countOf(given.values.get(flag)?.[0], flag, least),
  };
}

/** The fix is the whole command line for the command that has the flag. */
function refuseMoved(words: readonly string[], { command, moved = {} }: Grammar): void {
  const end = words.indexOf('--');
  for (const word of words.slice(0, end < 0 ? undefined : end)) {
    const [, name = ''] = /^--([^=]+)/.exec(word) ?? [];
    if (!Object.hasOwn(moved, name)) continue;
    const [, other = '', isArgument] = /^(.*?)( NAME)?$/.exec(moved[name] ?? '') ?? [];
    const others =
      isArgument === undefined
        ? words
        : words.flatMap((each) => (each === `--${name}` ? [] : each.replace(`--${name}=`, '')));
    throw inputError('cli.flag.moved', `sheaf ${command} has no flag --${name}`, {
      why: isArgument === undefined ? `sheaf ${other} has it` : `sheaf ${other} takes a name`,
      fix: `sheaf ${[other, ...others.map(quoteShellWord)].join(' ')}`,
    });
  }
}

/**
 * The value of an argument that is also a flag: `sheaf new baseline` is `sheaf new --template baseline`.
 *
 * @param index its place among the positional arguments
 * @throws SheafError `cli.argument.twice` when both are given and differ
 */
export function readArgument(args: Args, index: number, flag: string): string | undefined {
  const [positional, flagged] = [args.positionals[index], args.text(flag)];
  if (positional !== undefined && flagged !== undefined && positional !== flagged) {
    throw inputError('cli.argument.twice', `--${flag} ${flagged} contradicts the argument ${positional}`, {
      why: `${positional} in this place means --${flag} ${positional}`,
      fix: 'give one of the two',
      now: 'nothing was changed',
    });
  }
  return positional ?? flagged;
}

/** The positional arguments before all flags are known: a flag that is unknown so far takes one word. */
export function findPositionals(words: readonly string[], flags: readonly Flag[]): readonly string[] {
  const unknown = words
    .filter((word) => word.startsWith('--'))
    .map((word) => spellLong(word, flags))
    .filter(({ flag }) => flag === undefined)
    .map(({ name }): Flag => ({ name: name.slice(2), value: 'VALUE', help: '' }));
  return collect(words, { command: '', flags: [...flags, ...unknown], positionals: [] }).positionals;
}

interface Given {
  readonly values: Map<string, string[]>;
  readonly positionals: string[];
  readonly afterValues: WordAfterValue[];
  readonly problems: Problem[];
}

/** One flag as typed: `--name=joined`, or `-n20`. */
interface Spelled {
  readonly name: string;
  readonly flag: Flag | undefined;
  readonly joined?: string;
}

function collect(words: readonly string[], grammar: Grammar): Given {
  const given: Given = { values: new Map(), positionals: [], afterValues: [], problems: [] };
  const queue = [...words];
  let value: Omit<WordAfterValue, 'word'> | undefined;
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      given.positionals.push(...queue.splice(0));
    } else if (isFlag(word)) {
      for (const spelled of spell(word, grammar.flags)) value = takeFlag(spelled, queue, given, grammar);
    } else {
      given.positionals.push(word);
      if (value !== undefined) given.afterValues.push({ ...value, word });
    }
  }
  return given;
}

/** `-1` and `-` are not flags. */
function isFlag(word: string): boolean {
  return /^--?[A-Za-z_]/.test(word);
}

function spell(word: string, flags: readonly Flag[]): Spelled[] {
  if (word.startsWith('--')) return [spellLong(word, flags)];
  return spellShorts(word.slice(1), flags);
}

function spellLong(word: string, flags: readonly Flag[]): Spelled {
  const [, name = '', , joined] = /^--([^=]*)(=([^]*))?$/.exec(word) ?? [];
  return { name: `--${name}`, flag: findFlag(name, flags), ...(joined === undefined ? {} : { joined }) };
}

function findFlag(name: string, flags: readonly Flag[]): Flag | undefined {
  return flags.find((flag) => flag.name === name) ?? flags.find((flag) => flag.name === name.replaceAll('_', '-'));
}

/** `-fn20` is `-f -n 20`: the letters up to the first that takes a value. */
function spellShorts(letters: string, flags: readonly Flag[]): Spelled[] {
  const letter = letters.slice(0, 1);
  const flag = flags.find(({ short }) => short === letter);
  const rest = letters.slice(1);
  if (rest === '') return [{ name: `-${letter}`, flag }];
  if (flag === undefined) return [{ name: `-${letters}`, flag }];
  if (flag.value !== undefined) return [{ name: `-${letter}`, flag, joined: rest.replace(/^=/, '') }];
  return [{ name: `-${letter}`, flag }, ...spellShorts(rest, flags)];
}

/** @returns the flag and its value, if it takes one */
function takeFlag(
  spelled: Spelled,
  queue: string[],
  given: Given,
  grammar: Grammar,
): Omit<WordAfterValue, 'word'> | undefined {
  const { flag, joined } = spelled;
  if (flag === undefined) {
    given.problems.push(unknownFlag(spelled.name, grammar));
    takeWords(queue, grammar);
  } else if (flag.value === undefined) {
    if (joined !== undefined) given.problems.push(noValue(spelled.name, joined));
    given.values.set(flag.name, []);
  } else {
    const texts = joined === undefined ? takeValues(flag, queue, grammar) : [joined];
    if (texts.length === 0) given.problems.push(needsValue(flag, queue[0]));
    addValues(flag, texts, given);
    return { flag, text: texts.join(' ') };
  }
  return undefined;
}

function takeValues(flag: Flag, queue: string[], grammar: Grammar): string[] {
  if (flag.many === 'words') return takeWords(queue, grammar);
  const [next] = queue;
  return next === undefined || looksLikeFlag(next, grammar.flags) ? [] : queue.splice(0, 1);
}

/** The words up to the next flag. */
function takeWords(queue: string[], grammar: Grammar): string[] {
  const end = queue.findIndex((word) => word === '--' || looksLikeFlag(word, grammar.flags));
  return queue.splice(0, end < 0 ? queue.length : end);
}

function addValues(flag: Flag, texts: readonly string[], given: Given): void {
  const before = given.values.get(flag.name);
  if (before !== undefined && flag.many === undefined) given.problems.push(twice(flag, [...before, ...texts]));
  given.values.set(flag.name, [...(before ?? []), ...texts]);
}

function unknownFlag(name: string, grammar: Grammar): Problem {
  const { command, hint } = grammar;
  const program = command === '' ? 'sheaf' : `sheaf ${command}`;
  return {
    code: 'cli.flag.unknown',
    message: `${program} has no flag ${name}`,
    ...(hint === undefined ? {} : { why: hint }),
    fix: adviseUnknown(name, program, grammar),
  };
}

function adviseUnknown(name: string, program: string, { command, flags, all }: Grammar): string {
  const known = flags.map((flag) => `--${flag.name}`);
  const key = name.slice(2).replaceAll('-', '_');
  if (RESOURCE_KEYS.includes(key) && known.includes('--set')) return `write --set ${key}=…`;
  // A value inside a map that is a parameter.
  const [, map] = /^(--[^.]+)\../.exec(name) ?? [];
  if (map !== undefined && known.includes(map) && known.includes('--set')) return `write --set ${name.slice(2)}=…`;
  if (name === '--name' && known.includes('--exp-id')) return 'write --exp-id: the name of an experiment is its id';
  if (name === '--all' && all !== undefined) return `sheaf ${command} --where ${quoteShellWord(all)}`;
  const meant = findOtherName(key)?.instead;
  if (meant !== undefined && known.includes('--num-gpus'))
    return known.includes(flagOf(meant)) ? `did you mean ${flagOf(meant)}?` : `sheaf calls it ${meant}`;
  return suggestMeant(name.replaceAll('_', '-'), known, `${program} --help lists its flags`);
}

function noValue(name: string, joined: string): Problem {
  return {
    code: 'cli.flag.value',
    message: `${name} takes no value, but got ${JSON.stringify(joined)}`,
    fix: `write ${name}`,
  };
}

function needsValue(flag: Flag, next: string | undefined): Problem {
  const joined =
    next === undefined ? {} : { fix: `if ${JSON.stringify(next)} is the value, write --${flag.name}=${next}` };
  return {
    code: 'cli.flag.value',
    message: `--${flag.name} needs a value: --${flag.name} ${flag.value ?? ''}`,
    ...joined,
  };
}

function twice(flag: Flag, texts: readonly string[]): Problem {
  return {
    code: 'cli.flag.twice',
    message: `--${flag.name} is given more than once: ${texts.join(', ')}`,
    fix: 'give it once',
  };
}

function choiceProblems({ values }: Given, { flags }: Grammar): Problem[] {
  return flags.flatMap(({ name, choices }) => {
    if (choices === undefined) return [];
    const bad = (values.get(name) ?? []).filter((text) => !choices.includes(text));
    return bad.map((text) => ({
      code: 'cli.flag.choice',
      message: `--${name} cannot be ${JSON.stringify(text)}`,
      why: `it must be one of ${choices.join(', ')}`,
      fix: suggestName(text, choices, 'use one of these'),
    }));
  });
}

function positionalProblems({ positionals }: Given, { command, positionals: wanted }: Grammar): Problem[] {
  const least = wanted.reduce((sum, { min = 1 }) => sum + min, 0);
  const most = wanted.reduce((sum, { max = 1 }) => sum + max, 0);
  const usage = ['sheaf', command, ...wanted.map(positionalUsage)].join(' ');
  if (positionals.length < least) {
    return [
      {
        code: 'cli.argument.missing',
        message: `sheaf ${command} needs ${missingName(positionals.length, wanted)}`,
        fix: usage,
      },
    ];
  }
  const extra = positionals[most];
  if (extra === undefined) return [];
  return [
    {
      code: 'cli.argument.extra',
      message: `unexpected argument ${JSON.stringify(extra)}`,
      fix: `${most === 0 ? `${usage} takes flags only, see sheaf ${command} --help` : usage}; quote values that have spaces`,
    },
  ];
}

function missingName(given: number, wanted: readonly Positional[]): string {
  let before = 0;
  for (const { name, min = 1 } of wanted) {
    before += min;
    if (given < before) return name;
  }
  return '';
}

/** `ID`, `ID…`, `[ID…]`; the example, if there is one. */
export function positionalUsage({ name, min = 1, max = 1, example }: Positional): string {
  if (example !== undefined) return quoteShellWord(example);
  const text = max > 1 ? `${name}…` : name;
  return min === 0 ? `[${text}]` : text;
}

function keysOf({ values }: Given, { flags }: Grammar): { [key: string]: readonly string[] } {
  return Object.fromEntries(
    flags.flatMap(({ name, key }) => {
      const texts = values.get(name);
      return key === undefined || texts === undefined ? [] : [[key, texts]];
    }),
  );
}

function countOf(text: string | undefined, flag: string, least: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw inputError('cli.flag.number', `--${flag} cannot be ${JSON.stringify(text)}`, {
    fix: `use a whole number of at least ${least}`,
  });
}
