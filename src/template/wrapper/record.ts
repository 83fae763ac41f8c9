import { bash } from '../../core/text/bash.ts';

/** The records that a job leaves in the folder of its attempt. */
export const RECORD: string = bash`
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

# The record is for people and for sheaf; that it cannot be written must not change the outcome of the program.
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
  sheaf_add_text bash "$sheaf_bash"
  if [[ -n $\{CUDA_VISIBLE_DEVICES+set} ]]; then
    sheaf_add_text cuda_visible_devices "$CUDA_VISIBLE_DEVICES"
  else
    sheaf_add_raw cuda_visible_devices null
  fi
  sheaf_add_text nodes "$\{sheaf_nodes:-$sheaf_host}"
  sheaf_add_text cwd "$sheaf_project"
  [[ -z $sheaf_report ]] || sheaf_add_raw pack "{\"slot\": $sheaf_slot, \"of\": $sheaf_pack_size}"
  sheaf_add_text_or_null checkpoint "$sheaf_checkpoint"
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
  [[ $sheaf_cause != stopped ]] || sheaf_add_text reason "$(readlink -- "$sheaf_out/stop")"
  [[ -z $sheaf_requeued ]] || sheaf_add_raw requeued true
  [[ -z $\{sheaf_code_seen-} ]] || sheaf_add_raw code "$sheaf_code_seen"
  sheaf_add_text started_at "$sheaf_started"
  sheaf_add_text ended_at "$sheaf_time"
  sheaf_add_raw duration_s "$duration"
  sheaf_write_record ended
  sheaf_say "ended with status $sheaf_status after $duration s"
}

# Ends an attempt whose program is not run, with this status and for this cause.
sheaf_end_unrun() {
  sheaf_tell_time
  sheaf_started=$sheaf_time sheaf_started_ms=$sheaf_ms sheaf_status=$1 sheaf_signal='' sheaf_cause=$2
  sheaf_record_end
  exit "$1"
}

# Ends this shell as the run ended. A program that obeyed its time limit and ended with 0 has not completed.
sheaf_finish() {
  [[ $sheaf_cause != stopped ]] || exit "$sheaf_stopped_status"
  [[ -z $sheaf_cause ]] || ((sheaf_status)) || exit 1
  exit "$sheaf_status"
}
`;
