import { withDefined } from './given.ts';
import { sumGpus, type GpuCounts } from './gres.ts';
import { parseLimitSeconds } from './times.ts';

/** A partition, as `scontrol show partition` has it. Where a limit is absent there is none. */
export interface SlurmPartition {
  readonly name: string;
  /** Jobs that name no partition go here. */
  readonly default: boolean;
  /** `UP`, `DOWN`, `DRAIN`, `INACTIVE`. */
  readonly state: string;
  /** Not shown to those who do not ask for it by name. */
  readonly hidden: boolean;
  /** A job gets whole nodes. */
  readonly exclusive: boolean;
  readonly maxTimeS?: number;
  readonly defaultTimeS?: number;
  readonly maxNodes?: number;
  readonly minNodes?: number;
  readonly maxCpusPerNode?: number;
  readonly defMemPerCpuMib?: number;
  readonly defMemPerNodeMib?: number;
  readonly defMemPerGpuMib?: number;
  /** Of jobs that ask for GPUs and say nothing of CPUs. */
  readonly defCpusPerGpu?: number;
  readonly maxMemPerCpuMib?: number;
  readonly maxMemPerNodeMib?: number;
  readonly allowGroups?: readonly string[];
  readonly allowAccounts?: readonly string[];
  readonly denyAccounts?: readonly string[];
  readonly allowQos?: readonly string[];
  readonly denyQos?: readonly string[];
  /** Nobody but root submits here, or jobs must name a reservation. */
  readonly wants?: 'root' | 'reservation';
  /** Its own QOS, whose limits hold for all jobs in it. */
  readonly qos?: string;
  readonly priorityTier: number;
  /** `OFF`, `CANCEL`, `REQUEUE`, `SUSPEND`, …: what happens to its jobs when others need the nodes. */
  readonly preemptMode?: string;
  readonly graceTimeS?: number;
  /** What a job is charged, by TRES; memory's per GiB. */
  readonly billing?: { readonly [tres: string]: number };
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
  return {
    name,
    default: value('Default') === 'YES',
    state: value('State') ?? 'UP',
    hidden: value('Hidden') === 'YES',
    exclusive: isExclusive(value),
    ...withDefined('maxTimeS', parseLimitSeconds(value('MaxTime'))),
    ...withDefined('defaultTimeS', parseLimitSeconds(value('DefaultTime'))),
    ...withDefined('maxNodes', number('MaxNodes')),
    ...withDefined('minNodes', positive(number('MinNodes'))),
    ...withDefined('maxCpusPerNode', positive(number('MaxCPUsPerNode'))),
    ...withDefined('defMemPerCpuMib', positive(number('DefMemPerCPU'))),
    ...withDefined('defMemPerNodeMib', positive(number('DefMemPerNode'))),
    ...withDefined('defMemPerGpuMib', parseJobDefault('DefMemPerGPU', jobDefaults)),
    ...withDefined('defCpusPerGpu', parseJobDefault('DefCpuPerGPU', jobDefaults)),
    ...withDefined('maxMemPerCpuMib', positive(number('MaxMemPerCPU'))),
    ...withDefined('maxMemPerNodeMib', positive(number('MaxMemPerNode'))),
    ...withDefined('allowGroups', list('AllowGroups')),
    ...withDefined('allowAccounts', list('AllowAccounts')),
    ...withDefined('denyAccounts', list('DenyAccounts')),
    ...withDefined('allowQos', list('AllowQos')),
    ...withDefined('denyQos', list('DenyQos')),
    ...withDefined('wants', wanted(value('RootOnly'), value('ReqResv'))),
    ...withDefined('qos', value('QoS')),
    priorityTier: number('PriorityTier') ?? 1,
    ...withDefined('preemptMode', value('PreemptMode')),
    ...withDefined('graceTimeS', positive(number('GraceTime'))),
    ...withDefined('billing', billingWeights(value('TRESBillingWeights'))),
    nodes: value('Nodes') ?? '',
    totalNodes: number('TotalNodes') ?? 0,
    totalCpus: number('TotalCPUs') ?? 0,
    gpus: parseTresGpus(value('TRES') ?? ''),
  };
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
