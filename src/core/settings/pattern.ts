import { inputError, type SourcePlace, type SheafError } from '../errors.ts';

/**
 * Compiles the pattern of a log rule. It is written as for JavaScript or Python: `(?<value>…)` and
 * `(?P<value>…)`, a prefix such as `(?i)`, `\A` and `\Z` mean what they mean in Python. It is tried on
 * one line at a time.
 *
 * @param at where the pattern is written, for the message
 * @throws SheafError `harvest.pattern.syntax` when it is no regular expression, with the position in it;
 *   `harvest.pattern.group` when it has no group that could name a value
 */
export function compilePattern(text: string, at?: SourcePlace): RegExp {
  const { flags, body, start } = splitFlags(text, at);
  const translation = translate(body, (index, why, fix) => syntaxError(text, start + index, why, fix, at));
  const { pattern, groups } = compile(translation, flags, text, at);
  checkGroups(groups, translation, text, at);
  return pattern;
}

/** What a match names: the group `value`, else the first one that is not `step`. Undefined when that group took no part. */
export function getCapturedText(match: RegExpExecArray): string | undefined {
  const { groups } = match;
  if (groups && Object.hasOwn(groups, 'value')) return groups['value'];
  // Where the first two have the same text it does not matter which of them is `step`.
  return groups && Object.hasOwn(groups, 'step') && groups['step'] === match[1] ? match[2] : match[1];
}

/** The step of a match, when the pattern has a group for it that took part. */
export function stepText(match: RegExpExecArray): string | undefined {
  const { groups } = match;
  return groups && Object.hasOwn(groups, 'step') ? groups['step'] : undefined;
}

/** A pattern that a text alone fits. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}/]/g, '\\$&');
}

type Refuse = (index: number, why: string, fix: string) => SheafError;

interface Translation {
  readonly source: string;
  readonly names: ReadonlySet<string>;
  /** Groups that are referred to, by number or name. */
  readonly references: readonly (number | string)[];
}

function syntaxError(text: string, index: number, why: string, fix: string, at: SourcePlace | undefined): SheafError {
  return inputError('harvest.pattern.syntax', `the pattern ${text} cannot be used: ${why}`, {
    ...(at && { at }),
    why: `character ${index + 1}: ${text.slice(index, index + 20)}`,
    fix,
  });
}

/** A prefix `(?im)` becomes flags; `(?a)` and `(?u)` choose between alphabets in Python and change nothing here. */
function splitFlags(text: string, at: SourcePlace | undefined): { flags: string; body: string; start: number } {
  const prefix = /^\(\?([A-Za-z]+)\)/.exec(text);
  if (!prefix) return { flags: '', body: text, start: 0 };
  const letters = prefix[1] ?? '';
  const unknown = /[^aimsu]/.exec(letters);
  if (unknown) {
    throw syntaxError(text, 2 + unknown.index, `there is no flag "${unknown[0]}" here`, 'use only i, m and s', at);
  }
  const flags = [...new Set(letters)].filter((letter) => 'ims'.includes(letter)).join('');
  return { flags, body: text.slice(prefix[0].length), start: prefix[0].length };
}

const CLOSE_GROUP = 'close it with ")", or write "\\(" for the character itself';
const ESCAPE_QUANTIFIER = 'put what is to be repeated before it, or a "\\" for the character itself';

/** What can be repeated: nothing yet, one thing, or a thing that is repeated already. */
type Before = 'nothing' | 'atom' | 'repeated';

/** Turns Python's spelling into JavaScript's and refuses what JavaScript would silently read otherwise. */
function translate(body: string, refuse: Refuse): Translation {
  const names = new Set<string>();
  const references: (number | string)[] = [];
  const open: number[] = [];
  let source = '';
  let before: Before = 'nothing';

  for (let i = 0; i < body.length;) {
    const token = tokenAt(body, i);
    switch (token.kind) {
      case 'escape': {
        if (token.reference !== undefined) references.push(token.reference);
        source += translateEscape(token.text, i, refuse);
        before = /^\\[bBAZz]$/.test(token.text) ? 'nothing' : 'atom';
        break;
      }
      case 'class':
        source += translateClass(token.text, i, refuse);
        before = 'atom';
        break;
      case 'open':
        if (token.name !== undefined) names.add(token.name);
        open.push(i);
        source += token.text.replace('(?P<', '(?<');
        before = 'nothing';
        break;
      case 'unknown group':
        throw refuse(i, `"${body.slice(i, i + 3)}" opens no kind of group that is known here`, 'write "(" or "(?:"');
      case 'close':
        if (open.pop() === undefined)
          throw refuse(i, 'this ")" closes nothing', 'write "\\)" for the character itself');
        source += ')';
        before = 'atom';
        break;
      case 'repeat':
        if (before === 'nothing')
          throw refuse(i, `there is nothing to repeat before "${token.text}"`, ESCAPE_QUANTIFIER);
        if (before === 'repeated') throw refuse(i, 'what is repeated already cannot be repeated again', 'remove it');
        source += token.text.replace('{,', '{0,');
        before = 'repeated';
        break;
      case 'other':
        source += token.text;
        before = '^$|'.includes(token.text) ? 'nothing' : 'atom';
        break;
    }
    i += token.text.length;
  }
  const unclosed = open.pop();
  if (unclosed !== undefined) throw refuse(unclosed, 'this group is never closed', CLOSE_GROUP);
  return { source, names, references };
}

