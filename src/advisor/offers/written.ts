import { isMap, type Value, type ValueMap } from '../../core/value.ts';
import { parseTimeLimit } from '../../core/units.ts';

/** A partition as `sheaf.yaml`, a profile or a program describes it. What is absent is not known. */
export interface WrittenPartition {
  readonly name: string;
  /** As the scheduler calls it. */
  readonly gpuType?: string;
  readonly gpusPerNode?: number;
  readonly totalNodes?: number;
  readonly arch?: string;
  /** GB of one GPU, as on the box. */
  readonly memoryGb?: number;
  readonly fp8Support?: boolean;
  readonly priority?: string;
  readonly cpusPerNode?: number;
  /** GiB of a node's own memory. */
  readonly nodeMemoryGib?: number;
  readonly maxTimeS?: number;
  readonly preemptible?: boolean;
  /** Accounts that may use it. */
  readonly accounts?: readonly string[];
  readonly notes: readonly string[];
}

/** The keys of a partition in `cluster: {partitions: {…}}`, with what each must be. */
export const PARTITION_KEYS = {
  gpu_type: 'a text',
  gpus_per_node: 'a whole number',
  total_nodes: 'a whole number',
  arch: 'a text',
  memory_gb: 'a number above 0',
  fp8_support: 'true or false',
  priority: 'a text or a number',
  cpus_per_node: 'a whole number',
  node_memory_gb: 'a number above 0',
  max_time: 'a time limit such as 2-00:00:00',
  preemptible: 'true or false',
  accounts: 'a list of names',
  note: 'a text',
} as const;

type Key = keyof typeof PARTITION_KEYS;

/**
 * Partitions as they are written.
 *
 * @returns what is wrong with them, too: one sentence each, with the key it is about
 */
export function writtenPartitions(written: { readonly [name: string]: ValueMap }): {
  readonly partitions: readonly WrittenPartition[];
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const partitions = Object.entries(written).map(([name, facts]) => writtenPartition(name, facts, problems));
  return { partitions, problems };
}

function writtenPartition(name: string, facts: Value | undefined, problems: string[]): WrittenPartition {
  if (/\p{Cc}/u.test(name))
    problems.push(`cluster.partitions has a name with a control character: ${JSON.stringify(name)}`);
  if (!isMap(facts)) {
    problems.push(`cluster.partitions.${name} must be a map such as {gpu_type: A100, gpus_per_node: 4}`);
    return { name, notes: [] };
  }
  const known = Object.keys(PARTITION_KEYS);
  for (const key of Object.keys(facts)) {
    if (!known.includes(key))
      problems.push(`cluster.partitions.${name}.${key} is not known; there are ${known.join(', ')}`);
  }
  const read = <T>(key: Key, as: (value: Value) => T | undefined): T | undefined => {
    const value = facts[key];
    if (value === undefined || value === null) return undefined;
    const found = as(value);
    if (found === undefined) problems.push(`cluster.partitions.${name}.${key} must be ${PARTITION_KEYS[key]}`);
    return found;
  };
  const found = {
    gpuType: read('gpu_type', text),
    gpusPerNode: read('gpus_per_node', whole),
    totalNodes: read('total_nodes', whole),
    arch: read('arch', text),
    memoryGb: read('memory_gb', positive),
    fp8Support: read('fp8_support', flag),
    priority: read('priority', textOrNumber),
    cpusPerNode: read('cpus_per_node', whole),
    nodeMemoryGib: read('node_memory_gb', positive),
    maxTimeS: read('max_time', seconds),
    preemptible: read('preemptible', flag),
    accounts: read('accounts', names),
    note: read('note', text),
  };
  const { note, ...rest } = found;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { name, notes: note === undefined ? [] : [note], ...given };
}

function text(value: Value): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textOrNumber(value: Value): string | undefined {
  return typeof value === 'number' ? String(value) : text(value);
}

function whole(value: Value): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function positive(value: Value): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

function flag(value: Value): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function names(value: Value): readonly string[] | undefined {
  if (!Array.isArray(value) || isMap(value)) return undefined;
  return value.every((each) => typeof each === 'string') ? (value as readonly string[]) : undefined;
}

function seconds(value: Value): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  try {
    return parseTimeLimit(value);
  } catch {
    return undefined;
  }
}
