/**
 * What every job does around its program: plain bash and coreutils, since a compute node has nothing else.
 *
 * {@link jobScript} sets `sheaf_token`, `sheaf_project`, `sheaf_experiments`, `sheaf_packed`, `sheaf_pack_seconds` and
 * `sheaf_pack_kib` before it. A member alone runs in this shell; the members of a pack run in a shell each. All names
 * begin with `sheaf_`: a variable of the caller's environment that had the same name as one in here
 * would reach the program changed. All is in functions, so that bash has read the whole text before it
 * starts and the file may then change. No here-strings: bash may want a temporary file for them.
 * `$\{` stands for the dollar and brace of bash, which TypeScript would take for its own.
 */
export const WRAPPER: string = String.raw`
set +o posix
# In a pack: whose message it is, and the pipe on which a member tells how it gets on.
sheaf_who='' sheaf_report=''

sheaf_say() {
  printf 'sheaf: %s%s\n' "$sheaf_who" "$1"
}

sheaf_quit() {
  sheaf_say "$2"
  exit "$1"
}

# Which job this is. A scheduler that this one was started under must not be mistaken for it, so that
# what the other one set is only looked at when Slurm's own variables are not there.
sheaf_know_job() {
  sheaf_restart=0
  if [[ -n $\{SLURM_ARRAY_JOB_ID-} ]]; then
    sheaf_index=$SLURM_ARRAY_TASK_ID
    sheaf_job=$\{SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
    sheaf_restart=$\{SLURM_RESTART_COUNT:-0}
  elif [[ -n $\{SLURM_JOB_ID-} ]]; then
    sheaf_index=0
    sheaf_job=$SLURM_JOB_ID
    sheaf_restart=$\{SLURM_RESTART_COUNT:-0}
  elif [[ -n $\{SHEAF_JOB_ID-} ]]; then
    sheaf_index=$\{SHEAF_ARRAY_INDEX:-0}
    sheaf_job=$SHEAF_JOB_ID
  else
    sheaf_quit 75 'this script is for a scheduler and runs nothing by hand; use the run.sh of an attempt instead'
  fi
  sheaf_host=$(uname -n)
  sheaf_me=$sheaf_job.$sheaf_restart@$sheaf_host:$$
}

sheaf_next_field() {
  local LC_ALL=C
  sheaf_field=$\{sheaf_rest%%$'\t'*}
  sheaf_rest=$\{sheaf_rest#*$'\t'}
}

# Finds this job's lines among the members of the submission; those of a pack follow each other.
sheaf_find_members() {
  local members=.sheaf/submissions/$sheaf_token/members.tsv fault='cannot be read'
  sheaf_read_lines <"$members" || sheaf_quit 74 "$members $fault; nothing was run"
  [[ -n $sheaf_lines ]] || sheaf_quit 74 "$members has no line for index $sheaf_index; nothing was run"
}

# Reads only this job's record, of 24 bytes, and the lines that it points to: thousands of tasks that each looked through
# the whole file would be too much for a file server. What dd skips, from where the last read ended, it does not read.
sheaf_read_lines() {
  local -x LC_ALL=C
  local mark records record skip length
  sheaf_lines='' fault='is damaged'
  read -r mark records
  [[ $mark == members-001 && $records =~ ^[0-9]{11}$ ]] || return
  [[ $sheaf_index =~ ^(0|[1-9][0-9]{0,9})$ ]] && ((sheaf_index < 10#$records)) || return 0
  record=$(dd bs=24 skip="$sheaf_index" count=1 iflag=fullblock status=none)
  [[ $record =~ ^([0-9]{11})\ ([0-9]{11})$ ]] || return
  skip=$((10#$\{BASH_REMATCH[1]} - 24 * (sheaf_index + 2))) length=$((10#$\{BASH_REMATCH[2]}))
  ((length)) || return 0
  sheaf_lines=$(dd bs=64K skip="$skip" count="$length" iflag=fullblock,skip_bytes,count_bytes status=none)
  # Of bytes: less the line break at the end, which bash takes away. Bash drops zero bytes, so that a gap is too short.
  [[ $\{#sheaf_lines} -eq $((length - 1)) && $sheaf_lines == "$sheaf_index"$'\t'* ]]
}

sheaf_read_member() {
  sheaf_rest=$1
  sheaf_next_field
  sheaf_next_field; sheaf_exp_id=$sheaf_field
  sheaf_next_field; sheaf_key=$sheaf_field
  sheaf_next_field; sheaf_stage=$sheaf_field
  sheaf_next_field; sheaf_n=$sheaf_field
  sheaf_next_field; sheaf_needs=$sheaf_field
  sheaf_next_field; sheaf_params=$sheaf_field
  sheaf_run_text=$sheaf_rest
  case $sheaf_experiments in
    /*) sheaf_dir=$sheaf_experiments/$sheaf_exp_id ;;
    *) sheaf_dir=$sheaf_project/$sheaf_experiments/$sheaf_exp_id ;;
  esac
}

# Whether the text of a claim names this very job as it was before a requeue.
sheaf_is_former() {
  local former=$\{1%%@*}
  [[ $former == "$sheaf_job".* ]] || return 1
  former=$\{former##*.}
  [[ $former =~ ^[0-9]+$ ]] && ((former < sheaf_restart))
}

# Takes the attempt, or after a requeue the next free one, so that nothing else ever runs it.
sheaf_claim() {
  local attempts=.sheaf/claims/attempts runs=.sheaf/claims/runs name holder
  mkdir -p "$runs" || sheaf_quit 74 "cannot make $runs; nothing was run"
  while :; do
    name=$sheaf_key.$sheaf_stage-$sheaf_n
    holder=$(readlink -- "$attempts/$name")
    [[ $holder == "$sheaf_token" || $holder == "$sheaf_token "* ]] ||
      sheaf_quit 75 "attempt $sheaf_stage-$sheaf_n of $sheaf_exp_id belongs to $\{holder:-no submission}, not to $sheaf_token; nothing was run"
    ln -sT -- "$sheaf_me" "$runs/$name" 2>/dev/null && return
    holder=$(readlink -- "$runs/$name")
    [[ -n $holder ]] || sheaf_quit 74 "cannot make the claim $runs/$name; nothing was run"
    # A file server may answer a repeated request so.
    [[ $holder != "$sheaf_me" ]] || return 0
    sheaf_is_former "$holder" ||
      sheaf_quit 75 "attempt $sheaf_stage-$sheaf_n of $sheaf_exp_id is held by $holder; nothing was run"
    # Of a pack that was requeued for the sake of the others.
    [[ -n $sheaf_report ]] && sheaf_ended_well "$sheaf_dir/attempts/$sheaf_stage-$sheaf_n" &&
      sheaf_quit 0 "attempt $sheaf_stage-$sheaf_n of $sheaf_exp_id has completed already; it is not run again"
    sheaf_n=$((sheaf_n + 1))
    ln -sT -- "$sheaf_token $sheaf_me" "$attempts/$sheaf_key.$sheaf_stage-$sheaf_n" 2>/dev/null
  done
}

# Whether the record in the folder of an attempt says that it completed.
sheaf_ended_well() {
  local line
  { read -r line <"$1/ended.json"; } 2>/dev/null || return 1
  [[ $line == *'"exit_code": 0, "signal": null,'* && $line != *'"cause": '* ]]
}

sheaf_make_folder() {
  local LC_ALL=C
  sheaf_out=$sheaf_dir/attempts/$sheaf_stage-$sheaf_n
  if ! { mkdir -p -- "$sheaf_out" &&
    printf '%b' "$sheaf_run_text" >"$sheaf_out/run.sh" &&
    printf '%s\n' "$sheaf_params" >"$sheaf_out/params.json" &&
    : >>"$sheaf_out/out.log" && : >>"$sheaf_out/err.log"; }; then
    sheaf_quit 74 "cannot write into $sheaf_out; nothing was run"
  fi
}

# Gives its argument as a JSON text in sheaf_json.
sheaf_to_json() {
  local LC_ALL=C back=$'\\' quote='"' i char code
  sheaf_json=$1
  sheaf_json=$\{sheaf_json//"$back"/"$back$back"}
  sheaf_json=$\{sheaf_json//"$quote"/"$back$quote"}
  if [[ $sheaf_json == *[[:cntrl:]]* ]]; then
    for ((i = 1; i < 32; i++)); do
      printf -v code '%03o' "$i"
      printf -v char '%b' "$back$code"
      printf -v code '%su%04x' "$back" "$i"
      sheaf_json=$\{sheaf_json//"$char"/"$code"}
    done
  fi
  sheaf_json=$quote$sheaf_json$quote
}

# Adds a text, or a bare JSON value, to the object that is being written.
sheaf_add_text() {
  sheaf_to_json "$2"
  sheaf_add_raw "$1" "$sheaf_json"
}

sheaf_add_text_or_null() {
  if [[ -n $2 ]]; then sheaf_add_text "$1" "$2"; else sheaf_add_raw "$1" null; fi
}

sheaf_add_raw() {
  sheaf_object+=", \"$1\": $2"
}

# The record is for people and for sheaf; that it cannot be written must not change what becomes of the program.
sheaf_write_record() {
  local file=$sheaf_out/$1.json temporary=$sheaf_out/.$1.json.tmp
  if ! { printf '{%s}\n' "$sheaf_object" >"$temporary" && mv -fT -- "$temporary" "$file"; } 2>/dev/null; then
    sheaf_say "cannot write $file: the disk is full, or its folder is gone"
  fi
}

# The time as ISO 8601 in sheaf_time, and in milliseconds in sheaf_ms.
sheaf_tell_time() {
  sheaf_time=$(date -u '+%Y-%m-%dT%H:%M:%S.%3NZ %s%3N')
  sheaf_ms=$\{sheaf_time#* }
  sheaf_time=$\{sheaf_time% *}
}

sheaf_record_start() {
  sheaf_tell_time
  sheaf_started=$sheaf_time
  sheaf_started_ms=$sheaf_ms
  sheaf_object='"schema": 1'
  sheaf_add_text exp_id "$sheaf_exp_id"
  sheaf_add_text key "$sheaf_key"
  sheaf_add_text stage "$sheaf_stage"
  sheaf_add_raw attempt "$sheaf_n"
  sheaf_add_text token "$sheaf_token"
  sheaf_add_text job_id "$sheaf_job"
  sheaf_add_raw restart "$sheaf_restart"
  sheaf_add_text host "$sheaf_host"
  sheaf_add_raw pid "$\{sheaf_me##*:}"
  if [[ -n $\{CUDA_VISIBLE_DEVICES+set} ]]; then
    sheaf_add_text cuda_visible_devices "$CUDA_VISIBLE_DEVICES"
  else
    sheaf_add_raw cuda_visible_devices null
  fi
  sheaf_add_text nodes "$\{SLURM_JOB_NODELIST:-$sheaf_host}"
  sheaf_add_text cwd "$sheaf_project"
  [[ -z $sheaf_report ]] || sheaf_add_raw pack "{\"slot\": $sheaf_slot, \"of\": $sheaf_pack_size}"
  sheaf_add_text started_at "$sheaf_started"
  sheaf_write_record started
}

sheaf_record_end() {
  local name='' duration
  sheaf_tell_time
  duration=$((sheaf_ms > sheaf_started_ms ? sheaf_ms - sheaf_started_ms : 0))
  printf -v duration '%d.%03d' $((duration / 1000)) $((duration % 1000))
  sheaf_object='"schema": 1'
  sheaf_add_text job_id "$sheaf_job"
  sheaf_add_raw restart "$sheaf_restart"
  sheaf_add_raw exit_code "$sheaf_status"
  sheaf_add_text_or_null signal "$sheaf_signal"
  ((sheaf_status > 128)) && name=$(kill -l $((sheaf_status - 128)) 2>/dev/null)
  sheaf_add_text_or_null died_of "$name"
  sheaf_add_raw signals "[$sheaf_signals]"
  [[ -z $sheaf_cause ]] || sheaf_add_text cause "$sheaf_cause"
  sheaf_add_text started_at "$sheaf_started"
  sheaf_add_text ended_at "$sheaf_time"
  sheaf_add_raw duration_s "$duration"
  sheaf_write_record ended
  sheaf_say "ended with status $sheaf_status after $duration s"
}

# A signal to the job goes to its program too; one that comes before the program is there is sent later.
sheaf_pass_on() {
  [[ $sheaf_signals == *"\"$1\""* ]] || sheaf_signals+=$\{sheaf_signals:+, }\"$1\"
  case $1 in
    HUP | INT | QUIT | TERM) sheaf_signal=$\{sheaf_signal:-$1} ;;
  esac
  if [[ -n $sheaf_pid ]]; then
    kill -s "$1" -- "-$sheaf_pid" 2>/dev/null
  else
    sheaf_early+=" $1"
  fi
}

sheaf_watch_signals() {
  sheaf_signal='' sheaf_signals='' sheaf_pid='' sheaf_early='' sheaf_cause=''
  trap 'sheaf_pass_on HUP' HUP
  trap 'sheaf_pass_on INT' INT
  trap 'sheaf_pass_on QUIT' QUIT
  trap 'sheaf_pass_on USR1' USR1
  trap 'sheaf_pass_on USR2' USR2
  trap 'sheaf_pass_on TERM' TERM
  trap 'sheaf_pass_on CONT' CONT
}

# What the program finds. SHEAF_CHECKPOINT is empty: there is nothing to resume from.
sheaf_export() {
  export SHEAF_EXP_ID=$sheaf_exp_id SHEAF_STAGE=$sheaf_stage SHEAF_ATTEMPT=$sheaf_n
  export SHEAF_PROJECT=$sheaf_project SHEAF_DIR=$sheaf_dir SHEAF_OUT=$sheaf_out
  export SHEAF_PARAMS=$sheaf_out/params.json SHEAF_METRICS=$sheaf_out/metrics.jsonl SHEAF_CHECKPOINT=
}

# Starts the program in a process group of its own, which job control gives it, and prints its pid and its status.
# This shell ignores the signals that end a job: bash can lose the status of a program that ends in the same moment as
# a signal comes for which there is a trap. The program has the signals as they were before its pid is told.
sheaf_keep() {
  trap '' HUP INT QUIT USR1 USR2 TERM
  # What the program leaves running must not keep the pack waiting for word of it.
  [[ -z $sheaf_report ]] || exec {sheaf_report}>&-
  set -m
  (
    trap - HUP INT QUIT USR1 USR2 TERM
    printf '%s\n' "$BASHPID"
    exec bash -- "$sheaf_out/run.sh" </dev/null >>"$sheaf_out/out.log" 2>>"$sheaf_out/err.log"
  ) &
  # With job control, a program that is only stopped would end the wait.
  set +m
  wait "$!" 2>/dev/null
  printf '%s\n' "$?"
}

# Runs the program. Reading goes on after a signal, and nothing that was printed is lost.
sheaf_run() {
  local sheaf_early_signal sheaf_pipe
  set -m
  exec {sheaf_pipe}< <(sheaf_keep)
  set +m
  read -r sheaf_pid <&"$sheaf_pipe"
  [[ -z $sheaf_report ]] || sheaf_tell group "$sheaf_pid"
  for sheaf_early_signal in $sheaf_early; do
    kill -s "$sheaf_early_signal" -- "-$sheaf_pid" 2>/dev/null
  done
  if ! read -r sheaf_status <&"$sheaf_pipe"; then
    sheaf_say 'what watched over the program was killed, and its status with it'
    sheaf_status=137
  fi
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

# The program is gone: what comes now must not end the helpers that write its record.
sheaf_ignore_signals() {
  trap '' HUP INT QUIT USR1 USR2 TERM
}

# From here on: packs. This shell, the first, starts a shell for each member and passes signals on to them. They tell it
# on a pipe, a line each: "shell SLOT PID" when they can take signals, "group SLOT PID" when their program runs, and
# "ended SLOT STATUS". Reading goes on after a signal, where bash can lose the status of a child that it waits for.
sheaf_tell() {
  printf '%s %s %s\n' "$1" "$sheaf_slot" "$2" >&"$sheaf_report"
}

# A member: the same as a job of its own, but for what it tells, its GPUs and its limits.
sheaf_run_member() {
  sheaf_watch_signals
  trap 'sheaf_end_for timeout' RTMIN
  trap 'sheaf_end_for host_oom' RTMAX
  trap : URG
  trap 'sheaf_tell ended "$?"' EXIT
  sheaf_me=$\{sheaf_me%:*}:$BASHPID
  sheaf_tell shell "$BASHPID"
  sheaf_read_member "$\{sheaf_pack_lines[sheaf_slot]}"
  sheaf_who="$sheaf_exp_id $sheaf_stage: "
  sheaf_claim
  sheaf_make_folder
  sheaf_check_needs
  sheaf_say "attempt $sheaf_stage-$sheaf_n runs as $((sheaf_slot + 1)) of $sheaf_pack_size in job $sheaf_job on $sheaf_host; see $sheaf_out"
  sheaf_share_gpus
  sheaf_record_start
  sheaf_export
  export SHEAF_PACK_SLOT=$sheaf_slot SHEAF_PACK_SIZE=$sheaf_pack_size
  sheaf_run
  sheaf_clean_up
  sheaf_ignore_signals
  trap '' RTMIN RTMAX
  sheaf_record_end
  # A program that obeyed its time limit and ended with 0 has not completed.
  [[ -z $sheaf_cause ]] || ((sheaf_status)) || exit 1
  exit "$sheaf_status"
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
  sheaf_tell_time
  sheaf_started=$sheaf_time sheaf_started_ms=$sheaf_ms sheaf_status=75 sheaf_signal='' sheaf_cause=dependency
  sheaf_record_end
  exit 75
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

# Starts the members and stays until all have ended, with the pipe as its output. Each shell has a process group of its
# own, so that none is started with signals ignored for good.
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

# One clock for all members: for their limits, and since bash runs no trap for a signal that comes in the moment before
# it waits for a line. It then does so when something else wakes it: the first shell its tick, the members a signal.
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

sheaf_wake_members() {
  local shell
  for shell in "$\{sheaf_pack_shells[@]}"; do
    kill -s URG -- "$shell" 2>/dev/null
  done
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

sheaf_run_pack() {
  local sheaf_log sheaf_pipe sheaf_word sheaf_slot sheaf_value sheaf_worst=0 sheaf_well=0
  sheaf_pack_lines=() sheaf_pack_shells=() sheaf_pack_groups=() sheaf_pack_spent=() sheaf_pack_late=()
  sheaf_pack_signals='' sheaf_pack_clock=$SECONDS
  while [[ -n $sheaf_lines ]]; do
    sheaf_pack_lines+=("$\{sheaf_lines%%$'\n'*}")
    [[ $sheaf_lines == *$'\n'* ]] || break
    sheaf_lines=$\{sheaf_lines#*$'\n'}
  done
  sheaf_pack_size=$\{#sheaf_pack_lines[@]}
  trap 'sheaf_pass_on_to_members HUP' HUP
  trap 'sheaf_pass_on_to_members INT' INT
  trap 'sheaf_pass_on_to_members QUIT' QUIT
  trap 'sheaf_pass_on_to_members USR1' USR1
  trap 'sheaf_pass_on_to_members USR2' USR2
  trap 'sheaf_pass_on_to_members TERM' TERM
  trap 'sheaf_pass_on_to_members CONT' CONT
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
      tick)
        sheaf_wake_members
        sheaf_look_at_limits
        ;;
    esac
  done
  sheaf_ignore_signals
  sheaf_end_lost_members
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

sheaf_main() {
  cd -- "$sheaf_project" || sheaf_quit 74 "cannot enter the project folder $sheaf_project; nothing was run"
  sheaf_know_job
  sheaf_find_members
  [[ -z $sheaf_packed && $sheaf_lines != *$'\n'* ]] || sheaf_run_pack
  sheaf_read_member "$sheaf_lines"
  sheaf_claim
  sheaf_make_folder
  sheaf_say "$sheaf_exp_id $sheaf_stage-$sheaf_n runs as job $sheaf_job on $sheaf_host; see $sheaf_out"
  sheaf_watch_signals
  sheaf_record_start
  sheaf_export
  sheaf_run
  sheaf_clean_up
  sheaf_ignore_signals
  sheaf_record_end
  exit "$sheaf_status"
}

{ sheaf_main; exit; }
`.replaceAll('$\\{', '${');
