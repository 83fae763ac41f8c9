import { extname } from 'node:path';
import { inputError } from '../../core/errors.ts';
import {
  drawFigureSvg,
  renderHtml,
  findLettersWithoutFont,
  renderPdf,
  renderPng,
  type Figure,
  type Layout,
} from '../../report/index.ts';
import { replaceFile } from '../../system/index.ts';
import { getKeptMode, resolveOutputPath } from '../project/output-file.ts';

/** What figures are drawn as, by the ending of their file. */
export const FIGURE_FORMATS = ['svg', 'png', 'pdf', 'html'] as const;
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

export interface FigureFile {
  /** Absolute. */
  readonly path: string;
  readonly format: FigureFormat;
  readonly bytes: number;
  /** Letters that are missing in it. */
  readonly warnings: readonly string[];
}

/** A column of a paper in two columns. */
const ONE_COLUMN: Layout = { width: 3.3, height: 2.4 };

/** A figure as the content of a file. */
export interface DrawnFigure {
  readonly content: string | Uint8Array;
  /** Letters that are missing in it. */
  readonly warnings: readonly string[];
}

/**
 * Draws a figure into a file, replacing it atomically. The ending of its name tells the format.
 *
 * @throws SheafError `plot.format`, `export.file`, `file.*`
 */
export async function writeFigure(figure: Figure, file: string, layout: Partial<Layout> = {}): Promise<FigureFile> {
  const format = parseFigureFormat(file);
  const path = resolveOutputPath(file);
  const { content, warnings } = await drawFigure(figure, format, layout, file);
  replaceFile(path, (append) => append(content), getKeptMode(path));
  return { path, format, bytes: Buffer.byteLength(content), warnings };
}

/**
 * Draws a figure, and writes nothing.
 *
 * @param layout in inches; default: a column of a paper in two columns
 * @param name what warnings call it
 */
export async function drawFigure(
  figure: Figure,
  format: FigureFormat,
  layout: Partial<Layout> = {},
  name = `the figure as ${format.toUpperCase()}`,
): Promise<DrawnFigure> {
  const whole: Layout = { ...ONE_COLUMN, ...layout };
  const svg = await drawFigureSvg(figure, whole);
  const content = await contentOf(svg, figure, format, whole);
  const carriesFont = format === 'png' || format === 'pdf';
  return { content, warnings: carriesFont ? fontWarnings(svg, name) : [] };
}

/** @throws SheafError `plot.format` */
export function parseFigureFormat(file: string): FigureFormat {
  const ending = extname(file).slice(1).toLowerCase();
  const format = FIGURE_FORMATS.find((each) => each === ending);
  if (format !== undefined) return format;
  throw inputError('plot.format', `the name ${file} does not tell the format`, {
    why: 'plot draws SVG, PNG, PDF and HTML',
    fix: `let the name end in ${FIGURE_FORMATS.map((each) => `.${each}`).join(', ')}`,
    now: 'nothing was written',
  });
}

function fontWarnings(svg: string, file: string): string[] {
  const missing = findLettersWithoutFont(svg);
  const few = missing.slice(0, MOST_LETTERS).join(' ');
  return missing.length === 0
    ? []
    : [`${file} lacks the letters ${few}, which its font does not have: SVG and HTML show them`];
}

const MOST_LETTERS = 10;

async function contentOf(
  svg: string,
  figure: Figure,
  format: FigureFormat,
  layout: Layout,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'svg':
      return `${svg}\n`;
    case 'html':
      return renderHtml(svg, figure, layout.title ?? titleOf(figure));
    case 'png':
      return renderPng(svg, layout);
    case 'pdf':
      return renderPdf(svg, layout);
  }
}

function titleOf(figure: Figure): string {
  if (figure.kind === 'heatmap') return figure.value.label;
  return figure.kind === 'parallel' ? (figure.axes.at(-1)?.label ?? '') : figure.y.label;
}
