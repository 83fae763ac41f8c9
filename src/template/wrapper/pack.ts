import { bash } from '../../core/text/bash.ts';

/** Packs: several members of a sweep in one job. */
export const PACK: string = bash`
# From here on: packs. This shell, the first, starts a shell for each member and passes signals on to them. They tell it
# on a pipe, a line each: "shell SLOT PID" when they can take signals, "group SLOT PID" when their program runs, and
# "again SLOT ATTEMPT" when it is to go on after a requeue, and "ended SLOT STATUS". Reading goes on after a signal, where
# bash can lose the status of a child that it waits for.
sheaf_tell() {
  printf '%s %s %s\n' "$1" "$sheaf_slot" "$2" >&"$sheaf_report"
}

# A member: the same as a job of its own, but for what it tells, its GPUs and its limits.
sheaf_run_member() {
  sheaf_watch_signals
  trap 'sheaf_end_for timeout' RTMIN
  trap 'sheaf_end_for host_oom' RTMAX
  trap 'sheaf_tell ended "$?"' EXIT
  sheaf_me=$\{sheaf_me%:*}:$BASHPID
  sheaf_tell shell "$BASHPID"
  sheaf_read_member "$\{sheaf_pack_lines[sheaf_slot]}"
  sheaf_who="$sheaf_exp_id $sheaf_stage: "
  sheaf_claim
  sheaf_make_folder
  sheaf_check_stop
  sheaf_check_needs
  sheaf_say "attempt $sheaf_stage-$sheaf_n runs as $((sheaf_slot + 1)) of $sheaf_pack_size in job $sheaf_job on $sheaf_host; see $sheaf_out"
  sheaf_share_gpus
  sheaf_tidy_former_trees
  sheaf_choose_checkpoint
  sheaf_record_start
  sheaf_export
  export SHEAF_PACK_SLOT=$sheaf_slot SHEAF_PACK_SIZE=$sheaf_pack_size
  sheaf_start_monitor
  sheaf_run
  sheaf_end_monitor
  sheaf_end_code_watch
  sheaf_clean_up
  sheaf_ignore_signals
  trap '' RTMIN RTMAX
  sheaf_judge_stop
  sheaf_judge_limit
  sheaf_await_inputs
  sheaf_record_end
  sheaf_await_recorder
  if [[ -n $sheaf_requeued ]]; then sheaf_tell again "$sheaf_n"; else sheaf_tidy_tree "$sheaf_out"; fi
  sheaf_finish
}

# The scheduler starts a pack when one member of the pack before has ended well; each member looks for its own.
# Its folder was made just now, so that a file server's client knows that what it remembers of the folder around is old.
sheaf_check_needs() {
  local LC_ALL=C folder
  [[ $sheaf_needs != - ]] || return 0
  for folder in "$sheaf_dir/attempts/$sheaf_needs"-*; do
    [[ $\{folder##*/"$sheaf_needs"-} =~ ^[0-9]+$ ]] && sheaf_ended_well "$folder" && return
  done
  sheaf_ignore_signals
  sheaf_say "stage $sheaf_needs, which must complete first, has not; nothing was run"
  sheaf_end_unrun 75 dependency
}

# With as many members as GPUs or more, member i has GPU i modulo their number. With fewer, each has a slice of them, all
# of one size; what is left over is not used. One GPU, or none, is for all.
sheaf_share_gpus() {
  [[ $\{CUDA_VISIBLE_DEVICES-} == *,* ]] || return 0
  local IFS=, rest="$CUDA_VISIBLE_DEVICES," gpus=() each
  while [[ -n $rest ]]; do
    gpus+=("$\{rest%%,*}")
    rest=$\{rest#*,}
  done
  each=$(($\{#gpus[@]} / sheaf_pack_size))
  if ((each > 1)); then
    gpus=("$\{gpus[@]:sheaf_slot * each:each}")
    CUDA_VISIBLE_DEVICES="$\{gpus[*]}"
  else
    CUDA_VISIBLE_DEVICES=$\{gpus[sheaf_slot % $\{#gpus[@]}]}
  fi
}

# Starts the members and stays until all have ended, with the pipe as its output. Each shell has a process group of its
# own, so that none is started with signals ignored permanently.
sheaf_start_members() {
  local sheaf_shells=() sheaf_ticker sheaf_keeper=$BASHPID
  trap '' HUP INT QUIT USR1 USR2 TERM
  exec {sheaf_report}>&1 >&"$sheaf_log" {sheaf_log}>&-
  set -m
  for ((sheaf_slot = 0; sheaf_slot < sheaf_pack_size; sheaf_slot++)); do
    sheaf_run_member &
    sheaf_shells+=("$!")
  done
  sheaf_tick &
  sheaf_ticker=$!
  set +m
  wait "$\{sheaf_shells[@]}" 2>/dev/null
  kill -KILL -- "-$sheaf_ticker" 2>/dev/null
}

# The clock for the limits of the members. It also wakes the first shell, since bash runs no trap for a signal that comes
# in the moment before it waits for a line.
sheaf_tick() {
  exec >&"$sheaf_report" {sheaf_report}>&- 2>/dev/null
  while sleep 3 >/dev/null && kill -0 "$sheaf_keeper"; do
    printf 'tick\n'
  done
}

sheaf_pass_on_to_members() {
  local shell
  sheaf_pack_signals+=" $1"
  for shell in "$\{sheaf_pack_shells[@]}"; do
    kill -s "$1" -- "$shell" 2>/dev/null
  done
}

# A member that can take signals only now is sent those that came before.
sheaf_add_shell() {
  local signal
  sheaf_pack_shells[sheaf_slot]=$1
  for signal in $sheaf_pack_signals; do
    kill -s "$signal" -- "$1" 2>/dev/null
  done
}

sheaf_run_pack() {
  local sheaf_log sheaf_pipe sheaf_word sheaf_slot sheaf_value sheaf_worst=0 sheaf_well=0
  sheaf_pack_lines=() sheaf_pack_shells=() sheaf_pack_groups=() sheaf_pack_spent=() sheaf_pack_late=()
  sheaf_pack_again=() sheaf_pack_signals='' sheaf_pack_clock=$SECONDS
  while [[ -n $sheaf_lines ]]; do
    sheaf_pack_lines+=("$\{sheaf_lines%%$'\n'*}")
    [[ $sheaf_lines == *$'\n'* ]] || break
    sheaf_lines=$\{sheaf_lines#*$'\n'}
  done
  sheaf_pack_size=$\{#sheaf_pack_lines[@]}
  sheaf_trap_signals sheaf_pass_on_to_members
  exec {sheaf_log}>&1
  set -m
  exec {sheaf_pipe}< <(sheaf_start_members)
  set +m
  exec {sheaf_log}>&-
  while read -r sheaf_word sheaf_slot sheaf_value <&"$sheaf_pipe"; do
    case $sheaf_word in
      shell) sheaf_add_shell "$sheaf_value" ;;
      group) sheaf_pack_groups[sheaf_slot]=$sheaf_value sheaf_pack_spent[sheaf_slot]=$((sheaf_pack_clock - SECONDS)) ;;
      ended)
        unset 'sheaf_pack_lines[sheaf_slot]' 'sheaf_pack_shells[sheaf_slot]' 'sheaf_pack_groups[sheaf_slot]'
        ((sheaf_value == 0)) && sheaf_well=1
        ((sheaf_value > sheaf_worst)) && sheaf_worst=$sheaf_value
        ;;
      again)
        sheaf_read_member "$\{sheaf_pack_lines[sheaf_slot]}"
        sheaf_pack_again+=("$sheaf_dir/attempts/$sheaf_stage-$sheaf_value")
        ;;
      tick) sheaf_look_at_limits ;;
    esac
  done
  sheaf_ignore_signals
  sheaf_end_lost_members
  if (($\{#sheaf_pack_again[@]})); then
    sheaf_put_back
    for sheaf_out in "$\{sheaf_pack_again[@]}"; do
      sheaf_unsay_requeue "$sheaf_out"
    done
  fi
  # The scheduler lets what waits for this job start when the status is 0, for all members or for none. With one that
  # failed it must still start, for the sake of the others; there, each member looks for its own.
  ((sheaf_well)) && exit 0
  exit "$sheaf_worst"
}

# Members that never told how they ended: their shells were killed.
sheaf_end_lost_members() {
  local sheaf_slot
  for sheaf_slot in "$\{!sheaf_pack_lines[@]}"; do
    sheaf_say "what watched over member $((sheaf_slot + 1)) of $sheaf_pack_size was killed, and its status with it"
    ((sheaf_worst > 137)) || sheaf_worst=137
    sheaf_pid=$\{sheaf_pack_groups[sheaf_slot]-}
    [[ -z $sheaf_pid ]] || sheaf_clean_up
  done
}
`;
