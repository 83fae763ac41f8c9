import type { Closer, CommandState, ScriptCursor, Ending, Word } from './cursor.ts';
import { endLine, scanComment, skipBlanks, skipSpace } from './lines.ts';
import { makeWord, scanArithmetic, scanSubstitution, scanWord } from './words.ts';

/** Keywords after which a command begins. */
const BEFORE_COMMAND = new Set(['if', 'then', 'elif', 'else', 'do', 'while', 'until', '!', '{', 'time', 'coproc']);
/** Keywords that end something; only redirections and operators can follow. */
const AFTER_COMMAND = new Set(['}', 'fi', 'done', 'esac']);

function newCommand(): CommandState {
  return { position: 'start', words: [] };
}

/** Reads commands to the end of the text, or to what closes them. */
export function scanCommands(cursor: ScriptCursor, closer: Closer): Ending {
  let command = newCommand();
  for (;;) {
    skipBlanks(cursor);
    if (cursor.done) return 'end';
    if (!cursor.isMark) {
      if (cursor.sees('\n')) {
        endLine(cursor);
        command = newCommand();
        continue;
      }
      if (cursor.sees('#')) {
        scanComment(cursor);
        continue;
      }
      if (cursor.sees(')')) {
        cursor.at += 1;
        if (closer === ')') return ')';
        cursor.lose('a ")" that nothing opened');
        continue;
      }
      if (cursor.sees(';;') || cursor.sees(';&')) {
        cursor.at += cursor.sees(';;&') ? 3 : 2;
        if (closer === 'case') return ';;';
        cursor.lose('";;" outside of "case"');
        continue;
      }
      if (scanOperator(cursor)) {
        command = newCommand();
        continue;
      }
      if (cursor.sees('(')) {
        scanBracket(cursor, command);
        command = newCommand();
        continue;
      }
      if (scanRedirection(cursor, command)) continue;
    }
    const word = scanWord(cursor, makeWord(command, 'argument'));
    const ended = afterWord(cursor, word);
    if (ended === 'esac' && closer === 'case') return 'esac';
    if (ended === 'begin') command = newCommand();
  }
}

/** `;`, `&`, `&&`, `|`, `||`, `|&`. */
function scanOperator(cursor: ScriptCursor): boolean {
  if (cursor.sees('&>')) return false;
  const operator = ['&&', '||', '|&', ';', '&', '|'].find((text) => cursor.sees(text));
  cursor.at += operator?.length ?? 0;
  return operator !== undefined;
}

/** A subshell, `name()`, or arithmetic. */
function scanBracket(cursor: ScriptCursor, command: CommandState): void {
  const opened = cursor.at;
  if (command.position === 'start' && cursor.sees('((')) {
    cursor.at += 2;
    scanArithmetic(cursor, opened);
  } else {
    cursor.at += 1;
    if (scanCommands(cursor, ')') !== ')') cursor.unclosed ??= { offset: opened, what: '(' };
  }
}

/** A redirection with its target. */
export function scanRedirection(cursor: ScriptCursor, command: CommandState): boolean {
  if (scanProcess(cursor)) {
    if (command.position !== 'args') cursor.lose('<( … ) in place of a command');
    command.words.push('<()');
    command.position = 'args';
    return true;
  }
  const operator = ['<<<', '<<-', '<<', '&>>', '&>', '>>', '>&', '<&', '<>', '>|', '<', '>'].find((text) =>
    cursor.sees(text),
  );
  if (operator === undefined) return false;
  cursor.at += operator.length;
  skipBlanks(cursor);
  if (operator.startsWith('<<') && operator !== '<<<') scanHereDocument(cursor, operator === '<<-');
  else if (!scanProcess(cursor)) scanTarget(cursor, command, operator);
  if (command.position === 'start') command.position = 'prefix';
  return true;
}

function scanTarget(cursor: ScriptCursor, command: CommandState, operator: string): void {
  const scan = (): void => void scanWord(cursor, makeWord(command, 'redirect'));
  // Bash expands this word twice, so that quotes do not protect it.
  if (operator === '>&' || operator === '<&') cursor.forbid(`behind "${operator}"`, scan);
  else scan();
}

/** `<( … )` or `>( … )`. */
function scanProcess(cursor: ScriptCursor): boolean {
  if (!cursor.sees('<(') && !cursor.sees('>(')) return false;
  const opened = cursor.at;
  cursor.at += 1;
  scanSubstitution(cursor, opened);
  return true;
}

