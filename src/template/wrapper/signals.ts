import { bash } from '../../core/text/bash.ts';

/** How a job handles the signals that it gets. */
export const SIGNALS: string = bash`
# Word of the time limit that comes while this shell gets ready must not end it: it is attended to later.
sheaf_warned=''
[[ -z $sheaf_requeue_signal ]] || trap sheaf_warned=1 "$sheaf_requeue_signal"

# A signal to the job goes to its program too; one that comes before the program is there is sent later. What the
# scheduler sends before the time limit is not for all of the program: sheaf_look_at_clock attends to it.
sheaf_pass_on() {
  [[ $sheaf_signals == *"\"$1\""* ]] || sheaf_signals+=$\{sheaf_signals:+, }\"$1\"
  if [[ $1 == "$sheaf_requeue_signal" ]]; then
    sheaf_warned=1
    return
  fi
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
  sheaf_deadline='' sheaf_listeners=0 sheaf_late=0 sheaf_requeued='' sheaf_next_look=0
  sheaf_trap_signals sheaf_pass_on
  [[ -z $sheaf_warned ]] || sheaf_pass_on "$sheaf_requeue_signal"
}

# Calls a function with the name of each signal that comes.
sheaf_trap_signals() {
  local signal
  for signal in HUP INT QUIT USR1 USR2 TERM CONT $sheaf_requeue_signal; do
    # shellcheck disable=SC2064 # The name is put in now.
    trap "$1 $signal" "$signal"
  done
}

# The program is gone: what comes now must not end the helpers that write its record.
sheaf_ignore_signals() {
  trap '' HUP INT QUIT USR1 USR2 TERM
}
`;
