import { bash } from '../../core/text/bash.ts';

/** How a run is stopped before its end: by the link `stop` in the folder of its attempt, whose target is the reason. */
export const STOP: string = bash`
# What a job ends with when its run was stopped: what waits for its success does not start.
sheaf_stopped_status=79

# Called every second while the program runs. Looks for the link each second in the first minute, and every 10 s after. A look
# starts no process.
sheaf_look_for_stop() {
  [[ $sheaf_cause != stopped ]] && ((SECONDS >= sheaf_next_look)) || return 0
  sheaf_next_look=$((SECONDS + (SECONDS < sheaf_first_minute ? 1 : 10)))
  [[ -L $sheaf_out/stop && -z $sheaf_cause ]] || return 0
  sheaf_cause=stopped
  sheaf_say "it is stopped: $(readlink -- "$sheaf_out/stop")"
  # It may be about to end for its time limit already.
  ((sheaf_listeners == 0 && sheaf_late == 0)) || return 0
  sheaf_deadline=$SECONDS
  [[ -n $sheaf_requeue_signal ]] || return 0
  sheaf_ask_to_save
  ((sheaf_listeners == 0)) || sheaf_deadline=$((SECONDS + sheaf_requeue_before))
}

# A program that looks for the link itself says with this status that it was stopped. One that ended with another status
# before this shell saw the link has ended by itself; but what ended for its time limit does not go back into the queue.
sheaf_judge_stop() {
  [[ -z $sheaf_signal && -z $sheaf_cause && -L $sheaf_out/stop ]] || return 0
  ((sheaf_status == sheaf_stopped_status)) || sheaf_ended_for_limit || return 0
  sheaf_cause=stopped
}

# Ends a run that was stopped before it could start; nothing is run.
sheaf_check_stop() {
  [[ -z $sheaf_stop_reason ]] || ln -sT -- "$sheaf_stop_reason" "$sheaf_out/stop" 2>/dev/null
  [[ -L $sheaf_out/stop ]] || return 0
  sheaf_ignore_signals
  sheaf_say "it was stopped before it started: $(readlink -- "$sheaf_out/stop"); nothing was run"
  sheaf_end_unrun "$sheaf_stopped_status" stopped
}
`;
