import { findEntries } from './catalogue.ts';
import type { GpuEntry } from './entry.ts';

/** A part of a GPU that a site offers as one. */
export interface Slice {
  /** What it is a part of; '' if the name does not say. */
  readonly of: string;
  /** Sevenths (or quarters) of its units; undefined: they are shared by turns, as by NVIDIA's vGPU. */
  readonly units?: number;
  /** GB as in the name. */
  readonly memoryGb: number;
  /** `1g.10gb`, `20c`. */
  readonly profile: string;
  /** The name says that it is a slice, and not which: it is the smallest. */
  readonly unknownSize?: boolean;
}

/** `a100_3g.20gb`, `h100_80gb_hbm3_1g.10gb`, `a100_sxm4_80gb_mig_3g.40gb`, bare `1g.10gb`, `mig_1g.10gb`. */
const MIG = /^(?:mig_)?(?:(.*?)_)?(?:mig_)?([1-7])g\.(\d+)gb(?:\+\w+)*$/;
/** Short for those at some sites: `h100_1.10`. */
const MIG_SHORT = /^([a-z]+\d+)_([1-7])\.(\d+)$/;
/** Shorter still, at Mila: `a100l.3` is `3g.40gb` of an A100 with 80 GB. */
const MIG_UNITS = /^([a-z]+\d+[a-z]?)\.([1-7])$/;
/** Without its size: `a100_mig`, `h100.mig`, `h100mig`. */
const MIG_ALONE = /^([a-z]+\d+[a-z]?)[._]?mig$/;
/** A share of memory with all units by turns: `h100_20c`, `a40_8q`. */
const VGPU = /^(.+)_(\d+)([abcq])$/;
/** `h100_10gb` and `h100_47` are slices at some sites, `h100_80gb` the whole GPU; `90gb` and `mig90` leave out the GPU. */
const BY_MEMORY = /^(?:([a-z]+\d+[a-z]*)_(\d+)(?:gb?)?|(\d+)gb|mig_?(\d+)(?:gb)?)$/;

/** The slice that a plain name means; undefined: it means a whole GPU, or nothing known. */
export function findSliceInName(plain: string): Slice | undefined {
  const [, of = '', units, memory] = MIG.exec(plain) ?? MIG_SHORT.exec(plain) ?? [];
  if (units !== undefined && memory !== undefined) {
    return { of, units: Number(units), memoryGb: Number(memory), profile: `${units}g.${memory}gb` };
  }
  const [, whole, share, series] = VGPU.exec(plain) ?? [];
  if (whole !== undefined && findEntries(whole).length > 0) {
    return { of: whole, memoryGb: Number(share), profile: `${share}${series}` };
  }
  const [, parent, count] = MIG_UNITS.exec(plain) ?? [];
  if (parent !== undefined) return ofProfiles(parent, (profile) => profile.startsWith(`${count}g.`));
  const [, sliced] = MIG_ALONE.exec(plain) ?? [];
  const smallest = sliced === undefined ? undefined : ofProfiles(sliced, () => true);
  return smallest === undefined ? byMemory(plain) : { ...smallest, unknownSize: true };
}

function byMemory(plain: string): Slice | undefined {
  const [, of = '', ofGb, bareGb, migGb] = BY_MEMORY.exec(plain) ?? [];
  const gb = ofGb ?? bareGb ?? migGb;
  const isWhole =
    [...findEntries(plain), ...findEntries(of).filter(({ memoryGb }) => memoryGb === Number(gb))].length > 0;
  if (gb === undefined || isWhole) return undefined;
  return of === ''
    ? { of, memoryGb: Number(gb), profile: `${gb}gb` }
    : ofProfiles(of, (profile) => profile.endsWith(`.${gb}gb`));
}

/** The smallest of the profiles of a GPU that are asked for. */
function ofProfiles(of: string, asked: (profile: string) => boolean): Slice | undefined {
  const [profile] = profilesOf(findEntries(of)).filter(asked);
  return profile === undefined ? undefined : { of, ...parseProfile(profile), profile };
}

/** The MIG profiles of GPUs, the smallest first. */
function profilesOf(entries: readonly GpuEntry[]): readonly string[] {
  const all = entries.flatMap(({ migProfiles = [] }) => migProfiles);
  return all.toSorted((a, b) => {
    const [one, other] = [parseProfile(a), parseProfile(b)];
    return one.memoryGb - other.memoryGb || one.units - other.units;
  });
}

/** The units and the GB of a profile: `3g.40gb`. */
export function parseProfile(profile: string): { readonly units: number; readonly memoryGb: number } {
  const [units, memory] = profile.split('g.');
  return { units: Number(units), memoryGb: Number.parseInt(memory ?? '', 10) };
}
