import type { DecodedCurves } from '../../../../core/curves/encoding.ts';
import { formatBytes } from '../../../../core/units.ts';
import type { Usage } from '../../../../server/index.ts';
import { nameUsage } from '../../../format/gpu-words.ts';
import { formatValue } from '../../../format/numbers.ts';

/** What an attempt used of one thing. */
export interface UsageFigure {
  /** `CPU`, `GPU 0 memory` */
  readonly name: string;
  readonly unit: string;
  /** Over all samples of its monitor. */
  readonly mean: number;
  readonly peak: number;
  /** What was requested, or what there is; undefined if that is not known. */
  readonly limit: number | undefined;
  /** How much of the limit was used: of memory at the peak, of anything else on the whole. */
  readonly share: number | undefined;
}

/** The figures of a usage, in the order of its curves. Curves without any value are left out. */
export function listUsageFigures({ curves, units, limits }: Omit<DecodedCurves<Usage>, 'x' | 'absent'>): UsageFigure[] {
  return curves.flatMap(({ metric, buckets: { max, mean, count } }) => {
    if (mean === undefined || count === undefined) return [];
    const [sum, samples, peak] = count.reduce(
      ([sumBefore, before, most], n, i) =>
        n === 0 ? [sumBefore, before, most] : [sumBefore + (mean[i] ?? 0) * n, before + n, Math.max(most, max[i] ?? 0)],
      [0, 0, -Infinity] as [number, number, number],
    );
    if (samples === 0) return [];
    const figure = { name: nameUsage(metric), unit: units[metric] ?? '', mean: sum / samples, peak };
    const limit = limits[metric];
    const used = figure.unit === 'GiB' ? figure.peak : figure.mean;
    return [{ ...figure, limit, share: limit === undefined ? undefined : used / limit }];
  });
}

const BYTES_PER_GIB = 2 ** 30;
/** Less than this says nothing: a monitor measures every 30 seconds. */
const LEAST = 0.001;

/** An amount for people: `27 MiB`, `0.003 cores`, `312.5 W`. */
export function writeAmount(amount: number, unit: string): string {
  if (unit === 'GiB') return formatBytes(amount * BYTES_PER_GIB);
  if (amount > 0 && amount < LEAST) return `below ${LEAST} ${unit}`;
  return `${formatValue(Math.round(amount / LEAST) * LEAST)} ${unit}`;
}
