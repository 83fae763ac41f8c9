import type { Resources, RunSettings } from '../../core/settings/settings.ts';

/** What decides how many processes a stage has. */
export interface LaunchStage {
  readonly resources: Resources;
  readonly run: Pick<RunSettings, 'launcher' | 'environment'>;
}

/** Processes of a program on each node: as given, otherwise one for each GPU, otherwise one. Of a member, if several share a job. */
export function processesPerNode({ resources, run: { launcher } }: LaunchStage): number {
  if (launcher === undefined || launcher.use === 'none') return 1;
  return launcher.processes ?? shareOf(resources, resources.num_gpus ?? 0);
}

/** GPUs that one run has on all its nodes. */
export function countGpus({ resources }: LaunchStage): number {
  const { num_gpus: gpus = 0, num_nodes: nodes = 1 } = resources;
  return gpus === 0 ? 0 : shareOf(resources, gpus) * nodes;
}

/** CPUs that each process can have; undefined when the job leaves it to the cluster. */
export function cpusPerProcess(stage: LaunchStage): number | undefined {
  const cpus = cpusPerNode(stage);
  return cpus === undefined ? undefined : shareOf(stage.resources, Math.floor(cpus / processesPerNode(stage)));
}

/** CPUs of a job on each of its nodes. */
export function cpusPerNode(stage: LaunchStage): number | undefined {
  const { cpus_per_task: cpus, ntasks_per_node: tasks = 1 } = getResourcesToAsk(stage);
  return cpus === undefined ? undefined : cpus * tasks;
}

/**
 * What a stage asks the scheduler for: with the launcher srun each process is a task, which Slurm has to know when it
 * finds the nodes.
 */
export function getResourcesToAsk(stage: LaunchStage): Resources {
  const { resources, run } = stage;
  const processes = processesPerNode(stage);
  if (run.launcher?.use !== 'srun' || resources.ntasks_per_node !== undefined || processes === 1) return resources;
  return { ...resources, ntasks_per_node: processes };
}

function shareOf({ pack }: Resources, all: number): number {
  return Math.max(1, Math.floor(all / (pack?.size ?? 1)));
}
