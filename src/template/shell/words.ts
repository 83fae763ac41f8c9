import type { WordsRole } from './quote.ts';
import { findCodeReader } from './code-readers.ts';
import type { CommandState, ScriptCursor, Word } from './cursor.ts';
import { skipSpace } from './lines.ts';

export function makeWord(command: CommandState, role: Word['role']): Word {
  return { command, role, literal: '', plain: true, assigns: false };
}

const ENDS_WORD = ' \t\n;&|<>()';
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*(?:\[\])?\+?$/;

/** Reads one word to its end. */
export function scanWord(cursor: ScriptCursor, word: Word): Word {
  const start = cursor.at;
  let afterName = false;
  while (!cursor.done) {
    if (cursor.isMark) {
      putBare(cursor, word, cursor.at === start, afterName);
      afterName = false;
      word.plain = false;
      continue;
    }
    const char = cursor.char;
    if (char === '(' && !opensGroup(cursor, word)) break;
    if (char !== '(' && ENDS_WORD.includes(char)) break;
    afterName = scanPart(cursor, word, char, cursor.at === start);
  }
  return word;
}

/** One quoted part, expansion or character. @returns whether it was `$name` */
function scanPart(cursor: ScriptCursor, word: Word, char: string, first: boolean): boolean {
  switch (char) {
    case '\\':
      if (cursor.text[cursor.at + 1] === '\n') {
        // Bash joins the lines before anything else, so that `$na\⏎me` is one name.
        cursor.at += 2;
        return false;
      }
      word.plain = false;
      word.literal += cursor.text[cursor.at + 1] ?? '';
      cursor.escape();
      return false;
    case "'":
      scanSingle(cursor, word);
      return false;
    case '"':
      scanDouble(cursor, word);
      return false;
    case '`':
      word.plain = false;
      scanBackticks(cursor);
      return false;
    case '$':
      word.plain = false;
      return scanDollar(cursor, word, false);
    case '(':
      scanGroup(cursor, word);
      return false;
    case '[':
      if (isSubscript(word, first)) {
        scanSubscript(cursor);
        word.literal += '[]';
        return false;
      }
      break;
    case '=':
      if (word.plain && ASSIGNMENT.test(word.literal)) word.assigns = true;
      break;
  }
  word.literal += char;
  cursor.at += 1;
  return false;
}

function putBare(cursor: ScriptCursor, word: Word, wordStart: boolean, afterName: boolean): void {
  const reader = findCodeReader(word);
  if (reader !== undefined) return cursor.refuse(reader);
  const before = cursor.text[cursor.at - 1] ?? ' ';
  const after = cursor.text[cursor.at + 1] ?? '\n';
  const endsHere = ' \t\n;|&)'.includes(after) && !cursor.sees(`${cursor.char}&>`);
  const beginsHere = wordStart || (before === '=' && word.literal.endsWith('='));
  cursor.put({
    kind: 'bare',
    mayBePlain: beginsHere && endsHere && !afterName && word.role !== 'condition',
    takes: wordStart && endsHere ? rolesIn(word) : [],
  });
}

function rolesIn({ role, command }: Word): WordsRole[] {
  if (role === 'array') return ['arguments'];
  if (role !== 'argument') return [];
  if (command.position === 'args') return ['arguments', 'program'];
  return command.position === 'start' ? ['program', 'script'] : ['program'];
}

function scanSingle(cursor: ScriptCursor, word: Word): void {
  const opened = cursor.at;
  word.plain = false;
  cursor.at += 1;
  cursor.until("'", "'", opened, () => {
    if (cursor.isMark) return putQuoted(cursor, word, { kind: 'single' });
    word.literal += cursor.char;
    cursor.at += 1;
  });
}

function scanDouble(cursor: ScriptCursor, word: Word): void {
  const opened = cursor.at;
  let afterName = false;
  word.plain = false;
  cursor.at += 1;
  cursor.until('"', '"', opened, () => {
    if (cursor.isMark) {
      putQuoted(cursor, word, { kind: 'double', afterName });
      afterName = false;
    } else {
      afterName = scanInDouble(cursor, word);
    }
  });
}

