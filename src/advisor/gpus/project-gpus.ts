import { gpu, readEntry } from '../../core/validation/cluster-settings.ts';
import { withoutUndefined, type Value, type ValueMap } from '../../core/value.ts';
import type { GpuKind } from '../gpu-kind.ts';
import { getSupportedPrecisions } from './arch.ts';
import { findEntries } from './catalogue.ts';
import { toPlainName } from './names.ts';
import { convertLabelToGib, makeWholeGpu } from './gpu-from-catalogue.ts';

/** A GPU that a project describes itself, with the names it goes by. */
export interface ProjectGpu {
  readonly kind: GpuKind;
  readonly names: readonly string[];
}

/**
 * GPUs as `cluster: {gpus: {…}}` of `sheaf.yaml` describes them.
 *
 * @returns what is wrong with them, too: one sentence each, with the key it is about
 */
export function parseProjectGpus(written: { readonly [name: string]: ValueMap }): {
  readonly gpus: readonly ProjectGpu[];
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const gpus = Object.entries(written).flatMap(([name, facts]) => ownGpu(name, facts, problems) ?? []);
  const owners = new Map<string, string>();
  for (const { kind, names } of gpus) {
    for (const name of new Set(names)) {
      const owner = owners.get(name);
      if (owner !== undefined) problems.push(`cluster.gpus.${kind.id}: ${owner} is called ${name}, too`);
      owners.set(name, kind.id);
    }
  }
  return { gpus, problems };
}

function ownGpu(id: string, facts: Value | undefined, problems: string[]): ProjectGpu | undefined {
  const before = problems.length;
  const name = `cluster.gpus.${id}`;
  const read = readEntry(gpu, facts, name, problems);
  // An empty map lacks what must be given, too.
  if (read === undefined && problems.length > before) return undefined;
  const given = read ?? {};
  const base = baseOf(given.like, () =>
    problems.push(`${name}.like must name a GPU of the catalogue, such as a100_80_sxm`),
  );
  const { memory_gb: memoryGb, usable_gib: usable } = given;
  const arch = given.arch ?? base?.arch;
  const usableGib = usable ?? (memoryGb === undefined ? base?.usableGib : convertLabelToGib(memoryGb));
  if (arch === undefined)
    problems.push(`${name}.arch must be given: ampere, hopper, … or like: a GPU of the catalogue`);
  if (usableGib === undefined) problems.push(`${name}.memory_gb must be given, or usable_gib`);
  if (problems.length > before || arch === undefined || usableGib === undefined) return undefined;
  const kind: GpuKind = {
    ...base,
    ...withoutUndefined({
      bandwidth: given.bandwidth_gbs,
      nvlink: given.nvlink_gbs,
      tdp: given.tdp_w,
      rgu: given.rgu,
    }),
    id,
    name: given.name ?? base?.name ?? id,
    arch: arch.toLowerCase(),
    usableGib,
    tflops: given.tflops ?? base?.tflops ?? {},
    supports: given.supports ?? base?.supports ?? ['fp32'],
    notes: [
      'Described in sheaf.yaml.',
      ...(usable === undefined && memoryGb !== undefined
        ? [`What programs get of its ${memoryGb} GB is not written: taken as ${memoryGb} × 10^9 bytes.`]
        : []),
    ],
  };
  return { kind, names: [id, ...(given.aliases ?? [])].map(toPlainName) };
}

/** A GPU of which only what a partition's entry says is known. */
export function makeWrittenKind(name: string, arch: string, memoryGb: number, fp8: boolean): GpuKind {
  const known = getSupportedPrecisions(arch);
  return {
    id: toPlainName(name),
    name,
    arch: arch.toLowerCase(),
    usableGib: convertLabelToGib(memoryGb),
    tflops: {},
    supports: fp8 && !known.includes('fp8') ? [...known, 'fp8'] : known,
    notes: [`Known from sheaf.yaml alone; its ${memoryGb} GB are taken as ${memoryGb} × 10^9 bytes.`],
  };
}

function baseOf(like: string | undefined, wrong: () => void): GpuKind | undefined {
  if (like === undefined) return undefined;
  const [entry] = findEntries(like);
  if (entry === undefined) wrong();
  return entry && makeWholeGpu(entry);
}
