import { bash } from '../../core/text/bash.ts';

/** The claim of an attempt, so that nothing else ever runs it, and its folder. */
export const CLAIM: string = bash`
# Whether the text of a claim names this very job as it was before a requeue.
sheaf_is_former() {
  local former=$\{1%%@*}
  [[ $former == "$sheaf_job".* ]] || return 1
  former=$\{former##*.}
  [[ $former =~ ^[0-9]+$ ]] && ((former < sheaf_restart))
}

# Takes the attempt, or after a requeue the next free one, so that nothing else ever runs it.
sheaf_claim() {
  local attempts=.sheaf/claims/attempts runs=.sheaf/claims/runs name holder former
  sheaf_stop_reason=''
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
    former=$sheaf_dir/attempts/$sheaf_stage-$sheaf_n
    # Of a pack that was requeued for the sake of the others.
    [[ -n $sheaf_report ]] && sheaf_ended_well "$former" &&
      sheaf_quit 0 "attempt $sheaf_stage-$sheaf_n of $sheaf_exp_id has completed already; it is not run again"
    sheaf_was_stopped "$former" &&
      sheaf_quit 79 "attempt $sheaf_stage-$sheaf_n of $sheaf_exp_id was stopped; it is not run again"
    # It went back into the queue before it could see that it was to stop.
    sheaf_stop_reason=$(readlink -- "$former/stop")
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

sheaf_was_stopped() {
  local line
  { read -r line <"$1/ended.json"; } 2>/dev/null && [[ $line == *'"cause": "stopped"'* ]]
}

sheaf_make_folder() {
  local LC_ALL=C mark=$'\001' parts=("$sheaf_run_text")
  sheaf_out=$sheaf_dir/attempts/$sheaf_stage-$sheaf_n
  # This character stands for what the scripts of all members have in common there.
  [[ $sheaf_run_text != *"$mark"* ]] ||
    parts=("$\{sheaf_run_text%%"$mark"*}" "$sheaf_run_middle" "$\{sheaf_run_text#*"$mark"}")
  if ! { mkdir -p -- "$sheaf_out" &&
    printf '%b' "$sheaf_run_head" "$\{parts[@]}" "$sheaf_run_tail" >"$sheaf_out/run.sh" &&
    printf '%s\n' "$sheaf_params" >"$sheaf_out/params.json" &&
    : >>"$sheaf_out/out.log" && : >>"$sheaf_out/err.log"; }; then
    sheaf_quit 74 "cannot write into $sheaf_out; nothing was run"
  fi
}
`;
