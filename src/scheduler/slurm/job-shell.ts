import { bash } from '../../core/text/bash.ts';

/** What a job asks of Slurm, in place of the functions in `template/wrapper/scheduler.ts`. */
export const JOB_SHELL: string = bash`
# A scheduler that sbatch was called under must not be mistaken for Slurm: Slurm's variables take precedence.
sheaf_ask_scheduler() {
  [[ -n $\{SLURM_JOB_ID-} ]] || return
  sheaf_job=$SLURM_JOB_ID sheaf_index=0
  sheaf_restart=$\{SLURM_RESTART_COUNT:-0} sheaf_nodes=$\{SLURM_JOB_NODELIST-}
  [[ -n $\{SLURM_ARRAY_JOB_ID-} ]] || return 0
  sheaf_index=$SLURM_ARRAY_TASK_ID
  sheaf_job=$\{SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
}

# SLURM_JOB_ID, which srun and launchers need, names the task as well.
sheaf_hide_array() {
  # shellcheck disable=SC2086 # Names, and often none at all.
  unset -v SHEAF_ARRAY_INDEX $\{!SLURM_ARRAY_@}
}

# What an srun of this job started on this node: not it is their parent, but a slurmstepd, and Slurm says which.
sheaf_find_steps() {
  local pid parent title
  local -A seen=()
  [[ -n $\{SLURM_JOB_ID-} ]] || return 0
  for pid in "$\{!sheaf_parent[@]}"; do
    parent=$\{sheaf_parent[$pid]}
    if [[ -z $\{seen[$parent]-} ]]; then
      seen[$parent]=no title=''
      { IFS= read -r -d '' title <"/proc/$parent/cmdline"; } 2>/dev/null
      [[ ! $title =~ ^slurmstepd:\ \[$SLURM_JOB_ID\.[0-9]+\] ]] || seen[$parent]=yes
    fi
    [[ $\{seen[$parent]} == no ]] || sheaf_found[$pid]=1
  done
  sheaf_add_descendants
}

# Slurm may have sent the signal before the limit up to a minute early.
sheaf_ask_time_left() {
  local now
  [[ -n $\{SLURM_JOB_ID-} && $\{SLURM_JOB_END_TIME-} =~ ^[0-9]+$ ]] || return
  printf -v now '%(%s)T' -1
  sheaf_left=$((SLURM_JOB_END_TIME - now))
}

sheaf_has_no_gpu() {
  [[ -n $\{SLURM_JOB_ID-} && -z $\{SLURM_JOB_GPUS-}$\{ROCR_VISIBLE_DEVICES-} ]]
}

# Slurm signals the processes of a job one after the other: the program may get it, and end well, before this shell does.
sheaf_await_signal() {
  [[ -z $\{SLURM_JOB_ID-} ]] || sleep 0.2
}

sheaf_ask_requeue() {
  local tries
  [[ -n $\{SLURM_JOB_ID-} ]] || return
  for tries in 1 2 3; do
    # One that was cancelled a moment ago would be put back as well.
    [[ $(scontrol -o show job "$sheaf_job" 2>/dev/null) != *' JobState=CANCELLED '* ]] || break
    if scontrol requeue "$sheaf_job"; then
      trap - HUP INT QUIT USR1 USR2 TERM
      sleep 60
      exit 0
    fi
    ((tries == 3)) || sleep 2
  done
  return 1
}
`;
