import { bash } from '../../core/text/bash.ts';

/** What is done when the time limit is near: the program saves, and the job goes back into the queue. */
export const REQUEUE: string = bash`
# Called every second while the program runs. The scheduler has told of the time limit when sheaf_warned is set.
sheaf_look_at_clock() {
  sheaf_look_for_stop
  if [[ $sheaf_cause == stopped ]]; then
    ((SECONDS < sheaf_deadline)) || sheaf_end_late
  elif [[ -z $sheaf_warned ]]; then
    return
  elif ((sheaf_restart >= sheaf_requeue_max)); then
    sheaf_look_at_last_run
  elif [[ -z $sheaf_deadline ]]; then
    sheaf_deadline=$((SECONDS + sheaf_requeue_before))
    sheaf_say "its time limit is near: it has $sheaf_requeue_before s to save and to end"
    sheaf_ask_to_save
    ((sheaf_listeners)) || sheaf_say "nothing of it listens to $sheaf_requeue_signal: it goes on until shortly before the limit"
  elif ((SECONDS >= sheaf_deadline)); then
    sheaf_end_late
  elif ((sheaf_listeners == 0 && SECONDS % 5 == 0)); then
    # It may only now have come so far as to listen.
    sheaf_ask_to_save
  fi
}

# A run that cannot go back into the queue gains nothing from an early end: it goes on to its limit. What listens is warned
# in time to save.
sheaf_look_at_last_run() {
  local sheaf_left=$((sheaf_requeue_before + sheaf_requeue_margin)) wait
  if [[ -z $sheaf_deadline ]]; then
    sheaf_ask_time_left
    wait=$((sheaf_left - sheaf_requeue_last))
    sheaf_deadline=$((SECONDS + (wait > 0 ? wait : 0)))
    sheaf_say "its time limit is near: it was requeued $sheaf_restart times, the most that its template allows, so it runs to the limit"
  elif ((SECONDS >= sheaf_deadline && sheaf_listeners == 0)); then
    # Again every five seconds: it may only now have come so far as to listen.
    sheaf_deadline=$((SECONDS + 5))
    sheaf_ask_to_save
  fi
}

# Its time to save is over: it is asked to end, and later made to.
sheaf_end_late() {
  local pid sruns margin=$sheaf_requeue_margin
  # One that is stopped may have no warning of its limit.
  ((margin)) || margin=30
  sheaf_find_program
  sruns=$sheaf_sruns
  sheaf_late=$((sheaf_late + 1))
  case $sheaf_late in
    1)
      [[ $sheaf_cause == stopped ]] && ((sheaf_listeners == 0)) ||
        sheaf_say "it has not ended within $sheaf_requeue_before s; it is asked to"
      sheaf_deadline=$((SECONDS + (margin + 1) / 2))
      # An srun that is asked to end kills what it started: that is asked in its place. The others of a pack may go on.
      [[ $sruns != ' ' && ( -z $sheaf_report || $sheaf_cause != stopped ) ]] && scancel --signal=TERM "$sheaf_job" 2>/dev/null && return
      kill -TERM -- "-$sheaf_pid" 2>/dev/null
      kill -CONT -- "-$sheaf_pid" 2>/dev/null
      ;;
    2)
      sheaf_deadline=$((SECONDS + (margin + 5) / 6))
      if [[ $sruns != ' ' ]]; then
        kill -TERM -- "-$sheaf_pid" 2>/dev/null
      else
        sheaf_kill_program
      fi
      ;;
    *) sheaf_kill_program ;;
  esac
}

sheaf_kill_program() {
  local pid
  kill -KILL -- "-$sheaf_pid" 2>/dev/null
  for pid in "$\{!sheaf_found[@]}"; do
    kill -KILL -- "$pid" 2>/dev/null
  done
}

# Whether it ended for its time limit, in sheaf_cause, and is to go on later, in sheaf_requeued. One that was not warned of
# the limit and that ended by itself has ended; one that was cancelled in the meantime stays so.
sheaf_judge_limit() {
  [[ -z $sheaf_signal && -z $sheaf_cause ]] && sheaf_ended_for_limit || return 0
  sheaf_cause=timeout
  if ((sheaf_restart < sheaf_requeue_max)); then
    sheaf_requeued=1
    sheaf_say 'it goes back into the queue, and goes on as the next attempt'
  else
    sheaf_say "it was restarted $sheaf_restart times, and is not requeued again"
  fi
}

# Whether the program was asked to end, or to save, since its time limit is near.
sheaf_ended_for_limit() {
  [[ -n $sheaf_deadline ]] && ((sheaf_listeners || sheaf_late))
}

# Puts the job back into the queue, and ends this shell when that was possible. The records must be written before: the
# scheduler may end all at once.
sheaf_put_back() {
  if [[ -n $sheaf_again ]]; then
    ! { : >"$sheaf_again"; } 2>/dev/null || exit 0
  else
    sheaf_ask_requeue
  fi
  sheaf_say 'it could not be put back into the queue'
}

# Undoes what the record of an attempt says.
sheaf_unsay_requeue() {
  local line
  sheaf_out=$1
  { read -r line <"$sheaf_out/ended.json"; } 2>/dev/null || return 0
  line=$\{line/', "requeued": true'/}
  line=$\{line#?}
  sheaf_object=$\{line%?}
  sheaf_write_record ended
}
`;