function scanInDouble(cursor: ScriptCursor, word: Word): boolean {
  switch (cursor.char) {
    case '\\':
      word.literal += cursor.text[cursor.at + 1] ?? '';
      cursor.escape();
      return false;
    case '`':
      scanBackticks(cursor);
      return false;
    case '$':
      return scanDollar(cursor, word, true);
    default:
      word.literal += cursor.char;
      cursor.at += 1;
      return false;
  }
}

function putQuoted(
  cursor: ScriptCursor,
  word: Word,
  place: { kind: 'single' } | { kind: 'double'; afterName: boolean },
): void {
  const reader = findCodeReader(word);
  if (reader === undefined) cursor.put(place);
  else cursor.refuse(reader);
}

function scanBackticks(cursor: ScriptCursor): void {
  const opened = cursor.at;
  cursor.at += 1;
  cursor.forbid('inside `…`', () => {
    cursor.until('`', '`', opened, () => {
      if (cursor.isMark) cursor.refuse('inside `…`');
      else if (cursor.char === '\\') cursor.escape();
      else cursor.at += 1;
    });
  });
}

const SPECIAL_PARAMETERS = '@*#?-$!0123456789';

/** What begins with `$`. @returns whether it was `$name` */
function scanDollar(cursor: ScriptCursor, word: Word, inDouble: boolean): boolean {
  const opened = cursor.at;
  cursor.expansions.push(opened);
  cursor.at += 1;
  while (cursor.sees('\\\n')) cursor.at += 2;
  if (cursor.isMark) {
    cursor.refuse('directly after "$"');
  } else if (cursor.sees('((')) {
    cursor.at += 2;
    scanArithmetic(cursor, opened);
  } else if (cursor.sees('(')) {
    scanSubstitution(cursor, opened);
  } else if (cursor.sees('{')) {
    scanBraces(cursor, word, opened, inDouble);
  } else if (cursor.sees('[')) {
    cursor.forbid('in arithmetic', () => scanSubscript(cursor));
  } else if (cursor.sees("'") && !inDouble) {
    scanAnsi(cursor);
  } else if (/[A-Za-z_]/.test(cursor.char)) {
    word.literal += `$${variableName(cursor)}`;
    return true;
  } else if (!cursor.done && SPECIAL_PARAMETERS.includes(cursor.char)) {
    cursor.at += 1;
  }
  // `$"` and a lone `$` need nothing more: a quote is read next.
  return false;
}

function variableName(cursor: ScriptCursor): string {
  let name = '';
  for (;;) {
    if (cursor.sees('\\\n')) cursor.at += 2;
    else if (!cursor.isMark && /[A-Za-z0-9_]/.test(cursor.char)) {
      name += cursor.char;
      cursor.at += 1;
    } else return name;
  }
}

/** `$( … )`, also `<( … )` and `>( … )`: commands of their own. The cursor is at the bracket. */
export function scanSubstitution(cursor: ScriptCursor, opened: number): void {
  const waiting = cursor.hereDocuments.length;
  cursor.at += 1;
  cursor.substitutions += 1;
  if (cursor.readCommands(')') !== ')') cursor.unclosed ??= { offset: opened, what: '(' };
  cursor.substitutions -= 1;
  // Versions of bash differ on where such a document's text is.
  if (cursor.hereDocuments.length > waiting) cursor.lose('a here-document that begins inside $( … )');
}

/** `(( … ))` and `$(( … ))`. The cursor is behind the opening brackets. */
export function scanArithmetic(cursor: ScriptCursor, opened: number): void {
  let depth = 0;
  cursor.forbid('in arithmetic', () => {
    while (!cursor.done) {
      if (depth === 0 && cursor.sees('))')) {
        cursor.at += 2;
        return;
      }
      if (depth === 0 && cursor.sees(')')) {
        cursor.at += 1;
        return cursor.lose('"((" that is not closed by "))"');
      }
      if (cursor.sees('(')) depth += 1;
      if (cursor.sees(')')) depth -= 1;
      scanOpaque(cursor, false);
    }
    cursor.unclosed ??= { offset: opened, what: '((' };
  });
}

