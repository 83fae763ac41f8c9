/** One entry of a GRES list: `gpu:a100:4(S:0-1)` is 4 of the name `gpu` and the type `a100`. */
export interface Gres {
  readonly name: string;
  /** Absent if the site sets none. */
  readonly type?: string;
  readonly count: number;
}

/** GPUs by type; those without one are under `''`. */
export type GpuCounts = Readonly<Record<string, number>>;

const MULTIPLES: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4, P: 1024 ** 5 };

/**
 * Reads a list of GRES as `sinfo` prints `Gres` and `GresUsed`: `(null)`, `gpu:4`, `gpu:a100:3(IDX:0-2)`,
 * `gpu:h100:2(S:0-1),shard:h100:16(S:0-1)`, `nic:no_consume:4K`. Text that is not an entry is skipped.
 */
export function parseGres(text: string): Gres[] {
  return entries(text).flatMap((entry) => {
    const words = entry.split(':').filter((word) => word !== 'no_consume');
    const [, digits, unit = ''] = /^(\d+)([KMGTP]?)$/i.exec(words.at(-1) ?? '') ?? [];
    const [name = '', ...type] = words.slice(0, -1);
    if (digits === undefined || name === '') return [];
    const count = Number(digits) * (MULTIPLES[unit.toUpperCase()] ?? 1);
    return [{ name, ...(type.length === 0 ? {} : { type: type.join(':') }), count }];
  });
}

/** What is in parentheses says which of them, and may have commas: it is left out. */
function entries(text: string): string[] {
  return text
    .replace(/\([^()]*\)/g, '')
    .split(',')
    .map((entry) => entry.trim());
}

/** The GPUs of a list, summed by type. Shards and shares of a GPU (`shard`, `mps`) are no GPUs. */
export function countGpus(list: readonly Gres[]): GpuCounts {
  const counts: Record<string, number> = {};
  for (const { name, type = '', count } of list) {
    if (name === 'gpu') counts[type] = (counts[type] ?? 0) + count;
  }
  return counts;
}

/** The GB of each GPU that a site states as a GRES of its own, as Geneva does: `VramPerGpu:no_consume:94G`. */
export function parseGpuMemoryGb(list: readonly Gres[]): number | undefined {
  const stated = list.find(({ name }) => /^v?ram_?per_?gpu$/i.test(name));
  return stated === undefined ? undefined : Math.round(stated.count / (MULTIPLES['G'] ?? 1)) || undefined;
}

/**
 * GPUs of which shares are in use, by type: `shard:h100:3(0/8,3/8)` is one of them. None of these is available as a whole.
 * One in use as a whole, `-/8` since 26.05, counts among the GPUs.
 */
export function parseSharedGpus(used: string): GpuCounts {
  const counts: Record<string, number> = {};
  for (const [, type = '', shares = ''] of used.matchAll(/(?:^|,)(?:shard|mps)(?::([^:,()]+))?:\d+\(([-\d/,]+)\)/g)) {
    const touched = shares.split(',').filter((share) => !/^[0-]\//.test(share)).length;
    if (touched > 0) counts[type] = (counts[type] ?? 0) + touched;
  }
  return counts;
}

/**
 * GPUs in use by the types that there are, never more than there are. What is in use without a type, or of one that is
 * not there (a node that is being reinstalled), is of those that are left.
 */
export function countGpusInUse(total: GpuCounts, used: GpuCounts): GpuCounts {
  let others = sumGpus(Object.fromEntries(Object.entries(used).filter(([type]) => total[type] === undefined)));
  const counts = Object.entries(total).map(([type, count]) => {
    const own = Math.min(count, used[type] ?? 0);
    const more = Math.min(count - own, others);
    others -= more;
    return [type, own + more] as const;
  });
  return Object.fromEntries(counts);
}

export function sumGpus(counts: GpuCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

export function addGpus(...all: readonly GpuCounts[]): GpuCounts {
  const sum: Record<string, number> = {};
  for (const counts of all) for (const [type, count] of Object.entries(counts)) sum[type] = (sum[type] ?? 0) + count;
  return sum;
}
