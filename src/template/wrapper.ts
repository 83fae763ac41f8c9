/**
 * What every job does around its program: plain bash and coreutils, since a compute node has nothing else.
 *
 * {@link jobScript} sets `sheaf_token`, `sheaf_project` and `sheaf_experiments` before it. All names
 * begin with `sheaf_`: a variable of the caller's environment that had the same name as one in here
 * would reach the program changed. All is in functions, so that bash has read the whole text before it
 * starts and the file may then change. No here-strings: bash may want a temporary file for them.
 * `$\{` stands for the dollar and brace of bash, which TypeScript would take for its own.
 */
export const WRAPPER: string = String.raw`
set +o posix

sheaf_say() {
  printf 'sheaf: %s\n' "$1"
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

# Finds this job's line among the members of the submission.
sheaf_find_member() {
  local members=.sheaf/submissions/$sheaf_token/members.tsv
  sheaf_rest=$(LC_ALL=C sed -n "/^$sheaf_index\t/{p;q;}" "$members")
  [[ -n $sheaf_rest ]] || sheaf_quit 74 "$members has no line for index $sheaf_index; nothing was run"
  sheaf_next_field
  sheaf_next_field; sheaf_exp_id=$sheaf_field
  sheaf_next_field; sheaf_key=$sheaf_field
  sheaf_next_field; sheaf_stage=$sheaf_field
  sheaf_next_field; sheaf_n=$sheaf_field
  sheaf_next_field; sheaf_params=$sheaf_field
  sheaf_run_text=$sheaf_rest
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
    sheaf_n=$((sheaf_n + 1))
    ln -sT -- "$sheaf_token $sheaf_me" "$attempts/$sheaf_key.$sheaf_stage-$sheaf_n" 2>/dev/null
  done
}

sheaf_make_folder() {
  local LC_ALL=C
  case $sheaf_experiments in
    /*) sheaf_dir=$sheaf_experiments/$sheaf_exp_id ;;
    *) sheaf_dir=$sheaf_project/$sheaf_experiments/$sheaf_exp_id ;;
  esac
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
  sheaf_add_raw pid "$$"
  if [[ -n $\{CUDA_VISIBLE_DEVICES+set} ]]; then
    sheaf_add_text cuda_visible_devices "$CUDA_VISIBLE_DEVICES"
  else
    sheaf_add_raw cuda_visible_devices null
  fi
  sheaf_add_text nodes "$\{SLURM_JOB_NODELIST:-$sheaf_host}"
  sheaf_add_text cwd "$sheaf_project"
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
  sheaf_signal='' sheaf_signals='' sheaf_pid='' sheaf_early=''
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

sheaf_main() {
  cd -- "$sheaf_project" || sheaf_quit 74 "cannot enter the project folder $sheaf_project; nothing was run"
  sheaf_know_job
  sheaf_find_member
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
