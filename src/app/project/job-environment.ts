import type { Environment } from '../../core/value.ts';

/** Ours that a job may keep: where the user put things. All other `SHEAF_*` belong to an outer job or to a test. */
const KEPT = new Set(['SHEAF_LOCAL_DIR', 'SHEAF_NODE']);

/**
 * The caller's environment as a job may have it: what belongs to an outer job would pin the new one
 * to that job's CPUs and GPUs, or make it take itself for it.
 */
export function makeJobEnvironment(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !leaks(entry[0])),
  );
}

function leaks(name: string): boolean {
  if (name === 'CUDA_VISIBLE_DEVICES' || name === 'BASH_ENV') return true;
  if (name.startsWith('SHEAF_')) return !KEPT.has(name);
  // SLURM_CONF says where the cluster is, not which job this is.
  return (name.startsWith('SLURM_') && name !== 'SLURM_CONF') || name.startsWith('SBATCH_') || name.startsWith('npm_');
}
