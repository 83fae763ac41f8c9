/** How a piece of text looks, as escape sequences have set it. Colours are those of a terminal, 0 to 15. */
export interface TerminalStyle {
  readonly color?: number | undefined;
  readonly background?: number | undefined;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
  readonly strike?: boolean;
}

/** A piece of text of one look. */
export interface TerminalSpan {
  /** Without control characters, except tab and newline. */
  readonly text: string;
  /** Names of CSS classes, separated by spaces: `ansi-fg-1 ansi-bold`. Empty for plain text. */
  readonly classes: string;
}

/**
 * Escape sequences of ECMA-48: those that begin with `ESC [`; strings, such as titles and links, up to their end; and short
 * ones. Of a string without an end, only its beginning counts, so that no text is lost.
 */
const ESCAPE = /\x1b(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|[ -/]*[0-~])/g;

/** All but tab and newline. */
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * Text of a program that believes it writes to a terminal, as pieces with classes for its colours. All other escape
 * sequences are dropped (links, titles, clipboard, moves of the cursor); other control characters are shown as signs.
 *
 * @param style how the text before it ended: colours go on across lines
 */
export function parseTerminal(
  text: string,
  style: TerminalStyle = {},
): { readonly spans: TerminalSpan[]; readonly style: TerminalStyle } {
  const spans: TerminalSpan[] = [];
  let [at, now] = [0, style];
  const add = (end: number): void => {
    if (end > at) spans.push({ text: showControls(text.slice(at, end)), classes: nameClasses(now) });
  };
  for (const { 0: escape, 1: params, 2: final, index } of text.matchAll(ESCAPE)) {
    add(index);
    if (final === 'm') now = applyParameters(now, params ?? '');
    at = index + escape.length;
  }
  add(text.length);
  return { spans, style: now };
}

/** The text alone, as {@link parseTerminal} has it. */
export function stripTerminal(text: string): string {
  return showControls(text.includes('\x1b') ? text.replace(ESCAPE, '') : text);
}

/** `␀`, `␛`, `␡`: Unicode has pictures of those of ASCII. */
function showControls(text: string): string {
  return text.replace(CONTROL, (control) => {
    const code = control.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
  });
}

function nameClasses({ color, background, ...flags }: TerminalStyle): string {
  return [
    ...(color === undefined ? [] : [`ansi-fg-${color}`]),
    ...(background === undefined ? [] : [`ansi-bg-${background}`]),
    ...Object.entries(flags).flatMap(([name, isOn]) => (isOn ? [`ansi-${name}`] : [])),
  ].join(' ');
}

/** Parameters of `m` (Select Graphic Rendition) without a colour of their own. */
const RENDITIONS: Readonly<Record<number, TerminalStyle>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { color: undefined },
  49: { background: undefined },
};

/** More are not meant as colours. */
const MOST_PARAMETERS = 32;

function applyParameters(before: TerminalStyle, text: string): TerminalStyle {
  // Private sequences end with `m`, too.
  if (/[<-?]/.test(text)) return before;
  const groups = text.split(';', MOST_PARAMETERS).map((group) => group.split(':').map(Number));
  let style = before;
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    const [code = 0, ...own] = group;
    if (code === 0) style = {};
    else if (code === 38 || code === 48 || code === 58) {
      // `38:5:1`, with or without a colour space in `38:2::r:g:b`; and the usual `38;5;1`, whose values are the next parameters.
      const values = own.length > 0 ? (own.length > 4 ? [2, ...own.slice(-3)] : own) : takeColor(groups);
      const color = findNearestColor(values);
      if (code !== 58) style = { ...style, [code === 38 ? 'color' : 'background']: color };
    } else if (code === 4 && own[0] === 0) style = { ...style, underline: false };
    else style = { ...style, ...(RENDITIONS[code] ?? basicColor(code)) };
  }
  return style;
}

function takeColor(groups: number[][]): number[] {
  return groups.splice(0, groups[0]?.[0] === 2 ? 4 : 2).map(([value = 0]) => value);
}

function basicColor(code: number): TerminalStyle {
  const [tens, color] = [Math.floor(code / 10), code % 10];
  if (color > 7) return {};
  if (tens === 3 || tens === 9) return { color: color + (tens === 9 ? 8 : 0) };
  return tens === 4 || tens === 10 ? { background: color + (tens === 10 ? 8 : 0) } : {};
}

/** The first sixteen colours as xterm has them by default (its XTerm-col.ad): pages have their own for them. */
const PALETTE: readonly (readonly [red: number, green: number, blue: number])[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

/** The levels of xterm's colour cube, colours 16 to 231; 232 to 255 are greys. */
const LEVELS = [0, 95, 135, 175, 215, 255];

/** The one of the sixteen colours that is nearest to one of 256 (`5, n`) or of all (`2, r, g, b`); undefined if it is neither. */
function findNearestColor([kind, first = NaN, green = 0, blue = 0]: readonly number[]): number | undefined {
  if ((kind !== 5 && kind !== 2) || !(first >= 0)) return undefined;
  if (kind === 5 && first < 16) return Math.trunc(first);
  const color = kind === 2 ? [first, green, blue] : cubeColor(first);
  const distances = PALETTE.map((each) =>
    each.reduce((sum, level, i) => sum + (level - (color[i] ?? 0)) * (level - (color[i] ?? 0)), 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function cubeColor(n: number): number[] {
  if (n >= 232) return [8, 8, 8].map((dark) => dark + 10 * (n - 232));
  return [36, 6, 1].map((step) => LEVELS[Math.floor((n - 16) / step) % 6] ?? 0);
}
