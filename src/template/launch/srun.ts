import type { Requeue } from '../../core/settings/run-settings.ts';
import { cpusPerNode, processesPerNode, type LaunchStage } from './processes.ts';

/** The words of srun that start a program on all nodes of the job: each process, or one agent a node that starts them. */
export function renderSrunWords(stage: LaunchStage): string[] {
  const { resources, run } = stage;
  const nodes = resources.num_nodes ?? 1;
  const tasks = run.launcher?.use === 'srun' ? processesPerNode(stage) : 1;
  const cpus = cpusPerNode(stage);
  return [
    'srun',
    `--nodes=${nodes}`,
    // Given twice: otherwise the variables with the job's request would count.
    `--ntasks=${nodes * tasks}`,
    `--ntasks-per-node=${tasks}`,
    // srun does not take it over from the job.
    ...(cpus === undefined ? [] : [`--cpus-per-task=${Math.max(1, Math.floor(cpus / tasks))}`]),
    '--kill-on-bad-exit=1',
  ];
}

export const SRUN_CHECK = `\
# srun starts processes on the nodes of a job, and only there.
if ! command -v srun >/dev/null; then
  sheaf_stop 'this is launched with srun, which this machine does not have: submit it to Slurm, or set launcher: none'
fi
if [ -z "\${SLURM_JOB_ID:-}" ]; then
  sheaf_stop 'this is launched with srun, which needs a job of Slurm: run it with sbatch instead of bash'
fi`;

/**
 * What keeps an agent alive when srun passes a signal on to all processes of its step, the agent included. Processes
 * that want the signal ask for it and get it.
 */
export function getIgnoredSignal(requeue: boolean | Requeue | undefined): string | undefined {
  if (typeof requeue !== 'object' || !/^[A-Z][A-Z0-9]*$/.test(requeue.signal)) return undefined;
  return `bash -c 'trap "" ${requeue.signal}; exec "$@"' bash`;
}
