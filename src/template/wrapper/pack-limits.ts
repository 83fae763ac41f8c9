import { bash } from '../../core/text/bash.ts';

/** The limits that each member of a pack has for itself. */
export const PACK_LIMITS: string = bash`
# One of the member's own limits is reached, as the first shell tells by a signal that no scheduler sends.
sheaf_end_for() {
  kill -0 -- "-$sheaf_pid" 2>/dev/null || return 0
  sheaf_cause=$\{sheaf_cause:-$1}
  if [[ $1 == timeout ]]; then
    sheaf_say "its time limit of $sheaf_pack_seconds s is over; it is asked to end"
    sheaf_pass_on TERM
  else
    sheaf_say "it uses more than its $((sheaf_pack_kib / 1024)) MiB of memory; it is killed"
    kill -KILL -- "-$sheaf_pid" 2>/dev/null
  fi
}

# Time counts from when the program runs. What was not even looked at, such as while the job was suspended, does not.
sheaf_look_at_limits() {
  local sheaf_slot passed=$((SECONDS - sheaf_pack_clock))
  ((passed <= 30)) || passed=30
  sheaf_pack_clock=$SECONDS
  ((sheaf_pack_kib == 0)) || sheaf_look_at_memory
  ((sheaf_pack_seconds)) || return 0
  for sheaf_slot in "$\{!sheaf_pack_groups[@]}"; do
    ((sheaf_pack_spent[sheaf_slot] += passed))
    if ((sheaf_pack_spent[sheaf_slot] > sheaf_pack_seconds + 30)); then
      kill -KILL -- "-$\{sheaf_pack_groups[sheaf_slot]}" 2>/dev/null
    elif ((sheaf_pack_spent[sheaf_slot] > sheaf_pack_seconds && !sheaf_pack_late[sheaf_slot])); then
      sheaf_pack_late[sheaf_slot]=1
      kill -s RTMIN -- "$\{sheaf_pack_shells[sheaf_slot]}" 2>/dev/null
    fi
  done
}

# The resident memory of each group. It counts what processes share for each of them, such as workers forked from one
# parent: where that is too much, the slower number that divides it by those who share it decides.
sheaf_look_at_memory() {
  local LC_ALL=C sheaf_slot group process line processes=() slots=()
  for sheaf_slot in "$\{!sheaf_pack_groups[@]}"; do
    slots[sheaf_pack_groups[sheaf_slot]]=$sheaf_slot
  done
  for process in /proc/[0-9]*; do
    [[ -O $process ]] || continue
    { read -r line <"$process/stat"; } 2>/dev/null || continue
    [[ $\{line##*) } =~ ^[^ZX]\ [0-9]+\ ([0-9]+)\  ]] || continue
    group=$\{BASH_REMATCH[1]}
    [[ -z $\{slots[group]-} ]] || processes[slots[group]]+=" $process"
  done
  for sheaf_slot in "$\{!processes[@]}"; do
    sheaf_sum_memory status VmRSS: $\{processes[sheaf_slot]}
    ((sheaf_kib > sheaf_pack_kib)) || continue
    sheaf_sum_memory smaps_rollup Pss: $\{processes[sheaf_slot]}
    ((sheaf_kib == 0 || sheaf_kib > sheaf_pack_kib)) || continue
    kill -s RTMAX -- "$\{sheaf_pack_shells[sheaf_slot]}" 2>/dev/null
  done
}
`;
