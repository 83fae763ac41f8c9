/** A terminal in memory: it takes what a program writes to one, and knows what would be on the screen. */

/** How a character looks; colours are indices of the 16 of ANSI. */
export interface Style {
  readonly color?: number;
  readonly background?: number;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
}

interface Cell {
  readonly char: string;
  readonly style: Style;
}

/** A piece of a row whose characters look the same. */
export interface Run {
  readonly column: number;
  readonly text: string;
  readonly style: Style;
}

const PLAIN: Style = {};
const BLANK: Cell = { char: ' ', style: PLAIN };
const ESCAPE = /\x1b\[([?>=]?)([\d;]*)([A-Za-z])/y;

export class Terminal {
  readonly rows: number;
  readonly columns: number;
  #screen: Cell[][];
  /** The screen of the shell, while a program shows another one. */
  #main: { readonly screen: Cell[][]; readonly row: number; readonly column: number } | undefined;
  #row = 0;
  #column = 0;
  #style: Style = PLAIN;
  #wraps = true;
  /** The beginning of an escape sequence whose end has not arrived. */
  #rest = '';

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#screen = emptyScreen(columns, rows);
  }

  /**
   * Takes the next characters of a program.
   *
   * @throws Error on an escape sequence that this terminal does not know: a wrong picture would be worse.
   */
  write(text: string): void {
    const input = this.#rest + text;
    this.#rest = '';
    for (let at = 0; at < input.length;) {
      const char = String.fromCodePoint(input.codePointAt(at) ?? 0);
      if (char !== '\x1b') {
        this.#put(char);
        at += char.length;
        continue;
      }
      ESCAPE.lastIndex = at;
      const [sequence, mark = '', numbers = '', letter = ''] = ESCAPE.exec(input) ?? [];
      if (sequence === undefined) {
        if (!/^\x1b(?:\[[?>=]?[\d;]*)?$/.test(input.slice(at)))
          throw new Error(`unknown escape sequence ${JSON.stringify(input.slice(at, at + 12))}`);
        this.#rest = input.slice(at);
        return;
      }
      this.#obey(
        mark + letter,
        numbers.split(';').map((number) => (number === '' ? undefined : Number(number))),
      );
      at += sequence.length;
    }
  }

  /** The visible rows, each as runs of the same style, without spaces at the end. */
  snapshot(): readonly (readonly Run[])[] {
    return this.#screen.map(toRuns);
  }

  /** The characters of each visible row, without spaces at the end. */
  lines(): string[] {
    return this.#screen.map((line) =>
      line
        .map(({ char }) => char)
        .join('')
        .trimEnd(),
    );
  }

  /** Whether a program shows a screen of its own. */
  get isAlternate(): boolean {
    return this.#main !== undefined;
  }

  #put(char: string): void {
    if (char === '\n') return this.#newLine();
    if (char === '\r') return void (this.#column = 0);
    if (char === '\b') return void (this.#column = Math.max(0, this.#column - 1));
    if (char < ' ' || char === '\x7f') return;
    if (this.#column === this.columns) {
      this.#column = this.#wraps ? 0 : this.columns - 1;
      if (this.#wraps) this.#newLine();
    }
    this.#line()[this.#column] = { char, style: this.#style };
    this.#column += 1;
  }

  #newLine(): void {
    if (this.#row < this.rows - 1) return void (this.#row += 1);
    this.#screen.shift();
    this.#screen.push(emptyLine(this.columns));
  }

  #line(): Cell[] {
    return this.#screen[this.#row] ?? [];
  }

  #obey(command: string, numbers: readonly (number | undefined)[]): void {
    const [first] = numbers;
    const count = first ?? 1;
    const move = (rows: number, columns: number): void => {
      this.#row = within(this.#row + rows, this.rows);
      this.#column = within(this.#column + columns, this.columns);
    };
    if (command === 'm') this.#style = numbers.reduce(restyle, this.#style);
    else if (command === 'A') move(-count, 0);
    else if (command === 'B') move(count, 0);
    else if (command === 'C') move(0, count);
    else if (command === 'D') move(0, -count);
    else if (command === 'G') this.#column = within(count - 1, this.columns);
    else if (command === 'H') {
      this.#row = within(count - 1, this.rows);
      this.#column = within((numbers[1] ?? 1) - 1, this.columns);
    } else if (command === 'K') this.#line().fill(BLANK, ...range(first ?? 0, this.#column, this.columns));
    else if (command === 'J') {
      const [from, to] = range(first ?? 0, this.#row, this.rows);
      if ((first ?? 0) === 0) this.#line().fill(BLANK, this.#column);
      if (first === 1) this.#line().fill(BLANK, 0, this.#column + 1);
      for (let row = from; row < to; row += 1)
        if (row !== this.#row || first === 2) this.#screen[row] = emptyLine(this.columns);
    } else if (command === '?h' || command === '?l') this.#switchMode(first, command === '?h');
    else throw new Error(`unknown escape sequence ESC[${numbers.join(';')}${command}`);
  }

  /** Wrapping (7) and the second screen (1049); the cursor (25) and whole frames (2026) are not seen in a picture. */
  #switchMode(mode: number | undefined, isOn: boolean): void {
    if (mode === 7) this.#wraps = isOn;
    else if (mode === 1049 && isOn && this.#main === undefined) {
      this.#main = { screen: this.#screen, row: this.#row, column: this.#column };
      this.#screen = emptyScreen(this.columns, this.rows);
    } else if (mode === 1049 && !isOn && this.#main !== undefined) {
      ({ screen: this.#screen, row: this.#row, column: this.#column } = this.#main);
      this.#main = undefined;
    } else if (mode === undefined || ![25, 1049, 2026].includes(mode)) throw new Error(`unknown mode ${mode}`);
  }
}

function emptyLine(columns: number): Cell[] {
  return Array.from({ length: columns }, () => BLANK);
}

function emptyScreen(columns: number, rows: number): Cell[][] {
  return Array.from({ length: rows }, () => emptyLine(columns));
}

function within(value: number, size: number): number {
  return Math.min(Math.max(value, 0), size - 1);
}

/** What an erasing sequence covers: from the cursor to the end (0), from the start to the cursor (1), or all (2). */
function range(kind: number, at: number, size: number): [number, number] {
  return [kind === 0 ? at : 0, kind === 1 ? at + 1 : size];
}

function restyle(style: Style, code: number | undefined = 0): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 27) return { ...style, inverse: false };
  if (code === 39) return without(style, 'color');
  if (code === 49) return without(style, 'background');
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 82 };
  throw new Error(`unknown style ${code}`);
}

function without(style: Style, key: 'color' | 'background'): Style {
  const { [key]: _gone, ...rest } = style;
  return rest;
}

function toRuns(line: readonly Cell[]): Run[] {
  const runs: { column: number; text: string; style: Style }[] = [];
  line.forEach(({ char, style }, column) => {
    const last = runs.at(-1);
    if (last !== undefined && isSame(last.style, style)) last.text += char;
    else runs.push({ column, text: char, style });
  });
  return runs
    .map((run) =>
      run.style.background === undefined && !run.style.inverse ? { ...run, text: run.text.trimEnd() } : run,
    )
    .filter(({ text }) => text !== '');
}

function isSame(a: Style, b: Style): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
