import type { Spec } from 'vega';
import type { Layout } from './figure.ts';
import { CONFIG, FONT, QUIET, SIZES, vegaText } from './style.ts';
import { measureText } from './text-metrics.ts';

const POINTS_PER_INCH = 72;
const BOLD_IS_WIDER = 1.07;
/** Of Vega: it would write to the console otherwise. */
const ERRORS_ALONE = 1;
/** What no XML document may hold. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** What a kind of figure adds to a {@link Spec} that has the size, the title and the look of all. */
export type Drawing = Pick<Spec, 'data' | 'scales' | 'axes' | 'legends' | 'marks'>;

/** The size of the paper in points, in which all sizes of a drawing are. */
export function getPaperSize({ width, height }: Layout): { readonly width: number; readonly height: number } {
  return { width: width * POINTS_PER_INCH, height: height * POINTS_PER_INCH };
}

/** Draws: an SVG document in the size of the paper, texts as texts. */
export async function drawSvg(drawing: Drawing, layout: Layout, note: string | undefined): Promise<string> {
  const { parse, textMetrics, View } = await import('./vega.ts');
  textMetrics.width = ({ fontSize = 11, fontWeight }, text) =>
    measureText(String(text ?? ''), fontSize) * (fontWeight === 'bold' ? BOLD_IS_WIDER : 1);
  const spec: Spec = {
    ...getPaperSize(layout),
    padding: 3,
    autosize: { type: 'fit', contains: 'padding', resize: true },
    ...titleOf(layout.title, note),
    ...drawing,
  };
  const view = new View(parse(spec, CONFIG), { renderer: 'none', logLevel: ERRORS_ALONE });
  const svg = await view.toSVG();
  view.finalize();
  return fitted(svg, layout);
}

/** The note is below the figure, or below the title if there is one. */
function titleOf(title: string | undefined, note: string | undefined): Pick<Spec, 'title'> {
  const place = { anchor: 'start', frame: 'group' } as const;
  if (title !== undefined) return { title: { text: vegaText(title), ...(note && { subtitle: note }), ...place } };
  if (note === undefined) return {};
  return {
    title: {
      text: note,
      orient: 'bottom',
      fontSize: SIZES.note,
      fontWeight: 'normal',
      color: QUIET,
      offset: 3,
      ...place,
    },
  };
}

const LONG_NUMBERS = /-?\d+\.\d{3,}(?:e-?\d+)?/g;

/** In inches instead of pixels, and numbers with two decimals: a hundredth of a point cannot be seen, and halves the file. */
function fitted(svg: string, { width, height }: Layout): string {
  const size = getPaperSize({ width, height });
  return svg
    .replace(FORBIDDEN, '')
    .replace(/ width="[\d.]+" height="[\d.]+" viewBox="[^"]*"/, () => {
      const box = `0 0 ${round(size.width)} ${round(size.height)}`;
      return ` width="${width}in" height="${height}in" viewBox="${box}" font-family="${FONT}"`;
    })
    .replace(/ (?:d|transform|x|y|x2|y2|width|height)="[^"]*"/g, (attribute) =>
      attribute.replace(LONG_NUMBERS, (text) => String(round(Number(text)))),
    );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
