/**
 * Indices of a job array as Slurm writes them: `0-3,7`. They may end with a throttle (`%4`), which is left
 * out, and have steps (`0-998:2`).
 */

/** The indices of a text such as `4-9,12%4`; undefined when it is no such text, or was cut off (`1-2,5,...`). */
export function parseRanges(text: string): number[] | undefined {
  const [list = ''] = text.replace(/^\[|\]$/g, '').split('%');
  const indices: number[] = [];
  for (const part of list.split(',')) {
    const match = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part);
    if (match === null) return undefined;
    const from = Number(match[1]);
    const to = Number(match[2] ?? from);
    const step = Math.max(1, Number(match[3] ?? 1));
    for (let index = from; index <= to; index += step) indices.push(index);
  }
  return indices;
}

/** `0-3,7` of indices in ascending order. */
export function formatRanges(indices: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const index of indices) {
    const last = parts.at(-1);
    if (last !== undefined && index === last[1] + 1) last[1] = index;
    else parts.push([index, index]);
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
