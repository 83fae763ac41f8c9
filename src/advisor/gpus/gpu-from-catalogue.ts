import { withoutUndefined } from '../../core/value.ts';
import type { GpuKind } from '../gpu-kind.ts';
import type { GpuEntry } from './entry.ts';

/** The GiB of a size in GB: the least that a label can mean. */
const GIB_PER_GB = 1e9 / 2 ** 30;

/** The GiB to assume when it is unknown what programs really get. */
export function convertLabelToGib(memoryGb: number): number {
  return Number((memoryGb * GIB_PER_GB).toFixed(2));
}

/** A whole GPU of the catalogue. */
export function makeWholeGpu(entry: GpuEntry): GpuKind {
  const { id, name, arch, memoryGb, usableGib, bandwidth, tflops, supports, measuredBf16, nvlink, tdp, rgu } = entry;
  return withoutUndefined({
    id,
    name,
    arch,
    usableGib: usableGib ?? convertLabelToGib(memoryGb),
    bandwidth,
    tflops,
    measuredBf16,
    supports,
    nvlink,
    tdp,
    rgu,
    notes: [
      ...(usableGib === undefined
        ? [`What programs get of its ${memoryGb} GB is not known: taken as ${memoryGb} × 10^9 bytes.`]
        : []),
      ...entry.notes,
    ],
  });
}
