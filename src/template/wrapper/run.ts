import { bash } from '../../core/text/bash.ts';

/** The program of an attempt, from its start to its end. */
export const RUN: string = bash`
# What the program finds. Where SHEAF_CHECKPOINT is empty there is nothing to resume from.
sheaf_export() {
  export SHEAF_EXP_ID=$sheaf_exp_id SHEAF_STAGE=$sheaf_stage SHEAF_ATTEMPT=$sheaf_n
  export SHEAF_PROJECT=$sheaf_project SHEAF_DIR=$sheaf_dir SHEAF_OUT=$sheaf_out
  export SHEAF_PARAMS=$sheaf_out/params.json SHEAF_METRICS=$sheaf_out/metrics.jsonl SHEAF_CHECKPOINT=$sheaf_checkpoint
  export SHEAF_STOP=$sheaf_out/stop
  unset -v SHEAF_RECORDER
  [[ -z $sheaf_recorder ]] || export SHEAF_RECORDER=$sheaf_project/$sheaf_recorder
}

# Starts the program in a process group of its own, which job control gives it, and prints its pid and its status.
# This shell ignores the signals that end a job: bash can lose the status of a program that ends in the same moment as
# a signal comes for which there is a trap. The program has the signals as they were before its pid is passed on.
sheaf_keep() {
  [[ -n $sheaf_old_bash ]] || trap '' HUP INT QUIT USR1 USR2 TERM
  set -m
  (
    trap - HUP INT QUIT USR1 USR2 TERM
    printf '%s\n' "$BASHPID"
    if [[ -n $sheaf_report ]]; then
      # Before the program begins: the shell of this member may be killed at any moment, and then the pack ends the group.
      sheaf_tell group "$BASHPID"
      exec {sheaf_report}>&-
    fi
    exec bash -- "$sheaf_out/run.sh" </dev/null >>"$sheaf_out/out.log" 2>>"$sheaf_out/err.log"
  ) &
  trap '' HUP INT QUIT USR1 USR2 TERM
  # What the program leaves running must not keep the pack waiting for word of it.
  [[ -z $sheaf_report ]] || exec {sheaf_report}>&-
  # With job control, a program that is only stopped would end the wait.
  set +m
  wait "$!" 2>/dev/null
  printf '%s\n' "$?"
}

# Runs the program. Reading goes on after a signal, and nothing that was printed is lost. It stops every second for what
# is to be done at a certain time, and for signals that came in the moment before it began to wait.
sheaf_run() {
  local sheaf_early_signal sheaf_pipe sheaf_part
  set -m
  exec {sheaf_pipe}< <(sheaf_keep)
  set +m
  read -r sheaf_pid <&"$sheaf_pipe"
  sheaf_start_code_watch
  for sheaf_early_signal in $sheaf_early; do
    kill -s "$sheaf_early_signal" -- "-$sheaf_pid" 2>/dev/null
  done
  sheaf_status='' sheaf_first_minute=$((SECONDS + 60))
  until read -r -t 1 sheaf_part <&"$sheaf_pipe"; do
    if (($? <= 128)); then
      sheaf_say 'what watched over the program was killed, and its status with it'
      sheaf_part=137
      break
    fi
    # A second may be over in the middle of the line.
    sheaf_status=$sheaf_status$sheaf_part
    sheaf_look_at_clock
  done
  sheaf_status=$sheaf_status$sheaf_part
  sheaf_await_signal
}

# What run.sh started to record its environment may need a moment more than a short program.
sheaf_await_recorder() {
  local pid tries
  [[ -n $sheaf_recorder && -z $sheaf_signal ]] || return 0
  for ((tries = 0; tries < 20; tries++)); do
    { read -r pid <"$sheaf_out/env/.recorder"; } 2>/dev/null || return 0
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
}

# What run.sh started to walk its inputs may go on for ten seconds; then it records that the program ended first. Anyone who
# reads the record of the end finds that of the inputs beside it.
sheaf_await_inputs() {
  local pid tries
  for ((tries = 0; tries < 120; tries++)); do
    [[ -e $sheaf_out/.inputs ]] || return 0
    { read -r pid <"$sheaf_out/.inputs"; } 2>/dev/null
    # Empty until the walk has begun.
    if [[ -n $pid ]]; then kill -0 "$pid" 2>/dev/null || return 0; elif [[ -n $sheaf_signal ]]; then return 0; fi
    [[ -z $pid || $tries != 100 && ( $tries != 0 || -z $sheaf_signal ) ]] || kill -TERM "$pid" 2>/dev/null
    sleep 0.1
  done
}
`;
