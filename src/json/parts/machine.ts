import type { DetectedMachine } from '../../app/index.ts';

/** What this machine has. Programs are given with their version or path; null: there is none. */
export type MachineJson = {
  readonly user: string;
  readonly cpus: number;
  readonly gpus: readonly string[];
  readonly python: string | null;
  readonly conda: string | null;
  readonly containers: readonly string[];
  readonly git: string | null;
  readonly scratch: string | null;
  readonly sbatch: string | null;
};

export function machineJson({
  user,
  cpus,
  gpus,
  python,
  conda,
  containers,
  git,
  scratch,
  sbatch,
}: DetectedMachine): MachineJson {
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
