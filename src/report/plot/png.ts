import type { Layout } from './figure.ts';
import { FONT_NAME, fontFiles, packagedFile } from './font.ts';

/** What journals ask of pictures. */
const DOTS_PER_INCH = 300;

let started: Promise<void> | undefined;

/** A figure in pixels, 300 for an inch of paper. */
export async function pngOf(svg: string, { width }: Layout): Promise<Uint8Array> {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await (started ??= initWasm(packagedFile('@resvg/resvg-wasm/index_bg.wasm')));
  const { regular, bold } = fontFiles();
  const drawn = new Resvg(svg, {
    font: { fontBuffers: [regular, bold], defaultFontFamily: FONT_NAME, sansSerifFamily: FONT_NAME },
    fitTo: { mode: 'width', value: Math.round(width * DOTS_PER_INCH) },
  });
  const image = drawn.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    drawn.free();
  }
}
