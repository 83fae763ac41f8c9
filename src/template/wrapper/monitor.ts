import { bash } from '../../core/text/bash.ts';

/**
 * What the job uses, sampled beside the program into `usage.csv` and `gpu.csv`. It never fails the job and never keeps
 * it waiting; that the disk is full is known already.
 */
export const MONITOR: string = bash`
sheaf_start_monitor() {
  sheaf_monitor_group=''
  ((sheaf_monitor_seconds)) || return 0
  set -m
  sheaf_monitor </dev/null >/dev/null 2>&1 &
  sheaf_monitor_group=$!
  set +m
  disown "$!"
}

# It has a process group of its own, and takes no notice of signals: it is ended with the job.
sheaf_end_monitor() {
  local line
  [[ -n $sheaf_monitor_group ]] || return 0
  kill -KILL -- "-$sheaf_monitor_group" 2>/dev/null
  { read -r line <"$sheaf_out/gpu.csv"; } 2>/dev/null || return 0
  # Without a GPU, what nvidia-smi prints is no table.
  [[ $line == time* ]] || rm -f -- "$sheaf_out/gpu.csv" 2>/dev/null
}

sheaf_monitor() {
  local sheaf_monitor_pid=$BASHPID pause=1 job=$\{sheaf_me##*:}
  trap '' HUP INT QUIT USR1 USR2 TERM
  [[ -z $sheaf_report ]] || exec {sheaf_report}>&-
  sheaf_watch_gpus &
  printf 'time,processes,cpu_s,rss_kib,read_bytes,written_bytes\n' >"$sheaf_out/usage.csv" || return
  while sleep "$pause" && kill -0 "$job"; do
    sheaf_sample "$job" >>"$sheaf_out/usage.csv"
    pause=$sheaf_monitor_seconds
  done
  # The job's shell was killed.
  kill -KILL -- "-$BASHPID"
}

# One line of usage.csv: the job's shell and all that descends from it on this node, and of a job alone, what its srun
# started. Processes that ended count for CPU time and data as far as their parent has waited for them.
sheaf_sample() {
  local LC_ALL=C pid line name value sheaf_ticks=0 read_bytes=0 written_bytes=0 processes=()
  sheaf_scan
  # The monitor is a child of the job's shell, too.
  unset -v "sheaf_parent[$sheaf_monitor_pid]"
  sheaf_found[$1]=1
  sheaf_add_descendants
  [[ -n $sheaf_report ]] || sheaf_find_steps
  for pid in "$\{!sheaf_found[@]}"; do
    { read -r line <"/proc/$pid/stat"; } 2>/dev/null || continue
    processes+=("/proc/$pid")
    sheaf_add_ticks $\{line##*) }
    while read -r name value; do
      case $name in
        read_bytes:) ((read_bytes += value)) ;;
        write_bytes:) ((written_bytes += value)) ;;
      esac
    done <"/proc/$pid/io"
  done 2>/dev/null
  sheaf_sum_memory status VmRSS: "$\{processes[@]}"
  sheaf_tell_time
  printf '%s,%d,%d.%02d,%d,%d,%d\n' "$sheaf_time" "$\{#processes[@]}" $((sheaf_ticks / 100)) $((sheaf_ticks % 100)) \
    "$sheaf_kib" "$read_bytes" "$written_bytes"
}

# The CPU time of a process and of those that it waited for, in hundredths of a second.
sheaf_add_ticks() {
  ((sheaf_ticks += $\{12} + $\{13} + $\{14} + $\{15}))
}

# The GPUs that the job was given; none if the scheduler says that it was given none.
sheaf_watch_gpus() {
  local only=()
  if [[ -n $\{CUDA_VISIBLE_DEVICES+set} ]]; then
    [[ -n $CUDA_VISIBLE_DEVICES && $CUDA_VISIBLE_DEVICES != NoDevFiles ]] || return
    [[ ! $CUDA_VISIBLE_DEVICES =~ ^([0-9]+|GPU-[0-9a-f-]+)(,([0-9]+|GPU-[0-9a-f-]+))*$ ]] || only=(-i "$CUDA_VISIBLE_DEVICES")
  elif sheaf_has_no_gpu; then
    return
  fi
  if type -P nvidia-smi; then
    exec nvidia-smi "$\{only[@]}" -l "$sheaf_monitor_seconds" --format=csv \
      --query-gpu=timestamp,index,name,utilization.gpu,utilization.memory,memory.used,memory.total,power.draw,temperature.gpu \
      >"$sheaf_out/gpu.csv"
  elif type -P rocm-smi; then
    sheaf_watch_amd_gpus >"$sheaf_out/gpu.csv"
  fi
}

# The table of rocm-smi again and again, with the time before each line.
sheaf_watch_amd_gpus() {
  local line header=''
  while :; do
    sheaf_tell_time
    while IFS= read -r line; do
      case $line in
        device,*)
          [[ -n $header ]] || printf 'time,%s\n' "$line"
          header=1
          ;;
        card*) printf '%s,%s\n' "$sheaf_time" "$line" ;;
      esac
    done < <(rocm-smi --showuse --showmemuse --showpower --showtemp --csv)
    sleep "$sheaf_monitor_seconds" || return
  done
}
`;
