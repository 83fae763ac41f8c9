import type { Difference } from '../../app/index.ts';
import { isAuto, isAutoPartition } from '../../core/experiment/auto.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { parseTimeLimit, formatDuration } from '../../core/units.ts';

function limitWords(limit: string | number): string {
  return isAuto(limit) ? 'a time limit from past runs' : `up to ${formatDuration(parseTimeLimit(limit))}`;
}

/** `learning_rate 0.1 → 0.0003, seed 7 (new), momentum removed` */
export function formatDifferences(differs: readonly Difference[]): string {
  return differs
    .map(({ name, before, after }) => {
      if (after === undefined) return `${name} removed`;
      return before === undefined ? `${name} ${after} (new)` : `${name} ${before} → ${after}`;
    })
    .join(', ');
}

function placeWords(partition: NonNullable<Resources['partition']>): string {
  return isAutoPartition({ partition }) ? 'where the advisor chooses' : `on ${[partition].flat().join(' or ')}`;
}

/** `2 × A100 on a100, up to 8h 00m`; what is not set is the scheduler's default. */
export function formatResources({
  num_gpus,
  gpu_type,
  num_nodes,
  cpus_per_task,
  mem,
  partition,
  time_limit,
}: Resources): string {
  const parts = [
    num_gpus === undefined || num_gpus === 0 ? undefined : `${num_gpus} × ${gpu_type ?? 'GPU'}`,
    num_nodes === undefined || num_nodes === 1 ? undefined : `on each of ${num_nodes} nodes`,
    cpus_per_task === undefined ? undefined : `${cpus_per_task} CPU ${cpus_per_task === 1 ? 'core' : 'cores'}`,
    mem === undefined ? undefined : isAuto(mem) ? 'memory from past runs' : `${mem} of memory`,
    partition === undefined ? undefined : placeWords(partition),
    time_limit === undefined ? undefined : limitWords(time_limit),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
