import type { Series } from '../experiment/series.ts';

const PARTS = 16;
const LEVELS = 8;

/**
 * The rough course of a series in at most 16 characters, one for each of equal parts of its range of steps: the mean of the
 * finite values there as a digit from 0 (the smallest of these means) to 7 (the largest), `-` for a part without any. A series
 * of fewer points has one part for each point. One that does not change is all 3. Empty when no value is finite.
 */
export function computeShape({ steps, values }: Pick<Series, 'steps' | 'values'>): string {
  const means = partMeans(steps, values, Math.min(PARTS, values.length));
  const present = means.filter((mean) => mean !== undefined);
  const [low, high] = [Math.min(...present), Math.max(...present)];
  if (present.length === 0) return '';
  return means.map((mean) => (mean === undefined ? '-' : digit(mean, low, high))).join('');
}

function partMeans(steps: Float64Array, values: Float64Array, parts: number): (number | undefined)[] {
  const [first = 0, last = 0] = [steps[0], steps.at(-1)];
  const means = Array.from({ length: parts }, () => 0);
  const counts = Array.from({ length: parts }, () => 0);
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    // All points at one step: spread by their order.
    const place = last > first ? ((steps[i] ?? 0) - first) / (last - first) : i / values.length;
    const part = Math.min(parts - 1, Math.floor(place * parts));
    const count = (counts[part] = (counts[part] ?? 0) + 1);
    const mean = means[part] ?? 0;
    // A running mean: the sum of very large values would be infinite.
    means[part] = mean + (value / count - mean / count);
  });
  return means.map((mean, part) => (counts[part] === 0 ? undefined : mean));
}

/** Halved, so that the distance of the largest doubles is one. */
function digit(value: number, low: number, high: number): string {
  if (low === high) return '3';
  const place = (value / 2 - low / 2) / (high / 2 - low / 2);
  return String(Math.min(LEVELS - 1, Math.floor(place * LEVELS)));
}
