import type {} from 'vega';

declare module 'vega' {
  /** How wide and high texts are; `width` may be replaced (vega-scenegraph, `src/util/text.js`). */
  export const textMetrics: {
    width: (item: { fontSize?: number; fontWeight?: unknown }, text: string | number | undefined) => number;
  };
}

/** The drawing library, by itself: it is loaded only when something is drawn, from a file of its own in `dist`. */
export { parse, textMetrics, View } from 'vega';
