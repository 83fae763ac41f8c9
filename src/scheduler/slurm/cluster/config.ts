import { type Environment, withoutUndefined } from '../../../core/value.ts';
import { getFileFacts, readTextIfThere } from '../../../system/index.ts';
import { Unreachable } from '../../../core/errors.ts';
import type { Cache } from '../ask/cache.ts';
import { findMissingConfiguration, type SlurmCommands } from '../ask/commands.ts';
import { parseJobDefault } from '../parse/partitions.ts';

/** What a cluster is set up with, as far as it matters here. */
export interface ClusterConfig {
  readonly cluster: string;
  readonly version: string;
  /** How many tasks an array may have; its indices are all below that. */
  readonly maxArraySize: number;
  readonly accounting: boolean;
  /** What a job gets that states no memory, MiB; 0: all of the node. */
  readonly defMemPerNode?: number;
  readonly defMemPerCpu?: number;
  readonly defMemPerGpu?: number;
  /** Of jobs that ask for GPUs and say nothing of CPUs. */
  readonly defCpusPerGpu?: number;
  /** Whether memory is allocated to jobs, so that their requests count; undefined: unknown. */
  readonly countsMemory?: boolean;
  /** Whether GPUs of jobs are counted; undefined: not known. */
  readonly countsGpus?: boolean;
  /** What accounting enforces: `associations`, `limits`, `qos`, …; empty if it only records. */
  readonly enforces?: readonly string[];
  /** What of others is hidden: `jobs`, `users`, `accounts`, `usage`, … */
  readonly hides?: readonly string[];
  /** Programs of the site that judge or change jobs when they are submitted. */
  readonly jobSubmit?: readonly string[];
  /** `preempt/partition_prio`, `preempt/qos`, …: by what jobs are ended for others. */
  readonly preemptType?: string;
  /** Whether jobs are ordered by priority of several factors: without that nobody has a fair share. */
  readonly hasFairshare?: boolean;
}

const PLACES = ['/etc/slurm/slurm.conf', '/etc/slurm-llnl/slurm.conf', '/usr/local/etc/slurm.conf'];
/** An administrator changes it rarely, and tells the controller to read it again. */
const MAX_AGE_MS = 3_600_000;

/**
 * The name of the cluster: from its configuration file if one can be read, which needs no query, otherwise from the
 * controller.
 *
 * @throws SheafError `slurm.unreachable` when neither tells
 */
export async function getClusterName(env: Environment, config: () => Promise<ClusterConfig>): Promise<string> {
  const missing = findMissingConfiguration(env['SLURM_CONF']);
  if (missing !== undefined) throw makeUnreachableError(missing);
  for (const path of configFiles(env)) {
    const name = /^\s*ClusterName\s*=\s*(\S+)/im.exec(readIfAllowed(path))?.[1];
    if (name !== undefined) return name.toLowerCase();
  }
  return (await config()).cluster;
}

/** Where the configuration of the cluster may be, the place that is used first. */
function configFiles(env: Environment): readonly string[] {
  const given = env['SLURM_CONF'];
  return given ? [given] : PLACES;
}

/** What is kept of it has proved old. */
export function forgetConfig(cache: Cache): void {
  cache.write('config', undefined);
}

/** Changes when the configuration does. */
export function getConfigMark(env: Environment): string {
  for (const path of configFiles(env)) {
    const facts = getFileFacts(path, { follow: true });
    if (facts !== undefined) return `${path} ${facts.mtimeNs} ${facts.size}`;
  }
  return '';
}

function readIfAllowed(path: string): string {
  try {
    return readTextIfThere(path) ?? '';
  } catch {
    return '';
  }
}

/** @throws SheafError `slurm.unreachable` */
export async function askClusterConfig(commands: SlurmCommands, cache: Cache): Promise<ClusterConfig> {
  return cache.keep('config', MAX_AGE_MS, async () => {
    const asked = await commands.ask(['scontrol', 'show', 'config']);
    if (asked.kind === 'failed') throw makeUnreachableError(asked.said);
    return parseConfig(asked.stdout);
  });
}

/** What is kept of the configuration, without asking anyone. */
export function getCachedConfig(cache: Cache): ClusterConfig | undefined {
  return cache.read<ClusterConfig>('config', MAX_AGE_MS);
}

export function keepConfig(cache: Cache, config: ClusterConfig): void {
  cache.write('config', config);
}

export function makeUnreachableError(said: string): Unreachable {
  return new Unreachable({ code: UNREACHABLE, said });
}

/** Slurm's own code: scripts may match on it. */
export const UNREACHABLE = 'slurm.unreachable';

/**
 * Reads what `scontrol show config` printed: `Key   = value`. Records of further answers behind it, such as the
 * `ClusterName=lab Account=…` of an association, are none of it.
 */
export function parseConfig(text: string): ClusterConfig {
  const values = new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const match = /^(\S+)\s+=\s*(.*?)\s*$/.exec(line);
      return match?.[1] === undefined ? [] : [[match[1], match[2] ?? '']];
    }),
  );
  const whole = (name: string): number | undefined => {
    const match = /^\d+/.exec(values.get(name) ?? '');
    return match === null ? undefined : Number(match[0]);
  };
  return withoutUndefined({
    cluster: (values.get('ClusterName') ?? 'cluster').toLowerCase(),
    version: values.get('SLURM_VERSION') ?? '',
    maxArraySize: Math.min(whole('MaxArraySize') ?? 1001, mostTasks(values.get('SchedulerParameters'))),
    // Older versions say accounting_storage/none.
    accounting: !/none|\(null\)/.test(values.get('AccountingStorageType') ?? ''),
    defMemPerNode: whole('DefMemPerNode'),
    defMemPerCpu: whole('DefMemPerCPU'),
    defMemPerGpu: parseJobDefault('DefMemPerGPU', values.get('JobDefaults')),
    defCpusPerGpu: parseJobDefault('DefCpuPerGPU', values.get('JobDefaults')),
    countsMemory: countsMemory(values.get('SelectTypeParameters')),
    countsGpus: countsGpus(values.get('AccountingStorageTRES')),
    enforces: words(values.get('AccountingStorageEnforce')),
    hides: words(values.get('PrivateData')),
    jobSubmit: words(values.get('JobSubmitPlugins')),
    preemptType: values.get('PreemptType'),
    hasFairshare: /multifactor/.test(values.get('PriorityType') ?? ''),
  });
}

/** `CR_CORE_MEMORY` and the like; without MEMORY (`CR_CPU`, `NONE`) only CPUs are allocated (slurm.conf). */
function countsMemory(parameters: string | undefined): boolean | undefined {
  return parameters === undefined ? undefined : parameters.includes('MEMORY');
}

/** `cpu,mem,…,gres/gpu` or with a type; `gres/gpumem` and `gres/gpuutil` are not GPUs. */
function countsGpus(tres: string | undefined): boolean | undefined {
  return tres === undefined ? undefined : /(?:^|,)gres\/gpu(?:[:,]|$)/.test(tres);
}

/** A site may permit fewer tasks than indices. */
function mostTasks(parameters = ''): number {
  const given = Number(/(?:^|,)\s*max_array_tasks=(\d+)/i.exec(parameters)?.[1]);
  return given > 0 ? given : Infinity;
}

function words(text = ''): string[] {
  return text.split(',').filter((word) => word !== '' && word !== 'none' && word !== '(null)');
}
