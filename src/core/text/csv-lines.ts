/** A line of a CSV table, or several where cells have newlines, to the byte. */
export interface CsvLine {
  /** As they are written, quotes included. */
  readonly cells: readonly string[];
  /** `\n`, `\r\n`, or nothing at the end of the file. */
  readonly end: string;
  /** Where it begins, from 1. */
  readonly number: number;
}

const CELL: Readonly<Record<',' | '\t', RegExp>> = {
  ',': /(?:"[^"]*(?:""[^"]*)*"|(?!")[^,\n]*?)(?=,|\r?\n|$)/y,
  '\t': /(?:"[^"]*(?:""[^"]*)*"|(?!")[^\t\n]*?)(?=\t|\r?\n|$)/y,
};

const END = /\r?\n|$/y;

/**
 * Reads CSV as RFC 4180 describes it, so that all lines together are the text again. Line ends may be LF or CRLF.
 *
 * @returns `badLine`: the first line, from 1, whose quotes are not closed, or that has text behind them
 */
export function readCsvLines(
  text: string,
  separator: ',' | '\t',
): { readonly lines: CsvLine[]; readonly badLine?: number } {
  const cell = CELL[separator];
  const lines: CsvLine[] = [];
  let [at, number] = [0, 1];
  while (at < text.length) {
    const cells: string[] = [];
    for (;;) {
      cell.lastIndex = at;
      const found = cell.exec(text)?.[0];
      if (found === undefined) return { lines, badLine: number };
      cells.push(found);
      at += found.length;
      if (text[at] !== separator) break;
      at += 1;
    }
    END.lastIndex = at;
    const end = END.exec(text)?.[0] ?? '';
    at += end.length;
    lines.push({ cells, end, number });
    number += cells.reduce((newlines, each) => newlines + each.split('\n').length - 1, 1);
  }
  return { lines };
}

/** What a cell says, without its quotes. */
export function unquoteCsvCell(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}
