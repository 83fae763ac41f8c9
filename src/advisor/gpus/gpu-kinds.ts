import type { GpuKind } from '../gpu-kind.ts';
import { CATALOGUE, findEntries } from './catalogue.ts';
import type { GpuEntry } from './entry.ts';
import { findEntriesByFeatures, findMemoryByFeatures } from './features.ts';
import { findMemoryInName, explainUnknownCard, toPlainName } from './names.ts';
import type { ProjectGpu } from './project-gpus.ts';
import { findSliceInName, type Slice } from './slice-names.ts';
import { findSliceSources, makeSliceKind, type Sliced } from './slice.ts';
import { convertLabelToGib, makeWholeGpu } from './gpu-from-catalogue.ts';

/** What else is known of the node or partition, for names that mean more than one GPU, or none. */
export interface GpuHints {
  /** Of a GPU, as a catalogue or a driver says it; GB and GiB are close enough to tell sizes apart. */
  readonly memoryGib?: number;
  /** Features of the node: `a100_80gb`, `80g`, `GPU_SKU:L40S`. */
  readonly features?: readonly string[];
  /** GPUs that the project's `sheaf.yaml` describes; they go before the catalogue. */
  readonly own?: readonly ProjectGpu[];
}

/** Sizes within this share of each other are the same: 79.1 GiB is the 80 GB card. */
const SAME_SIZE = 0.12;

/**
 * What a type in a GRES string means: `a100`, `nvidia_h100_80gb_hbm3_1g.10gb`, `rtx_a6000`. Undefined: unknown here.
 * A name that means more than one GPU, without a hint which, gives the one with the least memory and a note. A name that
 * means no card is known by the features of its node, if those name one.
 */
export function findGpuKind(gresType: string, hints: GpuHints = {}): GpuKind | undefined {
  const plain = toPlainName(gresType);
  const own = hints.own?.find(({ names }) => names.includes(plain));
  if (own !== undefined) return own.kind;
  if (explainUnknownCard(gresType) !== undefined) return kindOfFeatures(hints);
  const slice = findSliceInName(plain);
  return (slice === undefined ? kindOfWhole(gresType, hints) : kindOfSlice(slice, hints)) ?? kindOfFeatures(hints);
}

/** All whole GPUs of the catalogue, after a project's own ones. */
export function listGpuKinds(own: readonly ProjectGpu[] = []): readonly GpuKind[] {
  return [...own.map(({ kind }) => kind), ...CATALOGUE.map(makeWholeGpu)];
}

function kindOfWhole(name: string, hints: GpuHints): GpuKind | undefined {
  const plain = toPlainName(name);
  const entries = findEntries(name);
  if (entries.length > 0) return oneOf(entries, plain, hints);
  // Makers add words: "NVIDIA A100-SXM-64GB", "NVIDIA RTX PRO 6000 Blackwell Workstation Edition".
  const said = findMemoryInName(plain);
  const shorter = shortened(said?.rest ?? plain);
  const memoryGib = said?.gb ?? hints.memoryGib;
  return (
    shorter && oneOf(shorter.entries, shorter.name, { ...hints, ...(memoryGib === undefined ? {} : { memoryGib }) })
  );
}

/** What features of a node name, with the words that it is from there. */
function kindOfFeatures(hints: GpuHints): GpuKind | undefined {
  const { entries, said } = findEntriesByFeatures(hints.features ?? []);
  return entries.length === 0 ? undefined : withBasis(oneOf(entries, said.join(' '), hints), said);
}

function withBasis(kind: GpuKind, said: readonly string[]): GpuKind {
  if (said.length === 0) return kind;
  const basis = `${said.length === 1 ? 'the feature' : 'the features'} ${said.join(' and ')} of its nodes`;
  return { ...kind, basis, notes: [`Known by ${basis}.`, ...kind.notes] };
}

/** The longest beginning of a name that is known. */
function shortened(plain: string): { readonly name: string; readonly entries: readonly GpuEntry[] } | undefined {
  const words = plain.split('_');
  for (let count = words.length; count > 0; count -= 1) {
    const name = words.slice(0, count).join('_');
    const entries = findEntries(name);
    if (entries.length > 0) return { name, entries };
  }
  return undefined;
}

