const BLOCKS = '▁▂▃▄▅▆▇█';

/** The shape of a series (`core/stats/shape.ts`) as a small chart, a space where it has nothing: `▁▂▄▆▇█`. */
export function sparkline(shape: string): string {
  return [...shape].map((sign) => BLOCKS[Number.parseInt(sign, 10)] ?? ' ').join('');
}
