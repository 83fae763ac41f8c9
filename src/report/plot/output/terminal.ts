import { cutText, textWidth } from '../../text-width.ts';
import { paint, paintStyle, type Style } from '../../paint.ts';
import { asciiCanvas, brailleCanvas, inkMark, type Canvas } from '../canvas.ts';
import type { FigureAxis, BarFigure, CurvesFigure, Figure, HeatmapFigure, ScatterFigure } from '../figure.ts';
import { computeDomain, scaleValue } from '../scales.ts';
import { buildFigureTable } from '../table.ts';

export interface TextScreen {
  /** Columns; Infinity when it is no terminal. */
  readonly width: number;
  readonly height: number;
  readonly color: boolean;
  /** Otherwise ASCII alone is written. */
  readonly unicode: boolean;
}

const USUAL_WIDTH = 80;
const WIDEST = 120;
const HIGHEST = 18;
const LOWEST = 6;

/** Of the 16 colours, so that they fit the theme of the terminal. */
const STYLES: readonly Style[] = ['blue', 'red', 'green', 'yellow', 'cyan', 'bold'];

/** A figure as a small chart of signs; the kinds that signs cannot draw as a table. */
export function renderFigureText(figure: Figure, screen: TextScreen): string {
  const width = Math.min(Number.isFinite(screen.width) ? screen.width : USUAL_WIDTH, WIDEST);
  switch (figure.kind) {
    case 'curves':
      return chartText(figure, curveLines(figure), { ...screen, width });
    case 'scatter':
      return chartText(figure, scatterLines(figure), { ...screen, width });
    case 'bar':
      return barText(figure, { ...screen, width });
    case 'heatmap':
      return heatmapText(figure, width);
    case 'parallel':
      return tableText(figure);
  }
}

/** What is drawn in one colour. */
interface Track {
  readonly name: string;
  readonly xs: readonly number[];
  readonly ys: readonly (number | undefined)[];
  readonly joined: boolean;
}

function curveLines({ curves, thin }: CurvesFigure): Track[] {
  return curves.map(({ name, xs, ys }) => ({ name: thin ? '' : name, xs, ys, joined: true }));
}

/** Texts on one line, in order of appearance. */
function scatterLines({ groups }: ScatterFigure): Track[] {
  const texts = [...new Set(groups.flatMap(({ points }) => points.map(({ x }) => x)))];
  return groups.map(({ name, points }) => ({
    name,
    xs: points.map(({ x }) => (typeof x === 'number' ? x : texts.indexOf(x))),
    ys: points.map(({ y }) => y),
    joined: false,
  }));
}

function chartText({ x, y, note }: CurvesFigure | ScatterFigure, tracks: readonly Track[], screen: TextScreen): string {
  const { width, unicode, color } = screen;
  const place = {
    x: scaleOf(
      tracks.flatMap(({ xs }) => xs),
      x,
    ),
    y: scaleOf(
      tracks.flatMap(({ ys }) => ys),
      y,
    ),
  };
  const rows = Math.max(LOWEST, Math.min(HIGHEST, Math.floor(screen.height / 2)));
  const [top, bottom] = [numberText(place.y.high), numberText(place.y.low)];
  const margin = Math.max(top.length, bottom.length);
  const canvas = (finely(screen, tracks) ? brailleCanvas : asciiCanvas)(width - margin - 2, rows);
  tracks.forEach((track, i) => drawTrack(canvas, track, place, i));
  const lines = canvas.lines((sign, ink) => paintStyle(sign, ink < 0 ? undefined : STYLES[ink % STYLES.length], color));
  const bar = unicode ? '│' : '|';
  const label = (row: number): string => (row === 0 ? top : row === rows - 1 ? bottom : '').padStart(margin);
  const [left, right] = [numberText(place.x.low), numberText(place.x.high)];
  const title = cutText(x.label, Math.max(0, canvas.width - left.length - right.length - 2));
  const gap = Math.max(0, canvas.width - left.length - right.length - textWidth(title));
  const middle = ' '.repeat(Math.floor(gap / 2)) + title + ' '.repeat(Math.ceil(gap / 2));
  return [
    cutText(y.label, width),
    ...lines.map((line, row) => `${label(row)} ${bar}${line}`.trimEnd()),
    `${' '.repeat(margin + 2)}${left}${middle}${right}`,
    ...tracks.flatMap(({ name }, i) => legendLine(name, finely(screen, tracks) ? '⣿' : inkMark(i), i, screen)),
    ...(note === undefined ? [] : [paint(cutText(note, width), 'aside', color)]),
    '',
  ].join('\n');
}

