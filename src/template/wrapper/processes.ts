import { bash } from '../../core/text/bash.ts';

/** The processes of a job, as `/proc` shows them. */
export const PROCESSES: string = bash`
declare -A sheaf_parent=() sheaf_group=() sheaf_found=()

# Looks at all processes that have not ended: the parent and the group of each by its pid, and those that are an srun.
sheaf_scan() {
  local LC_ALL=C stat line pid
  sheaf_parent=() sheaf_group=() sheaf_found=() sheaf_sruns=' '
  for stat in /proc/[0-9]*/stat; do
    { read -r line <"$stat"; } 2>/dev/null || continue
    [[ $\{line##*) } =~ ^[^ZX]\ ([0-9]+)\ ([0-9]+)\  ]] || continue
    pid=$\{line%% *}
    sheaf_parent[$pid]=$\{BASH_REMATCH[1]} sheaf_group[$pid]=$\{BASH_REMATCH[2]}
    [[ $line != *' (srun) '* ]] || sheaf_sruns+="$pid "
  done
}

# Adds to those that were found all that descend from them.
sheaf_add_descendants() {
  local pid more=1
  while ((more)); do
    more=0
    for pid in "$\{!sheaf_parent[@]}"; do
      [[ -z $\{sheaf_found[$pid]-} && -n $\{sheaf_found[$\{sheaf_parent[$pid]}]-} ]] || continue
      sheaf_found[$pid]=1 more=1
    done
  done
}

# The processes of the program: its group, and those that left it for a group of their own.
sheaf_find_program() {
  local pid
  sheaf_scan
  for pid in "$\{!sheaf_group[@]}"; do
    [[ $\{sheaf_group[$pid]} != "$sheaf_pid" ]] || sheaf_found[$pid]=1
  done
  sheaf_add_descendants
}

# The sum of one line of a file of processes, in sheaf_kib.
sheaf_sum_memory() {
  local file=$1 wanted=$2 process name value
  shift 2
  sheaf_kib=0
  for process; do
    while read -r name value; do
      [[ $name == "$wanted" ]] || continue
      ((sheaf_kib += $\{value%% *}))
      break
    done <"$process/$file"
  done 2>/dev/null
}

# Whether a process of the program's group lives. One that ended and that nobody has waited for does not.
sheaf_left_any() {
  local stat line
  kill -0 -- "-$sheaf_pid" 2>/dev/null || return 1
  for stat in /proc/[0-9]*/stat; do
    { read -r line <"$stat"; } 2>/dev/null || continue
    [[ $\{line##*) } =~ ^[^ZX]\ [0-9]+\ "$sheaf_pid"\  ]] && return 0
  done
  return 1
}

# Ends what the program left behind in its group.
sheaf_clean_up() {
  local tries
  sheaf_left_any || return 0
  kill -TERM -- "-$sheaf_pid" 2>/dev/null
  sheaf_say 'the program left processes behind; they are ended'
  kill -CONT -- "-$sheaf_pid" 2>/dev/null
  for ((tries = 0; tries < 20; tries++)); do
    sheaf_left_any || return 0
    sleep 0.1
  done
  kill -KILL -- "-$sheaf_pid" 2>/dev/null
}
`;
