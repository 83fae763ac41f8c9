import type { DetectedMachine } from '../../app/index.ts';

/** Describes what was detected, line by line. */
export function machinePairs({
  user,
  cpus,
  gpus,
  python,
  conda,
  containers,
  git,
  scratch,
  sbatch,
}: DetectedMachine): [string, string][] {
  return [
    ['you', user],
    ['cpus', String(cpus)],
    ['gpus', gpus.join(', ') || 'none'],
    ['python', python ?? ''],
    ['conda', conda ?? ''],
    ['containers', containers.join(', ')],
    ['git', git ?? ''],
    ['scratch', scratch ?? ''],
    ['slurm', sbatch ?? ''],
  ];
}
