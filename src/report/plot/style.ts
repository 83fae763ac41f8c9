import type { Config } from 'vega';

/**
 * The palette of Okabe and Ito (Color Universal Design, 2008), whose colours people with any kind of colour blindness can tell
 * apart; without its yellow, which is faint on paper.
 */
const COLORS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'] as const;

/** Dashes in points; with the seven colours they make 42 pairs that differ in both from their neighbours. */
const DASHES: readonly (readonly number[])[] = [[], [4, 1.6], [1.2, 1.2], [5, 1.4, 1.2, 1.4], [8, 2], [2.4, 1]];

const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'] as const;

/** Arimo, which PNG and PDF carry, has the widths of these. */
export const FONT = 'Helvetica, Arial, Arimo, sans-serif';

/** Of texts and lines. */
export const INK = '#222222';
/** Of secondary text. */
export const QUIET = '#555555';
const GRID = '#e4e4e4';

/** `count` colours, again from the first when they run out; {@link makeDashes} and {@link makeShapes} alike. */
export function makeColors(count: number): string[] {
  return cycle(COLORS, count);
}

export function makeDashes(count: number): (readonly number[])[] {
  return cycle(DASHES, count);
}

export function makeShapes(count: number): string[] {
  return cycle(SHAPES, count);
}

function cycle<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => items[i % items.length] as T);
}

/** As small as the captions of a paper allow; a point is 1/72 in. */
export const SIZES = { label: 7, title: 8, head: 9, note: 6 } as const;

/** How all figures look. */
export const CONFIG: Config = {
  background: 'white',
  axis: {
    labelFont: FONT,
    labelFontSize: SIZES.label,
    labelColor: INK,
    titleFont: FONT,
    titleFontSize: SIZES.title,
    titleFontWeight: 'normal',
    titleColor: INK,
    titlePadding: 4,
    domainColor: INK,
    domainWidth: 0.6,
    tickColor: INK,
    tickWidth: 0.6,
    tickSize: 3,
    gridColor: GRID,
    gridWidth: 0.5,
    labelOverlap: 'greedy',
    labelSeparation: 4,
    labelFlush: false,
    labelLimit: 90,
  },
  legend: {
    labelFont: FONT,
    labelFontSize: SIZES.label,
    labelColor: INK,
    labelLimit: 0,
    titleFont: FONT,
    titleFontSize: SIZES.title,
    titleFontWeight: 'normal',
    titleColor: INK,
    titleLimit: 0,
    titlePadding: -2,
    symbolSize: 100,
    symbolStrokeWidth: 1.2,
    rowPadding: 1.5,
    columnPadding: 8,
    padding: 0,
    offset: 4,
  },
  title: {
    font: FONT,
    fontSize: SIZES.head,
    fontWeight: 'bold',
    color: INK,
    subtitleFont: FONT,
    subtitleFontSize: SIZES.note,
    subtitleColor: QUIET,
    offset: 4,
  },
};

/** A text for Vega, which ends in an error at one that is the name of a property of all objects, such as `constructor`. */
export function vegaText(text: string): string | { readonly signal: string } {
  const [first = '', ...rest] = text;
  return text in {} ? { signal: `${JSON.stringify(first)} + ${JSON.stringify(rest.join(''))}` } : text;
}
