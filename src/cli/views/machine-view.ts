import type { Machine } from '../../app/index.ts';
import type { Json } from '../shell/json.ts';

export function machineJson({ user, cpus, gpus, python, conda, containers, git, scratch, sbatch }: Machine): Json {
  return {
    user,
    cpus,
    gpus,
    python: python ?? null,
    conda: conda ?? null,
    containers,
    git: git ?? null,
    scratch: scratch ?? null,
    sbatch: sbatch ?? null,
  };
}

/** What was detected, line by line. */
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
}: Machine): [string, string][] {
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