function scanHereDocument(cursor: ScriptCursor, stripTabs: boolean): void {
  const start = cursor.at;
  const word = makeWord({ position: 'args', words: [] }, 'other');
  cursor.forbid('in the end mark of a here-document', () => void scanWord(cursor, word));
  const quoted = /['"\\]/.test(cursor.text.slice(start, cursor.at));
  cursor.hereDocuments.push({ end: word.literal, stripTabs, quoted });
}

/** What a finished word means for what follows. `begin`: a command begins. */
function afterWord(cursor: ScriptCursor, word: Word): 'begin' | 'esac' | undefined {
  const { command, literal, plain } = word;
  if (command.position === 'start' && plain) {
    if (BEFORE_COMMAND.has(literal)) return undefined;
    if (literal === 'case') scanCase(cursor);
    else if (literal === '[[') scanCondition(cursor, command);
    else if (literal === 'for' || literal === 'select') scanFor(cursor);
    if (literal === 'esac') return 'esac';
    if (AFTER_COMMAND.has(literal) || literal === 'case' || literal === '[[') {
      command.position = 'args';
      return undefined;
    }
  }
  if (command.position !== 'args' && word.assigns) {
    command.position = 'prefix';
    return undefined;
  }
  const [first] = command.words;
  command.words.push(literal);
  command.position = 'args';
  // `function name {` and `coproc NAME {` begin commands in the middle of words.
  return plain && literal === '{' && (first === 'function' || first === 'coproc') ? 'begin' : undefined;
}

/** `for (( … ))`; any other `for` is words. */
function scanFor(cursor: ScriptCursor): void {
  skipBlanks(cursor);
  const opened = cursor.at;
  if (!cursor.sees('((')) return;
  cursor.at += 2;
  scanArithmetic(cursor, opened);
}

/** `case word in pattern) commands ;; … esac`, from behind `case`. */
function scanCase(cursor: ScriptCursor): void {
  const other = (): Word => makeWord({ position: 'args', words: [] }, 'other');
  skipSpace(cursor);
  scanWord(cursor, other());
  skipSpace(cursor);
  if (scanWord(cursor, other()).literal !== 'in') return cursor.lose('"case" without "in"');
  for (;;) {
    skipSpace(cursor);
    if (cursor.done) return;
    const bracket = cursor.sees('(');
    if (bracket) cursor.at += 1;
    if (scanPatterns(cursor, bracket) === 'esac') return;
    if (scanCommands(cursor, 'case') !== ';;') return;
  }
}

/** `a | b )`; `esac` when there are no more. */
function scanPatterns(cursor: ScriptCursor, bracket: boolean): 'esac' | undefined {
  for (let first = true; ; first = false) {
    skipBlanks(cursor);
    const word = makeWord({ position: 'args', words: [] }, 'other');
    cursor.forbid('in a pattern of "case"', () => void scanWord(cursor, word));
    if (first && !bracket && word.plain && word.literal === 'esac') return 'esac';
    skipBlanks(cursor);
    if (cursor.sees('|')) {
      cursor.at += 1;
    } else {
      if (cursor.sees(')')) cursor.at += 1;
      else cursor.lose('a pattern of "case" without ")"');
      return undefined;
    }
  }
}

/** Their operands are evaluated as expressions, in which `a[$(command)]` runs the command. */
const EVALUATES = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-v', '-R']);

/** `[[ … ]]`, from behind the opening brackets. */
function scanCondition(cursor: ScriptCursor, command: CommandState): void {
  const opened = cursor.at;
  const firstPlace = cursor.places.length;
  let evaluates = false;
  while (!cursor.done) {
    skipBlanks(cursor);
    if (cursor.sees('#')) cursor.lose('"#" inside [[ … ]]');
    const before = cursor.at;
    const word = scanWord(cursor, makeWord(command, 'condition'));
    if (word.plain && word.literal === ']]') {
      if (evaluates) refuseFrom(cursor, firstPlace, 'in [[ … ]] with an operator that computes');
      return;
    }
    evaluates ||= EVALUATES.has(word.literal);
    if (cursor.at === before) cursor.at += 1;
  }
  cursor.unclosed ??= { offset: opened, what: '[[' };
}

function refuseFrom(cursor: ScriptCursor, first: number, where: string): void {
  for (let i = first; i < cursor.places.length; i += 1) cursor.places[i] = { kind: 'refused', where };
}
