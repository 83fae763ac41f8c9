import { makePlacelessLayer, toTree } from './config.ts';
import { choice, flag, listSchema, positive, timeLimit, wholeFrom } from './kinds.ts';
import { firstOf, key, mapOf, orNull, valueKind, type Kind, type ValueKind } from './setting.ts';
import type { Problem } from '../errors.ts';
import { parseTimeLimit } from '../units.ts';
import type { Value } from '../value.ts';

/** A text that is not empty: what looks like a number is not a text here. */
export const word: ValueKind<string> = valueKind('a text', { type: 'string', minLength: 1 }, (value) =>
  typeof value === 'string' && value !== '' ? value : undefined,
);

const count = wholeFrom(0, 'a whole number');
const number = valueKind('a number', { type: 'number' }, (value) =>
  typeof value === 'number' ? String(value) : undefined,
);
const names = valueKind('a list of names', listSchema(word.schema).anyOf?.[1] ?? {}, (value) =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? (value as readonly string[]) : undefined,
);
const duration = valueKind('a time limit such as 2-00:00:00', timeLimit.schema, (value, written) => {
  const limit = timeLimit.accept(value, written);
  return limit === undefined ? undefined : parseTimeLimit(limit);
});

/** A partition as `sheaf.yaml`, a profile or a program describes it. */
interface PartitionFacts {
  readonly gpu_type?: string;
  readonly gpus_per_node?: number;
  readonly total_nodes?: number;
  readonly arch?: string;
  /** GB of one GPU, as on the box. */
  readonly memory_gb?: number;
  readonly fp8_support?: boolean;
  readonly priority?: string;
  readonly cpus_per_node?: number;
  /** GiB of a node's own memory. */
  readonly node_memory_gb?: number;
  /** Seconds. */
  readonly max_time?: number;
  readonly preemptible?: boolean;
  readonly accounts?: readonly string[];
  readonly note?: string;
}

export const partition: Kind<PartitionFacts> = mapOf(
  {
    gpu_type: key(orNull(word), 'Type of its GPUs, as the scheduler calls it'),
    gpus_per_node: key(orNull(count), 'GPUs of each node'),
    total_nodes: key(orNull(count), 'Number of nodes'),
    arch: key(orNull(word), 'Architecture of the GPUs, if sheaf does not know them: hopper'),
    memory_gb: key(orNull(positive), 'Memory of one GPU in GB, if sheaf does not know it'),
    fp8_support: key(orNull(flag), 'Whether the GPUs can compute in fp8'),
    priority: key(orNull(firstOf('a text or a number', number, word)), 'A word about its priority'),
    cpus_per_node: key(orNull(count), 'CPU cores of each node'),
    node_memory_gb: key(orNull(positive), 'Memory of each node in GiB'),
    max_time: key(orNull(duration), 'Longest time limit of a job: 2-00:00:00'),
    preemptible: key(orNull(flag), 'Whether other jobs can preempt its jobs'),
    accounts: key(orNull(names), 'Accounts that can use it'),
    note: key(orNull(word), 'A remark for people'),
  },
  'a map such as {gpu_type: A100, gpus_per_node: 4}',
);

const PRECISIONS = ['fp32', 'tf32', 'fp16', 'bf16', 'fp8', 'fp4'] as const;
type Precision = (typeof PRECISIONS)[number];

/** A GPU that a project describes itself. */
interface GpuFacts {
  readonly name?: string;
  readonly aliases?: readonly string[];
  readonly like?: string;
  readonly arch?: string;
  readonly memory_gb?: number;
  readonly usable_gib?: number;
  readonly bandwidth_gbs?: number;
  readonly nvlink_gbs?: number;
  readonly tdp_w?: number;
  readonly rgu?: number;
  readonly supports?: readonly Precision[];
  readonly tflops?: { readonly [P in Precision]?: number };
}

const rate = valueKind('a number', { type: 'number' }, (value) => (typeof value === 'number' ? value : undefined));
const precision = choice(PRECISIONS);
const supports = valueKind(
  `a list of ${PRECISIONS.join(', ')}`,
  { type: 'array', items: precision.schema },
  (value) => {
    const isKnown = Array.isArray(value) && value.every((each) => precision.accept(each, {}) !== undefined);
    return isKnown ? PRECISIONS.filter((each) => each === 'fp32' || value.includes(each)) : undefined;
  },
);

export const gpu: Kind<GpuFacts> = mapOf(
  {
    name: key(orNull(word), 'A name for people'),
    aliases: key(orNull(names), 'Other names of it in GRES strings'),
    like: key(orNull(word), 'A GPU of the catalogue from which unset values are taken: a100_80_sxm'),
    arch: key(orNull(word), 'Architecture: ampere, hopper'),
    memory_gb: key(orNull(positive), 'Memory in GB, as on the box'),
    usable_gib: key(orNull(positive), 'Memory in GiB that programs really get'),
    bandwidth_gbs: key(orNull(positive), 'Memory bandwidth in GB/s'),
    nvlink_gbs: key(orNull(positive), 'NVLink bandwidth in GB/s, both directions together'),
    tdp_w: key(orNull(positive), 'Power in watts'),
    rgu: key(orNull(positive), 'Reference GPU units'),
    supports: key(orNull(supports), 'Number formats that it computes in'),
    tflops: key(
      orNull(
        mapOf(Object.fromEntries(PRECISIONS.map((name) => [name, key(rate, 'TFLOP/s')])), 'a map such as {bf16: 312}'),
      ),
      'TFLOP/s by number format',
    ),
  },
  'a map such as {arch: hopper, memory_gb: 64}',
);

/**
 * One entry of `cluster`, as its kind reads it; what is wrong is added to `problems`, one sentence each.
 *
 * @param name as shown to people: `cluster.gpus.npu`
 */
export function readEntry<T extends object>(
  kind: Kind<T>,
  facts: Value | undefined,
  name: string,
  problems: string[],
): T | undefined {
  const found: Problem[] = [];
  const read = kind.read(toTree(facts ?? null, { layer: makePlacelessLayer('', {}), path: '' }), name, found);
  problems.push(...found.map(({ message, fix }) => (fix === undefined ? message : `${message}; ${fix}`)));
  return read;
}
