import { commandOf } from '../../../core/command/command-of.ts';
import type { Api } from '../../../server/index.ts';
import { splitNames } from './table-settings.ts';

export type FigureRequest = Api['figure']['request'];
export type FigureFormat = Api['figureFile']['request']['format'];

/** As `sheaf plot` has them. */
export const FIGURE_KINDS = ['curves', 'bar', 'scatter', 'heatmap', 'parallel'] as const;
export const FIGURE_BANDS = ['std', 'sem', 'ci95', 'minmax', 'none'] as const;
export const FIGURE_FORMATS = ['svg', 'png', 'pdf', 'html'] as const satisfies readonly FigureFormat[];

/** Inches on paper: larger figures are posters. */
const [SMALLEST, LARGEST] = [1, 40];

/** What the address says about a figure. */
export interface FigureSettings {
  /** Undefined while no metric is chosen. */
  readonly request: FigureRequest | undefined;
  readonly format: FigureFormat;
  readonly texts: { readonly [name in 'q' | 'm' | 'g' | 'x' | 'smooth' | 'w' | 'h' | 'title']: string };
}

/** Reads the settings of the address. */
export function readFigureSettings(settings: URLSearchParams): FigureSettings {
  const text = (name: string): string => settings.get(name) ?? '';
  const texts = {
    q: text('q'),
    m: text('m'),
    g: text('g'),
    x: text('x'),
    smooth: text('smooth'),
    w: text('w'),
    h: text('h'),
    title: text('title'),
  };
  const kind = FIGURE_KINDS.find((each) => each === settings.get('kind'));
  const band = FIGURE_BANDS.find((each) => each === settings.get('band'));
  const groupBy = splitNames(texts.g);
  const [smooth, width, height] = [readNumber(texts.smooth), readInches(texts.w), readInches(texts.h)];
  const request: FigureRequest = {
    metric: texts.m,
    ...(texts.q === '' ? {} : { where: texts.q }),
    ...(kind === undefined ? {} : { kind }),
    ...(groupBy.length === 0 ? {} : { groupBy }),
    ...(texts.x === '' ? {} : { x: texts.x }),
    ...(band === undefined ? {} : { band }),
    ...(smooth === undefined ? {} : { smooth }),
    ...(settings.has('logx') ? { logX: true } : {}),
    ...(settings.has('logy') ? { logY: true } : {}),
    ...(settings.has('symlogx') ? { symlogX: true } : {}),
    ...(settings.has('symlogy') ? { symlogY: true } : {}),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(texts.title === '' ? {} : { title: texts.title }),
  };
  return {
    texts,
    request: texts.m === '' ? undefined : request,
    format: FIGURE_FORMATS.find((each) => each === settings.get('ff')) ?? 'svg',
  };
}

/** What a size is, in inches, where only one side is given. */
const [USUAL_WIDTH, USUAL_HEIGHT] = [3.3, 2.4];

/** The line that draws the same figure. */
export function writeFigureCommand({ width, height, where, ...request }: FigureRequest, format: FigureFormat): string {
  const hasSize = width !== undefined || height !== undefined;
  return commandOf({
    command: 'plot',
    output: `figure.${format}`,
    ...(where === undefined ? {} : { where }),
    ...(hasSize ? { size: `${width ?? USUAL_WIDTH}x${height ?? USUAL_HEIGHT}in` } : {}),
    ...request,
  });
}

function readNumber(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}

function readInches(text: string): number | undefined {
  const value = readNumber(text);
  return value !== undefined && value >= SMALLEST && value <= LARGEST ? value : undefined;
}
