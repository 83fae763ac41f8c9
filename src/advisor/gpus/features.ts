import { findEntries } from './catalogue.ts';
import type { GpuEntry } from './entry.ts';

/** Sites write `GPU_SKU:L40S`, `gpu=h100` or just `gb200`. */
const KEYED = /^([^:=]+)[:=](.+)$/;
/** Features that describe processors name no GPU. */
const OF_CPUS = /cpu/i;
const OF_GPUS = /gpu/i;
/** `a2` and `p4` are as likely a row or a rack. */
const LEAST_LETTERS = 3;

/**
 * The GPUs that features of a node name, and which features these are. Of several that agree what all of them may mean:
 * `a100` and `a100_80gb` are the card with 80 GB. Of several that do not agree all.
 */
export function findEntriesByFeatures(features: readonly string[]): {
  readonly entries: readonly GpuEntry[];
  readonly said: readonly string[];
} {
  let entries: readonly GpuEntry[] = [];
  const said: string[] = [];
  for (const feature of features) {
    const named = entriesOfFeature(feature);
    if (named.length === 0) continue;
    said.push(feature);
    const both = entries.filter(({ id }) => named.some((each) => each.id === id));
    const all = [...entries, ...named.filter(({ id }) => !entries.some((each) => each.id === id))];
    entries = both.length > 0 ? both : all;
  }
  return { entries, said };
}

function entriesOfFeature(feature: string): readonly GpuEntry[] {
  const [, key = '', value = feature] = KEYED.exec(feature) ?? [];
  if (OF_CPUS.test(key)) return [];
  const name = value.replace(/^gpus?[_-]/i, '');
  const isOfGpus = OF_GPUS.test(key) || name !== value;
  return name.length < LEAST_LETTERS && !isOfGpus ? [] : findEntries(name);
}

/** The GB that features of a node say: `80g`, `gpu_32g`, `GPU_MEM:48GB`, those of GPUs first. */
export function findMemoryByFeatures(features: readonly string[]): readonly number[] {
  const sorted = features.toSorted((a, b) => Number(OF_GPUS.test(b)) - Number(OF_GPUS.test(a)));
  return sorted.flatMap((feature) => {
    const [, gb] = /(?:^|\D)(\d{1,3})g(?:b|ib)?$/i.exec(feature) ?? [];
    return gb === undefined || OF_CPUS.test(feature) ? [] : [Number(gb)];
  });
}
