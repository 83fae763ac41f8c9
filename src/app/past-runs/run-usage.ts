import { join } from 'node:path';
import type { RunUsage } from '../../advisor/index.ts';
import { withoutUndefined } from '../../core/value.ts';
import { readGpuUse, readHostUse } from '../../harvest/index.ts';
import { getFileFacts, readTextIfThere } from '../../system/index.ts';

/** What the folder of an attempt that ended has on it, beside its results. */
export interface RunTraces {
  readonly usage?: RunUsage;
  /** Of its first GPU, as the driver calls it. */
  readonly gpuName?: string;
  /** Where the scheduler really ran it. */
  readonly partition?: string;
}

/**
 * What an attempt used on its first node, by the monitor's `usage.csv` and `gpu.csv`, and which GPU and partition it had. Of
 * each file 16 MiB are read at most. What it did not leave is absent.
 *
 * @param folder of the attempt
 * @param startedMs when it began, milliseconds since 1970
 * @throws errors of the operating system
 */
export async function readTraces(folder: string, startedMs?: number): Promise<RunTraces> {
  const [host, gpus] = [await readHostUse(join(folder, 'usage.csv')), await readGpuUse(join(folder, 'gpu.csv'))];
  const partition = partitionIn(readTextIfThere(join(folder, 'env', 'variables.txt')) ?? '');
  if (host === undefined && gpus === undefined) return withoutUndefined({ partition });
  const seen = gpus?.gpus ?? [];
  const utils = seen.flatMap(({ util }) => (util === undefined ? [] : [util]));
  const overS = startedMs === undefined || host?.lastMs === undefined ? undefined : (host.lastMs - startedMs) / 1000;
  const notes = [...(host?.notes ?? []), ...(gpus?.notes ?? [])];
  const usage: RunUsage = {
    source: 'monitor',
    samples: Math.max(host?.samples ?? 0, ...seen.map(({ samples }) => samples)),
    ...withoutUndefined({
      cpuS: host?.cpuS,
      cpuOverS: overS === undefined || overS <= 0 ? undefined : overS,
      peakHostMib: host?.peakMib,
      peakGpuGib: largest(seen.map(({ peakGib }) => peakGib)),
      gpuTotalGib: largest(seen.map(({ totalGib }) => totalGib)),
      gpuUtil: utils.length === 0 ? undefined : utils.reduce((sum, util) => sum + util, 0) / utils.length,
      // Only if all are known: otherwise which one was idle would be a guess.
      gpuUtils: utils.length === seen.length && utils.length > 0 ? utils : undefined,
      notes: notes.length === 0 ? undefined : notes,
    }),
  };
  return withoutUndefined({ usage, gpuName: seen[0]?.name, partition });
}

/** What decides whether the files of an attempt are still those that were read. */
export function getTracesStamp(folder: string): string {
  return ['usage.csv', 'gpu.csv', join('env', 'variables.txt')]
    .map((name) => {
      const facts = getFileFacts(join(folder, name));
      return facts === undefined ? '' : `${facts.size}:${facts.mtimeNs}`;
    })
    .join(' ');
}

/** As its scheduler told the job; Slurm does so in a variable of its own. */
function partitionIn(variables: string): string | undefined {
  return /^(?:SHEAF|SLURM_JOB)_PARTITION=(\S+)$/m.exec(variables)?.[1];
}

function largest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
