import { bash } from './bash.ts';

/** What a program must not see of the array that its job is a task of. */
export const ARRAY_VARIABLES: string = bash`
# The tasks of an array are numbered again at each submit: a program that reads its index would run something else after
# a retry. SLURM_JOB_ID, which srun and launchers need, names the task as well.
sheaf_hide_array() {
  # shellcheck disable=SC2086 # Names, and often none at all.
  unset -v SHEAF_ARRAY_INDEX $\{!SLURM_ARRAY_@}
}
`;