type Token =
  | { readonly kind: 'class' | 'unknown group' | 'close' | 'repeat' | 'other'; readonly text: string }
  | { readonly kind: 'escape'; readonly text: string; readonly reference?: number | string }
  | { readonly kind: 'open'; readonly text: string; readonly name?: string };

const ESCAPE = /\\(?:k<(\w+)>|([1-9]\d?)|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[^]?)/y;
const PYTHON_REFERENCE = /\(\?P=(\w+)\)/y;
const CLASS = /\[\^?\]?(?:\\[^]|[^\]\\])*(?:\]|$)/y;
const GROUP = /\((?:\?(?:P?<([A-Za-z_]\w*)>|<?[=!]|[a-z-]*:)|(?!\?))/y;
const REPEAT = /(?:[*+?]|\{(?:\d+(?:,\d*)?|,\d+)\})\??/y;

const SINGLE: Readonly<Record<string, 'close' | 'unknown group'>> = { ')': 'close', '(': 'unknown group' };

function tokenAt(body: string, index: number): Token {
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = index;
    return pattern.exec(body);
  };
  const escape = take(ESCAPE) ?? take(PYTHON_REFERENCE);
  if (escape) {
    const reference = escape[1] ?? (escape[2] === undefined ? undefined : Number(escape[2]));
    return { kind: 'escape', text: escape[0], ...(reference !== undefined && { reference }) };
  }
  const set = take(CLASS);
  if (set) return { kind: 'class', text: set[0] };
  const group = take(GROUP);
  if (group) return { kind: 'open', text: group[0], ...(group[1] !== undefined && { name: group[1] }) };
  const repeat = take(REPEAT);
  if (repeat) return { kind: 'repeat', text: repeat[0] };
  const char = body[index] ?? '';
  return { kind: SINGLE[char] ?? 'other', text: char };
}

const PYTHON_ESCAPES: Readonly<Record<string, string>> = { '\\A': '^', '\\Z': '$', '\\z': '$', '\\a': '\\x07' };

function translateEscape(escape: string, index: number, refuse: Refuse): string {
  if (escape.startsWith('(?P=')) return `\\k<${escape.slice(4, -1)}>`;
  if (escape === '\\') throw refuse(index, 'it ends in a single "\\"', 'write "\\\\" for the character itself');
  if (escape === '\\n') {
    throw refuse(index, 'lines are matched one by one, so "\\n" never matches', 'match within one line');
  }
  if (Object.hasOwn(PYTHON_ESCAPES, escape)) return PYTHON_ESCAPES[escape] ?? '';
  checkEscape(escape, index, refuse);
  return escape;
}

/** JavaScript takes an unknown `\h` for the letter h; that would silently be a wrong answer. */
function checkEscape(escape: string, index: number, refuse: Refuse): void {
  if (/^\\[A-Za-z]$/.test(escape) && !/^\\[bBdDsSwWnrtfv]$/.test(escape)) {
    throw refuse(index, `"${escape}" has no meaning`, `write "${escape.slice(1)}" for the letter itself`);
  }
}

function translateClass(set: string, index: number, refuse: Refuse): string {
  const [, opening = '', content = ''] = /^(\[\^?)([^]*)$/.exec(set) ?? [];
  if (!/^\]?(?:\\[^]|[^\]\\])*\]$/.test(content)) {
    throw refuse(index, 'this "[" is never closed', 'close it with "]", or write "\\[" for the character itself');
  }
  if (/^\[:\w+:/.test(content))
    throw refuse(index, 'sets such as [:digit:] are not known here', 'write \\d, \\w or \\s');
  for (const escape of content.matchAll(/\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[^])/g)) {
    checkEscape(escape[0], index + opening.length + escape.index, refuse);
  }
  // A "]" that comes first stands for itself in Python; in JavaScript it would close an empty set.
  return opening + (content.startsWith(']') ? `\\${content}` : content);
}

function compile(
  { source }: Translation,
  flags: string,
  text: string,
  at: SourcePlace | undefined,
): { pattern: RegExp; groups: number } {
  try {
    const pattern = new RegExp(source, flags);
    // An empty alternative always matches, so the match has the number of groups.
    const groups = (new RegExp(`${source}|`, flags).exec('')?.length ?? 1) - 1;
    return { pattern, groups };
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^Invalid regular expression: \/[^]*\/\w*: /, '') : '';
    throw inputError('harvest.pattern.syntax', `the pattern ${text} cannot be used: ${said}`, {
      ...(at && { at }),
      fix: 'fix it; a "\\" before a character makes it stand for itself',
    });
  }
}

function checkGroups(
  groups: number,
  { names, references }: Translation,
  text: string,
  at: SourcePlace | undefined,
): void {
  const lost = references.find((name) => (typeof name === 'number' ? name > groups : !names.has(name)));
  if (lost !== undefined) {
    throw inputError('harvest.pattern.syntax', `the pattern ${text} refers to a group ${lost} that it does not have`, {
      ...(at && { at }),
      fix: 'refer to a group that comes before, or remove the reference',
    });
  }
  if (groups === (names.has('step') ? 1 : 0)) {
    throw inputError('harvest.pattern.group', `the pattern ${text} has no group, so it names no value`, {
      ...(at && { at }),
      fix: 'put what is to be read in parentheses: val_acc: (\\S+)',
    });
  }
}
