import type { Layout } from '../figure.ts';
import { readFontFiles } from './font.ts';
import { getPaperSize } from '../svg.ts';

/** A figure as a page of its size: lines and texts as such, the signs of the font that it uses within. */
export async function renderPdf(svg: string, layout: Layout): Promise<Uint8Array> {
  const { default: PdfDocument } = await import('pdfkit');
  const { default: svgToPdf } = await import('svg-to-pdfkit');
  const { width, height } = getPaperSize(layout);
  const { regular, bold } = readFontFiles();
  const document = new PdfDocument({ size: [width, height], margin: 0, font: regular as unknown as string, info: {} });
  document.registerFont('regular', regular).registerFont('bold', bold);
  const chunks: Uint8Array[] = [];
  document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const whole = new Promise((resolve) => document.on('end', resolve));
  svgToPdf(document, svg, 0, 0, {
    width,
    height,
    fontCallback: (_family: string, isBold: boolean) => (isBold ? 'bold' : 'regular'),
  });
  document.end();
  await whole;
  return Buffer.concat(chunks);
}
