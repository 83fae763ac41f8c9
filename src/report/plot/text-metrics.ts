/** Widths of the signs from space to `~` in Helvetica, in thousandths of the font size (Adobe's font metrics). */
const WIDTHS: readonly number[] = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];
const OTHER_WIDTH = 600;
const WIDE_WIDTH = 1000;

/** Scripts whose signs are as wide as they are high. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u{1f300}-\u{1faff}]/u;

/** How wide a text is in Helvetica, Arial or Arimo, which have the same widths; in the unit of `size`. */
export function measureText(text: string, size: number): number {
  const widths = [...text].map(
    (sign) => WIDTHS[(sign.codePointAt(0) ?? 0) - 32] ?? (WIDE.test(sign) ? WIDE_WIDTH : OTHER_WIDTH),
  );
  return (widths.reduce((sum, width) => sum + width, 0) * size) / 1000;
}