/** @param entries what a name may mean, the least first where sizes are the same */
function oneOf(entries: readonly GpuEntry[], name: string, hints: GpuHints): GpuKind {
  const sorted = entries.toSorted((a, b) => makeWholeGpu(a).usableGib - makeWholeGpu(b).usableGib);
  const left = narrowed(sorted, hints);
  const [least] = left;
  if (least === undefined) return ofOtherSize(sorted[0] as GpuEntry, hints.memoryGib ?? 0);
  const kind = makeWholeGpu(least);
  const unsure = doubt(name, left);
  return unsure === undefined ? kind : { ...kind, unsure, notes: [unsure, ...kind.notes] };
}

/** What is not certain of a name that may mean each of these; undefined: they have the same memory and architecture. */
function doubt(name: string, sorted: readonly GpuEntry[]): string | undefined {
  const sizes = [...new Set(sorted.map(({ memoryGb }) => memoryGb))];
  if (sizes.length > 1) return `"${name}" may have ${either(sizes)} GB: sheaf assumes ${sizes[0]} GB.`;
  if (new Set(sorted.map(({ arch }) => arch)).size === 1) return undefined;
  return `"${name}" may be ${either(sorted.map((entry) => entry.name))}: assumed the first.`;
}

function either(words: readonly (string | number)[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** Those that a size and features point at; none: there is no such card of that size. */
function narrowed(entries: readonly GpuEntry[], { memoryGib, features = [] }: GpuHints): readonly GpuEntry[] {
  const ofSize = (gb: number, share: number): readonly GpuEntry[] =>
    entries.filter(({ memoryGb }) => Math.abs(memoryGb - gb) <= memoryGb * share);
  if (memoryGib !== undefined) return ofSize(memoryGib, SAME_SIZE);
  const named = findEntriesByFeatures(features).entries;
  const both = entries.filter(({ id }) => named.some((each) => each.id === id));
  const sized = findMemoryByFeatures(features)
    .map((gb) => ofSize(gb, 0))
    .find((those) => those.length > 0);
  const sizedToo = both.filter((entry) => sized?.includes(entry) ?? true);
  return [sizedToo, both, sized ?? [], entries].find((those) => those.length > 0) ?? [];
}

/** Sites have custom parts: what the nodes report counts, not the name. */
function ofOtherSize(entry: GpuEntry, memoryGb: number): GpuKind {
  const kind = makeWholeGpu(entry);
  return {
    ...kind,
    usableGib: Math.min(convertLabelToGib(memoryGb), memoryGb),
    notes: [
      `It has ${memoryGb} GB, not the ${entry.memoryGb} GB of the catalogue: taken as ${memoryGb} × 10^9 bytes.`,
      ...kind.notes,
    ],
  };
}

function kindOfSlice(slice: Slice, { features = [] }: GpuHints): GpuKind | undefined {
  const byFeatures = slice.of === '' ? findEntriesByFeatures(features) : { entries: [], said: [] };
  const named = slice.of === '' ? byFeatures.entries : (shortened(slice.of)?.entries ?? []);
  const isBare = slice.of === '' && named.length === 0;
  const from = findSliceSources(slice, isBare ? CATALOGUE : named, isBare);
  const [least] = from.toSorted((a, b) => a.entry.memoryGb - b.entry.memoryGb);
  if (least === undefined) return undefined;
  const kind = withBasis(makeSliceKind(least.entry, least.slice), byFeatures.said);
  const unsure = sliceDoubt(slice, from, isBare);
  return unsure === undefined ? kind : { ...kind, unsure, notes: [unsure, ...kind.notes] };
}

function sliceDoubt(slice: Slice, from: readonly Sliced[], isBare: boolean): string | undefined {
  const { profile, unknownSize, of, units } = slice;
  if (unknownSize === true)
    return `"${of}" is cut into slices of unknown size: sheaf assumes the smallest, ${profile}.`;
  const [first] = from;
  if (new Set(from.map(({ entry }) => entry.arch)).size > 1) {
    return `"${profile}" may be a slice of ${either(from.map(({ entry }) => entry.name))}: assumed of the first.`;
  }
  return isBare && units === undefined && first !== undefined
    ? `"${profile}" does not say of which GPU: taken as ${first.slice.profile} of ${first.entry.name}.`
    : undefined;
}