/** Braille has no room for marks: without colours it cannot tell tracks apart. */
function finely({ unicode, color }: TextScreen, tracks: readonly Track[]): boolean {
  return unicode && (color || tracks.length === 1);
}

function legendLine(name: string, sign: string, i: number, { width, color }: TextScreen): string[] {
  if (name === '') return [];
  return [`  ${paintStyle(sign, STYLES[i % STYLES.length], color)} ${cutText(name, width - 4)}`];
}

interface Place {
  readonly low: number;
  readonly high: number;
  /** From 0 to 1; undefined when it has no place. */
  at(value: number): number | undefined;
}

function scaleOf(values: readonly (number | undefined)[], axis: FigureAxis): Place {
  const [low, high] = computeDomain(values, axis.log);
  const [first, last] = [scaleValue(low, axis), scaleValue(high, axis)];
  return {
    low,
    high,
    at: (value) => {
      const share = (scaleValue(value, axis) - first) / (last - first);
      return Number.isFinite(share) ? share : undefined;
    },
  };
}

function drawTrack(
  canvas: Canvas,
  { xs, ys, joined }: Track,
  place: { readonly x: Place; readonly y: Place },
  ink: number,
): void {
  let before: readonly [number, number] | undefined;
  xs.forEach((x, i) => {
    const y = ys[i];
    const [across, up] = [place.x.at(x), y === undefined ? undefined : place.y.at(y)];
    const point = across === undefined || up === undefined ? undefined : ([across, up] as const);
    if (point !== undefined) canvas.line(joined ? (before ?? point) : point, point, ink);
    before = point;
  });
}

const BLOCKS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function barText({ bars, y, note }: BarFigure, { width, unicode, color }: TextScreen): string {
  const longest = Math.min(30, Math.max(...bars.map(({ name }) => textWidth(name))));
  const texts = bars.map(({ mean, low, high, n }) => {
    if (mean === undefined) return 'no value';
    const ends = low === undefined || high === undefined ? '' : ` [${numberText(low)}, ${numberText(high)}]`;
    return `${numberText(mean)}${ends} n=${n}`;
  });
  const room = Math.max(8, width - longest - Math.max(...texts.map((text) => text.length)) - 3);
  const most = Math.max(...bars.map(({ mean = 0 }) => Math.abs(mean))) || 1;
  const lines = bars.map(({ name, mean = 0 }, i) => {
    const cells = (Math.abs(mean) / most) * room;
    const part = Math.floor((cells % 1) * BLOCKS.length);
    const bar = unicode ? '█'.repeat(Math.floor(cells)) + (BLOCKS[part] ?? '') : '#'.repeat(Math.round(cells));
    const label = cutText(name, longest);
    const space = ' '.repeat(longest - textWidth(label) + 1);
    return `${label}${space}${paintStyle(bar, STYLES[i % STYLES.length], color)} ${mean < 0 ? '(below 0) ' : ''}${texts[i]}`;
  });
  return [
    cutText(y.label, width),
    ...lines,
    ...(note === undefined ? [] : [paint(cutText(note, width), 'aside', color)]),
    '',
  ].join('\n');
}

function heatmapText({ cells, columns, rows, x, y, value }: HeatmapFigure, width: number): string {
  const head = ['', ...columns];
  const body = rows.map((row) => [
    row,
    ...columns.map((column) => {
      const cell = cells.find((each) => each.x === column && each.y === row);
      return cell === undefined ? '-' : numberText(cell.mean);
    }),
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((line) => textWidth(line[i] ?? ''))));
  const lines = [head, ...body].map((line) =>
    line.map((cell, i) => ' '.repeat((widths[i] ?? 0) - textWidth(cell)) + cell).join('  '),
  );
  return [`${value.label}: ${y.label} down, ${x.label} across`, ...lines.map((line) => cutText(line, width)), ''].join(
    '\n',
  );
}

function tableText(figure: Figure): string {
  const { header, rows } = buildFigureTable(figure);
  return [header, ...rows].map((row) => `${row.map((cell) => cell ?? '').join('\t')}\n`).join('');
}

function numberText(value: number): string {
  return String(Number(value.toPrecision(4)));
}
