import type { PartitionFacts } from '../../../core/cluster/cluster-facts.ts';
import { withoutUndefined } from '../../../core/value.ts';
import { sumGpus, type GpuCounts } from './gres.ts';
import { parseLimitSeconds } from './times.ts';

/** A partition, as `scontrol show partition` has it: states and modes of preemption are Slurm's words (`UP`, `REQUEUE`). */
export interface SlurmPartition extends Omit<PartitionFacts, 'defaultMemory'> {
  /** Not shown to those who do not ask for it by name. */
  readonly hidden: boolean;
  readonly defMemPerCpuMib?: number;
  readonly defMemPerNodeMib?: number;
  readonly defMemPerGpuMib?: number;
  /** Of jobs that ask for GPUs and say nothing of CPUs. */
  readonly defCpusPerGpu?: number;
  readonly maxMemPerCpuMib?: number;
  /** As Slurm writes them: `l40s[1-2]`. */
  readonly nodes: string;
  readonly totalNodes: number;
  readonly totalCpus: number;
  /** As far as the site counts them; the lists of the nodes tell more. */
  readonly gpus: GpuCounts;
}

/** Reads what `scontrol show partition -o` printed: a line for each. Unknown keys are skipped. */
export function parsePartitions(text: string): SlurmPartition[] {
  return text.split('\n').flatMap((line) => {
    if (!line.trimStart().startsWith('PartitionName=')) return [];
    const values = new Map(
      line
        .trim()
        .split(/\s+/)
        .map((word): [string, string] => {
          const at = word.indexOf('=');
          return [word.slice(0, at), word.slice(at + 1)];
        }),
    );
    const name = values.get('PartitionName');
    return name === undefined ? [] : [partitionOf(name, values)];
  });
}

function partitionOf(name: string, values: ReadonlyMap<string, string>): SlurmPartition {
  const value = (key: string): string | undefined => {
    const text = values.get(key);
    return text === undefined || NOTHING.has(text) ? undefined : text;
  };
  const number = (key: string): number | undefined => whole(value(key));
  const list = (key: string): readonly string[] | undefined => {
    const text = value(key);
    return text === undefined || text === 'ALL' ? undefined : text.split(',');
  };
  const jobDefaults = value('JobDefaults');
  return withoutUndefined({
    name,
    default: value('Default') === 'YES',
    state: value('State') ?? 'UP',
    hidden: value('Hidden') === 'YES',
    exclusive: isExclusive(value),
    maxTimeS: parseLimitSeconds(value('MaxTime')),
    defaultTimeS: parseLimitSeconds(value('DefaultTime')),
    maxNodes: number('MaxNodes'),
    minNodes: positive(number('MinNodes')),
    maxCpusPerNode: positive(number('MaxCPUsPerNode')),
    defMemPerCpuMib: positive(number('DefMemPerCPU')),
    defMemPerNodeMib: positive(number('DefMemPerNode')),
    defMemPerGpuMib: parseJobDefault('DefMemPerGPU', jobDefaults),
    defCpusPerGpu: parseJobDefault('DefCpuPerGPU', jobDefaults),
    maxMemPerCpuMib: positive(number('MaxMemPerCPU')),
    maxMemPerNodeMib: positive(number('MaxMemPerNode')),
    allowGroups: list('AllowGroups'),
    allowAccounts: list('AllowAccounts'),
    denyAccounts: list('DenyAccounts'),
    allowQos: list('AllowQos'),
    denyQos: list('DenyQos'),
    wants: wanted(value('RootOnly'), value('ReqResv')),
    qos: value('QoS'),
    priorityTier: number('PriorityTier') ?? 1,
    preemptMode: value('PreemptMode'),
    graceTimeS: positive(number('GraceTime')),
    billing: billingWeights(value('TRESBillingWeights')),
    nodes: value('Nodes') ?? '',
    totalNodes: number('TotalNodes') ?? 0,
    totalCpus: number('TotalCPUs') ?? 0,
    gpus: parseTresGpus(value('TRES') ?? ''),
  });
}

/**
 * What happens to jobs in a partition when others need the nodes, in lower case. Slurm prints a mode where preemption is
 * switched off, too, and, if the tier of partitions decides, for a partition that no other is above: jobs stay there
 * (slurm.conf, PreemptType). `GANG` is not preemption: it gives jobs slices of time.
 */
export function findPreemptMode(
  { preemptMode, priorityTier }: SlurmPartition,
  all: readonly SlurmPartition[],
  preemptType: string | undefined,
): string | undefined {
  const isHighest = all.every((other) => other.priorityTier <= priorityTier);
  if (preemptType === 'preempt/none' || (preemptType === 'preempt/partition_prio' && isHighest)) return 'off';
  const modes = preemptMode?.toLowerCase().split(',');
  return modes && (modes.filter((mode) => mode !== 'gang').join(',') || 'off');
}

/** `Exclusive=NODE` since 26.05; a job with a whole block of the topology has its nodes whole, too. */
function isExclusive(value: (key: string) => string | undefined): boolean {
  const word = value('Exclusive');
  return (
    word === 'NODE' || word === 'TOPO' || value('ExclusiveTopo') === 'YES' || value('OverSubscribe') === 'EXCLUSIVE'
  );
}

function wanted(rootOnly: string | undefined, reservation: string | undefined): SlurmPartition['wants'] {
  if (rootOnly === 'YES') return 'root';
  return reservation === 'YES' ? 'reservation' : undefined;
}

const GIB_OF_SUFFIX: Readonly<Record<string, number>> = { '': 1024, M: 1024, G: 1, T: 1 / 1024 };

/** `CPU=1.0,Mem=0.25G,GRES/gpu=2.0`: a weight of memory holds for each MiB, unless it has a unit. */
function billingWeights(text: string | undefined): Record<string, number> | undefined {
  const pairs = [...(text ?? '').matchAll(/([^=,]+)=([\d.]+)([MGT]?)/gi)].map(([, name = '', weight, unit = '']) => {
    const tres = name.toLowerCase();
    const scale = tres === 'mem' ? (GIB_OF_SUFFIX[unit.toUpperCase()] ?? 1) : 1;
    return [tres, Number(weight) * scale] as const;
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/** Placeholders for no value, or no limit. */
const NOTHING = new Set(['', '(null)', 'N/A', 'NONE', 'UNLIMITED', 'INFINITE', 'NOT_SET']);

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Of a memory size 0 means that there is no such default or limit. */
function positive(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}

/** One of `DefCpuPerGPU=8,DefMemPerGPU=64000`. */
export function parseJobDefault(
  name: 'DefCpuPerGPU' | 'DefMemPerGPU',
  jobDefaults: string | undefined,
): number | undefined {
  const entry = jobDefaults?.split(',').find((each) => each.startsWith(`${name}=`));
  return positive(whole(entry?.slice(name.length + 1)));
}

/**
 * GPUs in a list like `cpu=128,gres/gpu=8,gres/gpu:a100=6`: those with a type and those without. A site that counts
 * types counts them in the sum, too.
 */
export function parseTresGpus(text: string): GpuCounts {
  const counts: Record<string, number> = {};
  for (const match of text.matchAll(/(?:^|,)gres\/gpu(?::([^=,]+))?=(\d+)/g)) counts[match[1] ?? ''] = Number(match[2]);
  const { '': sum, ...typed } = counts;
  const rest = (sum ?? 0) - sumGpus(typed);
  return rest > 0 ? { ...typed, '': rest } : typed;
}
