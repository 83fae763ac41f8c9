import { parseNonFinite, parseNumber } from '../core/number-source.ts';
import { formatExact, formatPlain, type Cell } from './cell.ts';
import { paint, type Meaning } from './paint.ts';
import { cleanText, cutMiddle, cutText, textWidth } from './text-width.ts';

export interface TableColumn {
  /** As in `--columns`: `exp_id`. A terminal shows it in capitals. */
  readonly name: string;
  /** A name that people gave: it is shown as it is. */
  readonly verbatim?: boolean;
  /**
   * If the terminal is too narrow, columns whose cells are all equal go first, then those with the lowest priority, of
   * equal ones the rightmost. Default 0.
   */
  readonly priority?: number;
  /** It goes only when nothing else is left to go. */
  readonly keep?: true;
  /** Longer texts are cut on a terminal. */
  readonly maxWidth?: number;
  /** If the terminal is too narrow, it shrinks to this before a column goes, and further before one goes that is kept. */
  readonly minWidth?: number;
  /** Where its texts are cut; names that begin alike are told apart by their ends. Default `end`. */
  readonly cut?: 'middle' | 'end';
  /** What a cell means, by its text. */
  readonly meaning?: (text: string) => Meaning | undefined;
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
  const line = (cells: readonly Cell[]): string => `${cells.map((cell) => cleanText(formatExact(cell))).join('\t')}\n`;
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
  const shown = fit(all, width);
  const names = new Set(shown.map(({ column }) => column));
  const hidden = all.filter(({ column }) => !names.has(column)).map(({ column }) => column.name);
  const lines = [headerLine(shown, color), ...rows.map((_, i) => rowLine(shown, i, color))];
  return { text: lines.map((line) => `${line}\n`).join(''), hidden };
}

function track(column: TableColumn, cells: readonly Cell[], screen: number): Track {
  const room = Math.min(column.maxWidth ?? screen, screen);
  const name = cleanText(column.name);
  const header = cutText(column.verbatim ? name : name.toUpperCase(), room);
  const texts = cells.map((cell) => cut(column, cleanText(formatPlain(cell)), room));
  const width = texts.reduce((widest, text) => Math.max(widest, textWidth(text)), textWidth(header));
  const filled = texts.filter((text) => text !== '');
  return { column, header, texts, width, right: filled.length > 0 && filled.every(isNumber) };
}

function cut({ cut: where }: TableColumn, text: string, room: number): string {
  return where === 'middle' ? cutMiddle(text, room) : cutText(text, room);
}

function isNumber(text: string): boolean {
  return parseNumber(text) !== undefined || parseNonFinite(text) !== undefined;
}

/** What a column that is kept shrinks to at last. */
const LEAST_WIDTH = 6;

/** Columns shrink, then go, then those that are kept shrink further; of these the last one goes at last. */
function fit(tracks: readonly Track[], width: number): readonly Track[] {
  const comfortable = shrunk(tracks, width, ({ column, width: own }) => Math.min(own, column.minWidth ?? own));
  if (comfortable !== undefined) return comfortable;
  const victim = tracks.length === 1 ? undefined : victimOf(tracks);
  if (victim !== undefined && !victim.column.keep) return fit(without(tracks, victim), width);
  const tight = shrunk(tracks, width, ({ column, width: own }) =>
    column.minWidth === undefined ? own : Math.min(own, column.minWidth, LEAST_WIDTH),
  );
  if (tight !== undefined || victim === undefined) return tight ?? tracks;
  return fit(without(tracks, victim), width);
}

function without(tracks: readonly Track[], victim: Track): Track[] {
  return tracks.filter((each) => each !== victim);
}

/** The next column to go. */
function victimOf(tracks: readonly Track[]): Track | undefined {
  const free = tracks.filter(({ column }) => !column.keep);
  const constant = free.filter(isConstant);
  const [among = []] = [constant, free, tracks].filter(({ length }) => length > 0);
  const lowest = Math.min(...among.map(({ column }) => column.priority ?? 0));
  return among.findLast(({ column }) => (column.priority ?? 0) === lowest);
}

/** It tells no row from another. */
function isConstant({ texts: [first, ...rest] }: Track): boolean {
  return rest.length > 0 && rest.every((text) => text === first);
}

/** Takes what is too much from the widest columns; undefined when that is not enough. */
function shrunk(
  tracks: readonly Track[],
  width: number,
  floorOf: (track: Track) => number,
): readonly Track[] | undefined {
  const widths = tracks.map((each) => each.width);
  let excess = widthOf(tracks) - width;
  while (excess > 0) {
    const open = tracks.flatMap((each, i) => ((widths[i] ?? 0) > floorOf(each) ? [i] : []));
    const [widest] = open.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    if (widest === undefined) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return tracks.map((each, i) => narrowed(each, widths[i] ?? each.width));
}

function narrowed(each: Track, width: number): Track {
  if (width >= each.width) return each;
  return {
    ...each,
    header: cutText(each.header, width),
    texts: each.texts.map((text) => cut(each.column, text, width)),
    width,
  };
}

function widthOf(tracks: readonly Track[]): number {
  return tracks.reduce((sum, each) => sum + each.width, GUTTER.length * (tracks.length - 1));
}

function headerLine(tracks: readonly Track[], color: boolean): string {
  return paint(
    tracks
      .map((track) => padded(track, track.header))
      .join(GUTTER)
      .trimEnd(),
    'aside',
    color,
  );
}

function rowLine(tracks: readonly Track[], row: number, color: boolean): string {
  const cells = tracks.map((track) => {
    const text = track.texts[row] ?? '';
    return padded(track, text, paint(text, text === '' ? undefined : track.column.meaning?.(text), color));
  });
  return cells.join(GUTTER).trimEnd();
}

/** @param painted the text with its colour, which takes no room */
function padded({ width, right }: Track, text: string, painted: string = text): string {
  const space = ' '.repeat(width - textWidth(text));
  return right ? space + painted : painted + space;
}
