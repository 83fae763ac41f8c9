import { scanCommands, scanRedirection } from './commands.ts';
import { ScriptCursor, type CommandState } from './cursor.ts';
import { scanComment, skipBlanks, skipSpace } from './lines.ts';
import { makeWord, scanWord } from './words.ts';

/** A word of a command, and where in the script it is. */
export interface SimpleWord {
  /** What it says, quotes removed; `$name` for a variable. */
  readonly literal: string;
  /** Without quotes and expansions. */
  readonly plain: boolean;
  readonly start: number;
  readonly end: number;
}

/**
 * The words of a script that is one simple command, without assignments before them; comments, redirections and empty
 * lines may be there, too. Undefined for everything else: two commands, a pipe, a keyword.
 */
export function parseSimpleCommand(script: string): readonly SimpleWord[] | undefined {
  const cursor = new ScriptCursor(script, new Set(), scanCommands);
  skipSpace(cursor);
  const words = wordsOf(cursor);
  if (words === undefined) return undefined;
  skipSpace(cursor);
  return cursor.done && cursor.unclosed === undefined ? words : undefined;
}

function wordsOf(cursor: ScriptCursor): SimpleWord[] | undefined {
  const command: CommandState = { position: 'start', words: [] };
  const words: SimpleWord[] = [];
  for (;;) {
    skipBlanks(cursor);
    if (cursor.sees('#')) scanComment(cursor);
    // What a here-document says is read from a script's own lines, which another program would not find.
    if (cursor.done || cursor.sees('\n')) return cursor.hereDocuments.length === 0 ? words : undefined;
    if (scanRedirection(cursor, command)) continue;
    const start = cursor.at;
    const { literal, plain, assigns } = scanWord(cursor, makeWord(command, 'argument'));
    if (cursor.at === start) return undefined;
    if (command.position !== 'args' && assigns) {
      command.position = 'prefix';
      continue;
    }
    command.position = 'args';
    command.words.push(literal);
    words.push({ literal, plain, start, end: cursor.at });
  }
}
