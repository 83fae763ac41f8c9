import type { Environment } from '../../core/value.ts';

/** What one of the two streams can show. */
export interface Screen {
  readonly tty: boolean;
  /** Whether lines that were written can be changed: a terminal on which the cursor moves. */
  readonly canRedraw: boolean;
  /** Columns; Infinity when it is no terminal, so that nothing is cut. */
  readonly width: number;
  /** Lines; Infinity when it is no terminal. */
  readonly height: number;
  readonly color: boolean;
  readonly unicode: boolean;
}

export type ColorOption = 'auto' | 'always' | 'never';

/** The part of a stream that describes it. */
export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

const USUAL_WIDTH = 80;
const USUAL_HEIGHT = 24;
const LEAST_WIDTH = 40;

export function screenOf(stream: Stream, env: Environment, option: ColorOption): Screen {
  const tty = stream.isTTY === true;
  return {
    tty,
    canRedraw: tty && (env['TERM'] ?? 'dumb') !== 'dumb',
    width: tty ? Math.max(LEAST_WIDTH, stream.columns || Number(env['COLUMNS']) || USUAL_WIDTH) : Infinity,
    height: tty ? stream.rows || USUAL_HEIGHT : Infinity,
    color: wantsColor(tty, env, option),
    unicode: !tty || isUtf8(env),
  };
}

function wantsColor(tty: boolean, env: Environment, option: ColorOption): boolean {
  if (option !== 'auto') return option === 'always';
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'] || env['CLICOLOR_FORCE'];
  if (forced) return forced !== '0';
  return tty && env['TERM'] !== 'dumb';
}

/** POSIX: the first of the three that is set decides. */
function isUtf8(env: Environment): boolean {
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
}

const PLAIN: Readonly<Record<string, string>> = {
  '○': 'o',
  '◌': '.',
  '●': '>',
  '✓': '+',
  '✗': 'x',
  '⊘': '-',
  '│': '|',
  '━': '=',
  '─': '-',
  '·': '-',
  '→': '->',
  '×': 'x',
  '…': '...',
  '≈': '~',
  '–': '-',
  '±': '+-',
  // Of sparklines.
  '▁': '0',
  '▂': '1',
  '▃': '2',
  '▄': '3',
  '▅': '4',
  '▆': '5',
  '▇': '6',
  '█': '7',
};
const FANCY = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/** Letters instead of symbols, for terminals that show only ASCII. */
export function fitCharset(screen: Screen, text: string): string {
  return screen.unicode ? text : text.replace(FANCY, (sign) => PLAIN[sign] ?? sign);
}

/** The same for a text that was cut to a width with `…`, which it keeps. */
export function fitCut(screen: Screen, text: string): string {
  return fitCharset(screen, screen.unicode ? text : text.replaceAll('…', '~'));
}

const ESC = '\u001b';
const BELL = '\u0007';
const COLORING = new RegExp(`^${ESC}\\[[\\d;]*m$`);
/** Escape sequences whole, then the control characters that are left. */
const CONTROL = new RegExp(
  `${ESC}\\[[0-?]*[ -/]*[@-~]|${ESC}[\\]PX^_][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?|${ESC}.?|(?![\\t\\n\\r])\\p{Cc}`,
  'gu',
);

/**
 * Text for a terminal without what could move its cursor, set its title or hide words. Colours stay, and so does
 * the carriage return, which progress bars in logs need.
 */
export function removeControls(text: string): string {
  return text.replace(CONTROL, (match) => (COLORING.test(match) ? match : ''));
}
