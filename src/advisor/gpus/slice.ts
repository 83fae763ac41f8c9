import type { GpuKind } from '../gpu-kind.ts';
import type { GpuEntry } from './entry.ts';
import { parseProfile, type Slice } from './slice-names.ts';
import { makeWholeGpu } from './gpu-from-catalogue.ts';

/** A slice of 10 GB of a GPU with 79.14 usable GiB gives 9.5 GiB (a sample of jobstats, Princeton: 10200547328 bytes). */
const KEPT_BY_THE_SLICE = 9.5 / (79.14 / 8);
/** The same sample against the slice's own name: 1g.10gb. */
const OF_ITS_NAME = 0.95;

/**
 * A part of a GPU. Compute goes by its units (sevenths; quarters of cards that are cut in four), bandwidth by its
 * share of the memory (NVIDIA's MIG guide). Reference units are the larger of both shares, as the Digital Research
 * Alliance of Canada counts them.
 */
export function makeSliceKind(entry: GpuEntry, slice: Slice): GpuKind {
  const whole = makeWholeGpu(entry);
  if (slice.memoryGb >= entry.memoryGb * 0.97) return whole;
  const memory = memoryShare(entry, slice);
  const compute = slice.units === undefined ? 1 : slice.units / parts(entry);
  const scaled = (value: number, share: number): number => Number((value * share).toPrecision(4));
  return {
    id: `${whole.id}:${slice.profile}`,
    name: `${whole.name}, slice ${slice.profile}`,
    arch: whole.arch,
    usableGib: Number(Math.min(slice.memoryGb * OF_ITS_NAME, whole.usableGib * memory * KEPT_BY_THE_SLICE).toFixed(2)),
    ...(whole.bandwidth === undefined ? {} : { bandwidth: scaled(whole.bandwidth, memory) }),
    tflops: Object.fromEntries(Object.entries(whole.tflops).map(([name, value]) => [name, scaled(value, compute)])),
    ...(whole.measuredBf16 === undefined ? {} : { measuredBf16: scaled(whole.measuredBf16, compute) }),
    supports: whole.supports,
    nvlink: 0,
    ...(whole.rgu === undefined ? {} : { rgu: scaled(whole.rgu, Math.max(compute, memory)) }),
    mig: slice.profile,
    notes: [
      slice.units === undefined
        ? 'It shares the units of the GPU with others by turns; its memory is estimated from its name.'
        : 'Several slices cannot work on one model together: one a process. Its memory is estimated from the whole GPU.',
      ...whole.notes,
    ],
  };
}

/** Drivers report a little less than the name of a profile: `3g.39gb` is `3g.40gb`. */
const SAME_SLICE = 0.04;

/** A GPU and which of its profiles a slice is. */
export interface Sliced {
  readonly entry: GpuEntry;
  readonly slice: Slice;
}

/**
 * The GPUs that a slice may be cut from: those that have such a profile; otherwise the ones whose share comes closest.
 *
 * @param exact only those that have the profile
 */
export function findSliceSources(slice: Slice, entries: readonly GpuEntry[], exact: boolean): readonly Sliced[] {
  const having = entries.flatMap((entry) => {
    const profile = entry.migProfiles?.find((each) => isProfile(each, slice));
    return profile === undefined ? [] : [{ entry, slice: { ...slice, ...parseProfile(profile), profile } }];
  });
  if (having.length > 0 || exact) return having;
  const off = (entry: GpuEntry): number =>
    Math.abs(Math.log(slice.memoryGb / (entry.memoryGb * fraction(entry, slice))));
  const [nearest] = entries.toSorted((a, b) => off(a) - off(b));
  return nearest === undefined ? [] : [{ entry: nearest, slice }];
}

/** Of `90gb` the memory alone has to fit; a share such as `20c` is no profile. */
function isProfile(profile: string, { units, memoryGb, profile: name }: Slice): boolean {
  const parts = parseProfile(profile);
  const isSameUnits = units === undefined ? name.endsWith('gb') : parts.units === units;
  return isSameUnits && Math.abs(parts.memoryGb - memoryGb) <= parts.memoryGb * SAME_SLICE;
}

/** The share of the memory for a number of units: 3 of 7 have a half. */
function fraction(entry: GpuEntry, { units }: Slice): number {
  if (units === undefined) return 1;
  if (parts(entry) === 4) return units / 4;
  return units === 7 ? 1 : (units === 3 ? 4 : units) / 8;
}

/** Cards that are cut in four have no profile above `4g`. */
function parts({ migProfiles = [] }: GpuEntry): number {
  const most = Math.max(...migProfiles.map((profile) => Number(profile[0])));
  return most === 4 ? 4 : 7;
}

/** Memory is cut in eighths, of cards that are cut in four in quarters. */
function memoryShare(entry: GpuEntry, { memoryGb, units }: Slice): number {
  if (units === undefined) return memoryGb / entry.memoryGb;
  const steps = parts(entry) === 4 ? 4 : 8;
  return Math.max(1, Math.round((memoryGb / entry.memoryGb) * steps)) / steps;
}
