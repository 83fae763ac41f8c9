import { crc32 } from 'node:zlib';
import type { Layout } from '../figure.ts';
import { FONT_NAME, readFontFiles, readPackagedFile } from './font.ts';

/** What journals ask of pictures. */
const DOTS_PER_INCH = 300;

let started: Promise<void> | undefined;

/** A figure in pixels, 300 for an inch of paper. */
export async function renderPng(svg: string, { width }: Layout): Promise<Uint8Array> {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await (started ??= initWasm(readPackagedFile('@resvg/resvg-wasm/index_bg.wasm')));
  const { regular, bold } = readFontFiles();
  const drawn = new Resvg(svg, {
    font: { fontBuffers: [regular, bold], defaultFontFamily: FONT_NAME, sansSerifFamily: FONT_NAME },
    fitTo: { mode: 'width', value: Math.round(width * DOTS_PER_INCH) },
  });
  const image = drawn.render();
  try {
    return withDensity(image.asPng());
  } finally {
    image.free();
    drawn.free();
  }
}

const INCHES_PER_METRE = 39.37;
/** The signature and the header, which comes first in every PNG. */
const HEADER_END = 33;

/** Tells the size on paper: the chunk `pHYs` of the PNG specification, section 11.3.4.3, after the header. */
function withDensity(png: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(21);
  const perMetre = Math.round(DOTS_PER_INCH * INCHES_PER_METRE);
  chunk.writeUInt32BE(9, 0);
  chunk.write('pHYs', 4, 'latin1');
  chunk.writeUInt32BE(perMetre, 8);
  chunk.writeUInt32BE(perMetre, 12);
  chunk.writeUInt8(1, 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  return Buffer.concat([png.subarray(0, HEADER_END), chunk, png.subarray(HEADER_END)]);
}
