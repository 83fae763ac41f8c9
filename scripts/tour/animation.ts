/** Draws recorded frames as an SVG that moves by CSS alone: code hosts strip scripts, and show images without them. */
import type { Frame } from './record.ts';
import type { Run, Style } from './terminal.ts';

export interface Animation {
  readonly frames: readonly Frame[];
  readonly columns: number;
  readonly rows: number;
  /** What the picture shows, for those who cannot see it. */
  readonly description: string;
  /** An SVG that covers the terminal at the end. */
  readonly figure: { readonly svg: string; readonly milliseconds: number };
}

const FONT_PX = 14;
const CHAR_PX = 8.4;
const LINE_PX = 19;
const PADDING_PX = 16;
const BAR_PX = 28;
const FIGURE_PX = 470;

/** The 16 colours of ANSI, for a dark background: it is the picture's own, so that it is readable on any page. */
const COLORS = [
  '#484f58', '#ff7b72', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#76e3ea', '#d0d7de',
  '#8b949e', '#ffa198', '#7ee787', '#f2cc60', '#a5d6ff', '#e2c5ff', '#b3f0ff', '#ffffff',
]; // prettier-ignore
const FOREGROUND = '#e6edf3';
const BACKGROUND = '#0d1117';

/** The whole picture. It repeats for ever; readers who prefer no motion, and viewers that know none, see its end. */
export function drawAnimation({ frames, columns, rows, description, figure }: Animation): string {
  const width = Math.ceil(columns * CHAR_PX) + 2 * PADDING_PX;
  const height = rows * LINE_PX + BAR_PX + 2 * PADDING_PX;
  const sessionMs = frames.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const totalMs = sessionMs + figure.milliseconds;
  const percent = (ms: number): string => `${trim((100 * ms) / totalMs)}%`;

  const symbols = new Map<string, string>();
  const film = frames.map((frame, i) => {
    const uses = frame.rows.flatMap((runs, row) => {
      if (runs.length === 0) return [];
      const drawn = runs.map(drawRun).join('');
      const id = symbols.get(drawn) ?? `r${symbols.size}`;
      symbols.set(drawn, id);
      return [`<use href="#${id}" y="${row * LINE_PX}"/>`];
    });
    return `<g transform="translate(${i * width})">${uses.join('')}</g>`;
  });
  let ms = 0;
  const stops = frames.map(({ milliseconds }, i) => {
    const stop = `${percent(ms)}{transform:translate(${-i * width}px)}`;
    ms += milliseconds;
    return stop;
  });
  const end = `translate(${-(frames.length - 1) * width}px)`;

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(description)}">
<style>
${COLORS.map((color, i) => `.c${i}{fill:${color}}`).join('')}
text{white-space:pre}.b{font-weight:bold}.d{opacity:.65}.u{text-decoration:underline}
.film{font:${FONT_PX}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:${FOREGROUND};transform:${end};animation:film ${totalMs}ms step-end infinite}
.figure{animation:figure ${totalMs}ms linear infinite}
@keyframes film{${stops.join('')}${percent(ms)}{transform:${end}}}
@keyframes figure{0%,${percent(sessionMs)}{opacity:0}${percent(sessionMs + 400)},100%{opacity:1}}
@media (prefers-reduced-motion:reduce){.film,.figure{animation:none}}
</style>
<defs>
${[...symbols].map(([drawn, id]) => `<g id="${id}">${drawn}</g>`).join('\n')}
</defs>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${BACKGROUND}" stroke="#6e7681"/>
${['#ff5f57', '#febc2e', '#28c840'].map((color, i) => `<circle cx="${18 + 18 * i}" cy="18" r="5.5" fill="${color}"/>`).join('')}
<svg x="${PADDING_PX}" y="${BAR_PX + PADDING_PX / 2}" width="${width - 2 * PADDING_PX}" height="${rows * LINE_PX + 6}">
<g class="film">
${film.join('\n')}
</g>
</svg>
<g class="figure">${placeFigure(figure.svg, width, height)}</g>
</svg>
`;
}

function drawRun({ column, text, style }: Run): string {
  const x = trim(column * CHAR_PX);
  const length = trim([...text].length * CHAR_PX);
  const { color, background } = paintOf(style);
  const box =
    background === undefined ? '' : `<rect x="${x}" width="${length}" height="${LINE_PX}" fill="${background}"/>`;
  const letters = text.trim() === '' ? '' : drawText(text, x, length, style, color);
  return box + letters;
}

/** The length holds columns in line whatever font the reader's computer has. */
function drawText(text: string, x: string, length: string, style: Style, color: string | undefined): string {
  const classes = [style.bold && 'b', style.dim && 'd', style.underline && 'u'].filter(Boolean);
  if (color?.startsWith('c')) classes.push(color);
  const named = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
  const filled = color?.startsWith('#') ? ` style="fill:${color}"` : '';
  return `<text x="${x}" y="14" textLength="${length}" lengthAdjust="spacingAndGlyphs"${named}${filled}>${escape(text)}</text>`;
}

/** The class or colour of the letters, and the colour behind them. */
function paintOf({ color, background, inverse }: Style): { color: string | undefined; background: string | undefined } {
  if (!inverse)
    return {
      color: color === undefined ? undefined : `c${color}`,
      background: background === undefined ? undefined : COLORS[background],
    };
  return {
    color: background === undefined ? BACKGROUND : COLORS[background],
    background: color === undefined ? FOREGROUND : COLORS[color],
  };
}

function placeFigure(svg: string, width: number, height: number): string {
  const [, , , w = 1, h = 1] = /viewBox="(\S+) (\S+) (\S+) (\S+)"/.exec(svg)?.map(Number) ?? [];
  const figureHeight = (FIGURE_PX * h) / w;
  const x = trim((width - FIGURE_PX) / 2);
  const y = trim((height - figureHeight) / 2);
  const placed = svg.replace(
    /^<svg([^>]*?) width="[^"]*" height="[^"]*"/,
    `<svg$1 x="${x}" y="${y}" width="${FIGURE_PX}" height="${trim(figureHeight)}"`,
  );
  const frame = `<rect x="${trim((width - FIGURE_PX) / 2 - 8)}" y="${trim((height - figureHeight) / 2 - 8)}" width="${FIGURE_PX + 16}" height="${trim(figureHeight + 16)}" rx="6" fill="#fff" stroke="#6e7681"/>`;
  return frame + placed;
}

function trim(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
