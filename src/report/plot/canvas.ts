/** A rectangle of signs that lines are drawn on, in places from 0 to 1 from the left and from below. */
export interface Canvas {
  readonly width: number;
  line(from: Spot, to: Spot, ink: number): void;
  /** @param painted gives a sign its colour by the ink that was last there */
  lines(painted: (sign: string, ink: number) => string): string[];
}

type Spot = readonly [across: number, up: number];

/** The dots of a braille sign: the bit of each of 2 columns and 4 rows (Unicode, block U+2800). */
const DOTS: readonly (readonly number[])[] = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** Two dots across and four up in every sign. */
export function brailleCanvas(width: number, height: number): Canvas {
  const bits = Array.from({ length: height }, () => Array.from({ length: width }, () => 0));
  const inks = Array.from({ length: height }, () => Array.from({ length: width }, () => -1));
  return grid(width, height, 2, 4, inks, {
    put: (row, column, dotRow, dotColumn) => {
      const line = bits[row];
      if (line) line[column] = (line[column] ?? 0) | (DOTS[dotRow]?.[dotColumn] ?? 0);
    },
    sign: (row, column) => {
      const dots = bits[row]?.[column] ?? 0;
      return dots === 0 ? ' ' : String.fromCodePoint(0x2800 + dots);
    },
  });
}

const MARKS = '*+ox#%@=';

/** The sign of an ink where every place has one sign. */
export function inkMark(ink: number): string {
  return MARKS[ink % MARKS.length] ?? '*';
}

/** One place in every sign; each ink has a sign of its own. */
export function asciiCanvas(width: number, height: number): Canvas {
  const inks = Array.from({ length: height }, () => Array.from({ length: width }, () => -1));
  return grid(width, height, 1, 1, inks, {
    put: () => undefined,
    sign: (row, column) => {
      const ink = inks[row]?.[column] ?? -1;
      return ink < 0 ? ' ' : inkMark(ink);
    },
  });
}

interface Signs {
  put(row: number, column: number, dotRow: number, dotColumn: number): void;
  sign(row: number, column: number): string;
}

function grid(width: number, height: number, across: number, down: number, inks: number[][], signs: Signs): Canvas {
  const [columns, rows] = [width * across, height * down];
  const dot = (x: number, y: number, ink: number): void => {
    const [row, column] = [Math.floor(y / down), Math.floor(x / across)];
    const line = inks[row];
    if (line) line[column] = ink;
    signs.put(row, column, y % down, x % across);
  };
  return {
    width,
    line: (from, to, ink) => {
      const [x0, y0] = [from[0] * (columns - 1), (1 - from[1]) * (rows - 1)];
      const [x1, y1] = [to[0] * (columns - 1), (1 - to[1]) * (rows - 1)];
      const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
      for (let i = 0; i <= steps; i += 1) {
        dot(Math.round(x0 + ((x1 - x0) * i) / steps), Math.round(y0 + ((y1 - y0) * i) / steps), ink);
      }
    },
    lines: (painted) =>
      inks.map((line, row) => {
        // Signs of one ink in a row get their colour together.
        let [text, run, ink] = ['', '', -1];
        line.forEach((now, column) => {
          const sign = signs.sign(row, column);
          if (sign !== ' ' && now !== ink) {
            text += run === '' ? '' : painted(run, ink);
            [run, ink] = ['', now];
          }
          run += sign;
        });
        return `${text}${run.trim() === '' ? run : painted(run, ink)}`;
      }),
  };
}
