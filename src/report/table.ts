import { notFinite, numberOf } from '../core/written.ts';
import { exactText, plainText, type Cell } from './cell.ts';
import { paint, type Style } from './paint.ts';
import { cleanText, cutText, textWidth } from './text-width.ts';

export interface TableColumn {
  /** As in `--columns`: `exp_id`. A terminal shows it in capitals. */
  readonly name: string;
  /** A name that people gave: it is shown as it is. */
  readonly verbatim?: boolean;
  /** Where the terminal is too narrow, the column with the lowest priority goes first, of equal ones the rightmost. Default 0. */
  readonly priority?: number;
  /** Longer texts are cut on a terminal. */
  readonly maxWidth?: number;
  /** Where the terminal is too narrow, it shrinks to this before a column goes. */
  readonly minWidth?: number;
  /** The colour of a cell, by its text. */
  readonly style?: (text: string) => Style | undefined;
}

export interface TableOptions {
  /** A terminal gets an aligned table; anything else gets full values with tabs between them. */
  readonly tty: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
}

export interface RenderedTable {
  /** Lines, each with its line feed. */
  readonly text: string;
  /** Names of the columns that had no room. */
  readonly hidden: readonly string[];
  /** `3 columns hidden (--columns all)`; absent when all are shown. */
  readonly footer?: string;
}

const GUTTER = '  ';

/**
 * A table for people: two spaces between columns, header in capitals, numbers to the right, no line wider than the terminal.
 * When not on a terminal: a header line and full values, separated by tabs.
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): RenderedTable {
  return options.tty ? aligned(columns, rows, options) : { text: tabbed(columns, rows), hidden: [] };
}

function tabbed(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `${cells.map((cell) => cleanText(exactText(cell))).join('\t')}\n`;
  return [columns.map(({ name }) => name), ...rows].map(line).join('');
}

/** A column with its texts, ready to be laid out. */
interface Track {
  readonly column: TableColumn;
  readonly header: string;
  readonly texts: readonly string[];
  readonly width: number;
  readonly right: boolean;
}

function aligned(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  { width, color }: TableOptions,
): RenderedTable {
  const all = columns.map((column, i) =>
    track(
      column,
      rows.map((row) => row[i]),
      width,
    ),
  );
  const shown = fit(shrunk(all, width), width);
  const names = new Set(shown.map(({ column }) => column));
  const hidden = all.filter(({ column }) => !names.has(column)).map(({ column }) => column.name);
  const lines = [headerLine(shown, color), ...rows.map((_, i) => rowLine(shown, i, color))];
  return {
    text: lines.map((line) => `${line}\n`).join(''),
    hidden,
    ...(hidden.length === 0
      ? {}
      : { footer: `${hidden.length} ${hidden.length === 1 ? 'column' : 'columns'} hidden (--columns all)` }),
  };
}

function track(column: TableColumn, cells: readonly Cell[], screen: number): Track {
  const room = Math.min(column.maxWidth ?? screen, screen);
  const name = cleanText(column.name);
  const header = cutText(column.verbatim ? name : name.toUpperCase(), room);
  const texts = cells.map((cell) => cutText(cleanText(plainText(cell)), room));
  const width = texts.reduce((widest, text) => Math.max(widest, textWidth(text)), textWidth(header));
  const filled = texts.filter((text) => text !== '');
  return { column, header, texts, width, right: filled.length > 0 && filled.every(isNumber) };
}

function isNumber(text: string): boolean {
  return numberOf(text) !== undefined || notFinite(text) !== undefined;
}

/** What can shrink makes room for the others. */
function shrunk(tracks: readonly Track[], width: number): readonly Track[] {
  const excess = widthOf(tracks) - width;
  if (excess <= 0) return tracks;
  return tracks.map((each) => {
    const { minWidth } = each.column;
    if (minWidth === undefined || each.width <= minWidth) return each;
    const room = Math.max(minWidth, each.width - excess);
    return {
      ...each,
      header: cutText(each.header, room),
      texts: each.texts.map((text) => cutText(text, room)),
      width: room,
    };
  });
}

function widthOf(tracks: readonly Track[]): number {
  return tracks.reduce((sum, track) => sum + track.width, GUTTER.length * (tracks.length - 1));
}

function fit(tracks: readonly Track[], width: number): readonly Track[] {
  if (widthOf(tracks) <= width || tracks.length <= 1) return tracks;
  const lowest = Math.min(...tracks.map(({ column }) => column.priority ?? 0));
  const victim = tracks.findLast(({ column }) => (column.priority ?? 0) === lowest);
  return fit(
    tracks.filter((track) => track !== victim),
    width,
  );
}

function headerLine(tracks: readonly Track[], color: boolean): string {
  return paint(
    tracks
      .map((track) => padded(track, track.header))
      .join(GUTTER)
      .trimEnd(),
    'dim',
    color,
  );
}

function rowLine(tracks: readonly Track[], row: number, color: boolean): string {
  const cells = tracks.map((track) => {
    const text = track.texts[row] ?? '';
    return padded(track, text, paint(text, text === '' ? undefined : track.column.style?.(text), color));
  });
  return cells.join(GUTTER).trimEnd();
}

/** @param painted the text with its colour, which takes no room */
function padded({ width, right }: Track, text: string, painted: string = text): string {
  const space = ' '.repeat(width - textWidth(text));
  return right ? space + painted : painted + space;
}
