import type { ScriptCursor } from './cursor.ts';

/** Over blanks and lines that are continued. */
export function skipBlanks(cursor: ScriptCursor): void {
  for (;;) {
    if (!cursor.isMark && (cursor.char === ' ' || cursor.char === '\t')) {
      cursor.at += 1;
    } else if (cursor.sees('\\\n')) {
      if (SPLIT_OPERATOR.test(cursor.text.slice(cursor.at - 1, cursor.at + 3)))
        cursor.lose('an operator over two lines');
      cursor.at += 2;
    } else {
      return;
    }
  }
}

/** Bash joins the two lines, and reads one operator. */
const SPLIT_OPERATOR = /^[<>(]\\\n[<(]$/;

/** Over blanks, comments and ends of lines. */
export function skipSpace(cursor: ScriptCursor): void {
  for (;;) {
    skipBlanks(cursor);
    if (cursor.sees('#')) scanComment(cursor);
    else if (cursor.sees('\n')) endLine(cursor);
    else return;
  }
}

export function scanComment(cursor: ScriptCursor): void {
  const isLineStart = cursor.at === 0 || cursor.text[cursor.at - 1] === '\n';
  const isDirective = cursor.readsDirectives && isLineStart && cursor.sees('#SBATCH');
  while (!cursor.done && !cursor.sees('\n')) {
    if (cursor.isMark && isDirective) cursor.put({ kind: 'directive' });
    else if (cursor.isMark) cursor.refuse('in a comment');
    else cursor.at += 1;
  }
}

/** Over the end of a line, and the texts of the here-documents that begin there. */
export function endLine(cursor: ScriptCursor): void {
  cursor.at += 1;
  for (const { end, stripTabs, quoted } of cursor.hereDocuments.splice(0)) {
    let joined = false;
    for (;;) {
      if (cursor.done) break;
      const line = hereLine(cursor);
      if (!joined && (stripTabs ? line?.replace(/^\t+/, '') : line) === end) break;
      joined = !quoted && /(?:^|[^\\])(?:\\\\)*\\$/.test(line ?? '');
    }
  }
}

/** One line of a here-document; undefined when it has a value in it. */
function hereLine(cursor: ScriptCursor): string | undefined {
  const start = cursor.at;
  let marked = false;
  while (!cursor.done && (cursor.isMark || cursor.char !== '\n')) {
    marked ||= cursor.isMark;
    if (cursor.isMark) cursor.refuse('in a here-document');
    else cursor.at += 1;
  }
  const line = cursor.text.slice(start, cursor.at);
  cursor.at += 1;
  return marked ? undefined : line;
}
