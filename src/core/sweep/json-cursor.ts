const SPACE = /[ \t\r\n]*/y;

/** Makes the error for a fault in the given line, from 1. */
export type Fail = (line: number, message: string) => Error;

/** Walks over a JSON text. */
export interface JsonCursor {
  /** The line of the place reached, from 1. */
  line(): number;
  /** Steps over a mark such as `[` and the space around it. */
  take(mark: string): boolean;
  /** Steps over what a sticky pattern matches here. */
  match(pattern: RegExp): string | undefined;
  /** Steps over a text in double quotes and returns it with them. */
  quoted(): string | undefined;
  atEnd(): boolean;
  /** The error for a fault at the place reached. */
  fault(message: string): Error;
  /** The error for something else than `expected` at the place reached. */
  unexpected(expected: string): Error;
}

export function openJson(text: string, fail: Fail): JsonCursor {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let counted = { at: 0, line: 1 };

  const line = (): number => {
    counted = { at, line: counted.line + text.slice(counted.at, at).split('\n').length - 1 };
    return counted.line;
  };
  const match: JsonCursor['match'] = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const fault = (message: string): Error => fail(line(), message);

  return {
    line,
    match,
    take: (mark) => {
      match(SPACE);
      const found = text[at] === mark;
      if (found) at += 1;
      match(SPACE);
      return found;
    },
    quoted: () => {
      if (text[at] !== '"') return undefined;
      let close = at + 1;
      while (close < text.length && text[close] !== '"') close += text[close] === '\\' ? 2 : 1;
      if (close >= text.length) throw fault('a " is not closed');
      const found = text.slice(at, close + 1);
      at = close + 1;
      return found;
    },
    atEnd: () => at >= text.length,
    fault,
    unexpected: (expected) => {
      const found = at < text.length ? JSON.stringify(text.slice(at, at + 12)) : 'the end';
      return fault(`expected ${expected}, but found ${found}`);
    },
  };
}
