import type { GpuKind } from '../gpu-kind.ts';
import { CATALOGUE, entriesNamed } from './catalogue.ts';
import type { GpuEntry } from './entry.ts';
import { memoryIn, plainName, sliceIn, type Slice } from './names.ts';
import type { OwnGpu } from './own.ts';
import { sliceKind } from './slice.ts';
import { gibOfLabel, wholeKind } from './whole.ts';

/** What else is known of the node or partition, for names that mean more than one GPU. */
export interface GpuHints {
  /** Of a GPU, as a catalogue or a driver says it; GB and GiB are close enough to tell sizes apart. */
  readonly memoryGib?: number;
  /** Features of the node: `a100_80gb`, `80g`. */
  readonly features?: readonly string[];
  /** GPUs that the project's `sheaf.yaml` describes; they go before the catalogue. */
  readonly own?: readonly OwnGpu[];
}

/** Sizes within this share of each other are the same: 79.1 GiB is the 80 GB card. */
const SAME_SIZE = 0.12;

/**
 * What a type in a GRES string means: `a100`, `nvidia_h100_80gb_hbm3_1g.10gb`, `rtx_a6000`. Undefined: unknown here.
 * A name that means more than one GPU, without a hint which, gives the one with the least memory and a note.
 */
export function gpuKind(gresType: string, hints: GpuHints = {}): GpuKind | undefined {
  const plain = plainName(gresType);
  const own = hints.own?.find(({ names }) => names.includes(plain));
  if (own !== undefined) return own.kind;
  const slice = sliceIn(plain) ?? shortSlice(plain);
  if (slice !== undefined) return kindOfSlice(slice, hints);
  return kindOfWhole(gresType, hints);
}

/** All whole GPUs of the catalogue, after a project's own ones. */
export function gpuKinds(own: readonly OwnGpu[] = []): readonly GpuKind[] {
  return [...own.map(({ kind }) => kind), ...CATALOGUE.map(wholeKind)];
}

function kindOfWhole(name: string, hints: GpuHints): GpuKind | undefined {
  const entries = entriesNamed(name);
  if (entries.length > 0) return oneOf(entries, plainName(name), hints);
  // Makers add words: "NVIDIA A100-SXM-64GB", "NVIDIA RTX PRO 6000 Blackwell Workstation Edition".
  const said = memoryIn(plainName(name));
  const shorter = shortened(said?.rest ?? plainName(name));
  const memoryGib = said?.gb ?? hints.memoryGib;
  return (
    shorter && oneOf(shorter.entries, shorter.name, { ...hints, ...(memoryGib === undefined ? {} : { memoryGib }) })
  );
}

/** The longest beginning of a name that is known. */
function shortened(plain: string): { readonly name: string; readonly entries: readonly GpuEntry[] } | undefined {
  const words = plain.split('_');
  for (let count = words.length; count > 0; count -= 1) {
    const name = words.slice(0, count).join('_');
    const entries = entriesNamed(name);
    if (entries.length > 0) return { name, entries };
  }
  return undefined;
}

function oneOf(entries: readonly GpuEntry[], name: string, hints: GpuHints): GpuKind {
  const sorted = entries.toSorted((a, b) => wholeKind(a).usableGib - wholeKind(b).usableGib);
  const [least] = sorted as [GpuEntry, ...GpuEntry[]];
  const told = hinted(sorted, hints);
  if (told !== undefined) return wholeKind(told);
  if (hints.memoryGib !== undefined) return ofOtherSize(least, hints.memoryGib);
  const kind = wholeKind(least);
  if (sorted.length === 1) return kind;
  const sizes = sorted.map(({ memoryGb }) => memoryGb);
  const words = `${sizes.slice(0, -1).join(', ')} or ${sizes.at(-1)} GB`;
  const unsure = `"${name}" may have ${words}: reckoned with the least, ${sizes[0]} GB.`;
  return { ...kind, unsure, notes: [unsure, ...kind.notes] };
}

/** The one that a size or a feature points at. */
function hinted(entries: readonly GpuEntry[], { memoryGib, features = [] }: GpuHints): GpuEntry | undefined {
  if (memoryGib !== undefined) {
    return entries.find(({ memoryGb }) => Math.abs(memoryGb - memoryGib) <= memoryGb * SAME_SIZE);
  }
  for (const feature of features) {
    const named = entriesNamed(feature);
    if (named.length === 1) {
      const same = entries.find(({ id }) => id === named[0]?.id);
      if (same !== undefined) return same;
    }
    const gb = Number(/(?:^|\D)(\d{2,3})g(?:b|ib)?$/i.exec(feature)?.[1]);
    const sized = entries.filter(({ memoryGb }) => memoryGb === gb);
    if (sized.length === 1) return sized[0];
  }
  return undefined;
}

/** Sites have custom parts: what the nodes report counts, not the name. */
function ofOtherSize(entry: GpuEntry, memoryGb: number): GpuKind {
  const kind = wholeKind(entry);
  return {
    ...kind,
    usableGib: Math.min(gibOfLabel(memoryGb), memoryGb),
    notes: [
      `It has ${memoryGb} GB, not the ${entry.memoryGb} GB of the catalogue: reckoned as ${memoryGb} × 10^9 bytes.`,
      ...kind.notes,
    ],
  };
}

/** `h100_10gb` is a slice at some sites, `h100_80gb` the whole GPU. */
function shortSlice(plain: string): Slice | undefined {
  const [, of, digits] = /^([a-z]+\d+)_(\d+)gb$/.exec(plain) ?? [];
  if (of === undefined || entriesNamed(plain).length > 0) return undefined;
  const gb = Number(digits);
  const profile = entriesNamed(of)
    .flatMap(({ migProfiles = [] }) => migProfiles)
    .filter((each) => each.endsWith(`.${gb}gb`))
    .toSorted()[0];
  return profile === undefined ? undefined : { of, units: Number(profile[0]), memoryGb: gb, profile };
}

function kindOfSlice(slice: Slice, hints: GpuHints): GpuKind | undefined {
  const entries = slice.of === '' ? (hints.features ?? []).flatMap(entriesNamed) : (shortened(slice.of)?.entries ?? []);
  const having = entries.filter(({ migProfiles = [] }) => migProfiles.includes(slice.profile));
  // A size in the name decides between the cards of that name: a100_3g.40gb is cut from the one with 80 GB.
  const [entry] = (having.length > 0 ? having : entries).toSorted((a, b) => a.memoryGb - b.memoryGb);
  return entry && sliceKind(entry, slice);
}