/** `[ … ]` behind a name, or old arithmetic. The cursor is at the bracket. */
function scanSubscript(cursor: ScriptCursor): void {
  const opened = cursor.at;
  let depth = 0;
  cursor.at += 1;
  cursor.forbid('in the subscript of an array', () => {
    while (!cursor.done && cursor.char !== '\n') {
      if (depth === 0 && cursor.sees(']')) {
        cursor.at += 1;
        return;
      }
      if (cursor.sees('[')) depth += 1;
      if (cursor.sees(']')) depth -= 1;
      scanOpaque(cursor, false);
    }
    if (cursor.done) cursor.unclosed ??= { offset: opened, what: '[' };
    else cursor.lose('"[" that is not closed on its line');
  });
}

/** `${ … }`. The cursor is at the brace. */
function scanBraces(cursor: ScriptCursor, word: Word, opened: number, inDouble: boolean): void {
  cursor.at += 1;
  word.literal += '${}';
  cursor.forbid('inside ${ … }', () => {
    cursor.until('}', '${', opened, () => {
      // Whether this quote is one depends on the version and mode of bash.
      if (inDouble && cursor.sees("'")) cursor.lose('a single quote inside "${ … }"');
      scanOpaque(cursor, inDouble);
    });
  });
}

/** `$'…'`. The cursor is at the quote. */
function scanAnsi(cursor: ScriptCursor): void {
  const opened = cursor.at;
  cursor.at += 1;
  cursor.forbid("inside $'…'", () => {
    cursor.until("'", "$'", opened, () => {
      if (cursor.isMark) cursor.refuse("inside $'…'");
      else if (cursor.char === '\\') cursor.escape();
      else cursor.at += 1;
    });
  });
}

/** One step through text in which no value is allowed, but brackets may be quoted. */
function scanOpaque(cursor: ScriptCursor, inDouble: boolean): void {
  const word = makeWord({ position: 'args', words: [] }, 'other');
  if (cursor.isMark) cursor.refuse('here');
  else if (cursor.char === '\\') cursor.escape();
  else if (cursor.char === "'") scanSingle(cursor, word);
  else if (cursor.char === '"') scanDouble(cursor, word);
  else if (cursor.char === '`') scanBackticks(cursor);
  else if (cursor.char === '$') scanDollar(cursor, word, inDouble);
  else cursor.at += 1;
}

function isSubscript(word: Word, first: boolean): boolean {
  if (word.role === 'array') return first;
  return word.plain && word.command.position !== 'args' && NAME.test(word.literal);
}

/** Whether `(` goes on with the word: `name=(…)`, or a pattern such as `@(a|b)`. */
function opensGroup(cursor: ScriptCursor, word: Word): boolean {
  return (word.assigns && word.literal.endsWith('=')) || '?*+@!'.includes(cursor.text[cursor.at - 1] ?? ' ');
}

function scanGroup(cursor: ScriptCursor, word: Word): void {
  const opened = cursor.at;
  cursor.at += 1;
  if (word.assigns && word.literal.endsWith('=')) {
    if (cursor.substitutions === 0) return scanArray(cursor, word, opened);
    // Bash 5.2 reads the quotes of such an array wrongly: `$(a=('x'\''y'))` is a syntax error.
    return cursor.forbid('in an array inside $( … )', () => scanArray(cursor, word, opened));
  }
  word.plain = false;
  cursor.forbid('in a pattern', () => {
    let depth = 1;
    while (!cursor.done && depth > 0) {
      if (cursor.sees('(')) depth += 1;
      if (cursor.sees(')')) depth -= 1;
      scanOpaque(cursor, false);
    }
    if (depth > 0) cursor.unclosed ??= { offset: opened, what: '(' };
  });
}

function scanArray(cursor: ScriptCursor, word: Word, opened: number): void {
  word.plain = false;
  for (;;) {
    skipSpace(cursor);
    if (cursor.done) {
      cursor.unclosed ??= { offset: opened, what: '(' };
      return;
    }
    if (cursor.sees(')')) {
      cursor.at += 1;
      return;
    }
    const before = cursor.at;
    scanWord(cursor, makeWord(word.command, 'array'));
    if (cursor.at === before) {
      cursor.lose('an operator inside an array');
      cursor.at += 1;
    }
  }
}
