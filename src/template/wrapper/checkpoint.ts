import { IN_ATTEMPT, IN_EXPERIMENT } from '../../core/files/own-files.ts';
import { bash } from '../../core/text/bash.ts';

/** Which checkpoint the program resumes from. */
export const CHECKPOINT: string = bash`
# Chooses what to resume from, in sheaf_checkpoint; empty when there is nothing. Attempts before sheaf_first ran another
# version of code or template.
sheaf_choose_checkpoint() {
  local sheaf_best sheaf_fault reserve=''
  sheaf_checkpoint=''
  [[ -n $sheaf_pattern ]] || return 0
  if ((sheaf_first > 1 && sheaf_n == sheaf_first)); then
    sheaf_say 'starts without a checkpoint: code or template changed since the attempts before'
    return
  fi
  sheaf_find_checkpoints
  sheaf_find_fatal
  while (($\{#sheaf_candidates[@]})); do
    sheaf_take_best
    if ! sheaf_is_whole "$sheaf_best"; then
      sheaf_say "checkpoint $sheaf_best is skipped: $sheaf_fault"
    elif sheaf_was_fatal "$sheaf_best"; then
      reserve=$\{reserve:-$sheaf_best}
      sheaf_say "checkpoint $sheaf_best is skipped: what resumed from it before failed within 5 minutes"
    else
      sheaf_checkpoint=$sheaf_best
      break
    fi
  done
  if [[ -z $sheaf_checkpoint && -n $reserve ]]; then
    sheaf_say 'no other checkpoint is left: trying it again'
    sheaf_checkpoint=$reserve
  fi
  if [[ -n $sheaf_checkpoint ]]; then
    sheaf_say "resumes from $sheaf_checkpoint"
  else
    sheaf_say "starts from the beginning: there is no checkpoint $sheaf_pattern"
  fi
}

# All that fit the pattern, in sheaf_candidates, and how they rank, in sheaf_ranks. Only the characters of the pattern
# itself are special, whatever the names of the folders before it are. A step in it is +([0-9]).
sheaf_find_checkpoints() {
  local LC_ALL=C IFS='' m places=() place path since=$sheaf_dir/attempts/$sheaf_stage-$sheaf_first/run.sh
  local -A seen=()
  sheaf_candidates=() sheaf_ranks=()
  for ((m = sheaf_n - 1; m >= sheaf_first; m--)); do
    place=$sheaf_dir/attempts/$sheaf_stage-$m
    [[ -z $sheaf_prefix ]] || places+=("$place/work/$sheaf_prefix")
    places+=("$place/work" "$place")
  done
  places+=("$sheaf_dir")
  [[ $sheaf_pattern != /* ]] || places=('')
  shopt -s nullglob globstar extglob
  for place in "$\{places[@]}"; do
    for path in "$\{place:+$place/}"$sheaf_pattern; do
      [[ -e $path && -z $\{seen[$path]-} ]] || continue
      # A pattern such as **/*.ckpt would find those of other stages there.
      [[ $place != "$sheaf_dir" || $path != "$sheaf_dir/attempts/"* ]] || continue
      ! sheaf_is_own "$path" || continue
      # What lies outside of the attempts may be older than the first of them.
      [[ $sheaf_first == 1 || $place == "$sheaf_dir/attempts/"* || $path -nt $since ]] || continue
      seen[$path]=1
      sheaf_rank "$path"
      sheaf_candidates+=("$path") sheaf_ranks+=("$sheaf_ranked")
    done
  done
  shopt -u nullglob globstar extglob
}

# Whether sheaf or a job made it: a pattern such as * does not mean that.
sheaf_is_own() {
  local path=$\{1//\/.\///}
  path=$\{path#"$sheaf_dir/"}
  path=$\{path%/}
  case $path in
    attempts/*/*)
      case $\{path#attempts/*/} in
        env/* | ${IN_ATTEMPT.join(' | ')}) return 0 ;;
      esac
      ;;
    attempts/* | ${IN_EXPERIMENT.join(' | ')}) return 0 ;;
  esac
  return 1
}

# The number by which a checkpoint ranks, in sheaf_ranked: what follows the last "epoch" or "step" in its name or, where
# that is not in there, in that of its folder; otherwise the last number of its name. Without one it comes last.
sheaf_rank() {
  local name=$\{1##*/} folder=$\{1%/*} text
  sheaf_ranked=0
  [[ $sheaf_pick != newest ]] || return 0
  for text in "$name" "$\{folder##*/}"; do
    if [[ $\{text,,} =~ ^.*$\{sheaf_pick}[^a-z0-9]?[^a-z0-9]?([0-9]{1,15}) ]]; then
      sheaf_ranked=$((10#$\{BASH_REMATCH[1]}))
      return
    fi
  done
  sheaf_ranked=-1
  # The 5 of model.h5 is no step.
  [[ ! $name =~ ^(.+)\.[A-Za-z][A-Za-z0-9]*$ ]] || name=$\{BASH_REMATCH[1]}
  [[ ! $name =~ ^(.*[^0-9])?([0-9]{1,15})[^0-9]*$ ]] || sheaf_ranked=$((10#$\{BASH_REMATCH[2]}))
}

# Takes the best of what is left, in sheaf_best; of those that rank alike, the newest.
sheaf_take_best() {
  local i best=''
  for i in "$\{!sheaf_candidates[@]}"; do
    if [[ -z $best ]] || ((sheaf_ranks[i] > sheaf_ranks[best])); then
      best=$i
    elif ((sheaf_ranks[i] == sheaf_ranks[best])) && [[ $\{sheaf_candidates[i]} -nt $\{sheaf_candidates[best]} ]]; then
      best=$i
    fi
  done
  sheaf_best=$\{sheaf_candidates[best]}
  unset -v "sheaf_candidates[$best]" "sheaf_ranks[$best]"
}

# What the attempts just before this one resumed from, each as JSON, as far as they failed early and by themselves.
sheaf_find_fatal() {
  local LC_ALL=C m folder started ended resumed text='"checkpoint": ("([^"\\]|\\.)*")'
  sheaf_fatal=()
  for ((m = sheaf_n - 1; m > 0; m--)); do
    folder=$sheaf_dir/attempts/$sheaf_stage-$m
    { read -r started <"$folder/started.json"; } 2>/dev/null || continue
    { read -r ended <"$folder/ended.json"; } 2>/dev/null || return 0
    [[ $started =~ $text ]] || return 0
    resumed=$\{BASH_REMATCH[1]}
    sheaf_failed_early "$ended" || return 0
    sheaf_fatal+=("$resumed")
  done
}

# Whether the record of an end says that the program failed within 5 minutes, and nobody had ended or killed it.
sheaf_failed_early() {
  [[ $1 != *'"cause": '* && $1 != *'"died_of": "KILL"'* && $1 != *'"died_of": "TERM"'* ]] || return 1
  [[ $1 =~ '"exit_code": '([0-9]+)', "signal": null,' ]] && ((BASH_REMATCH[1])) || return 1
  [[ $1 =~ '"duration_s": '([0-9]+) ]] && ((BASH_REMATCH[1] < 300))
}

sheaf_was_fatal() {
  local text
  sheaf_to_json "$1"
  for text in "$\{sheaf_fatal[@]}"; do
    [[ $text != "$sheaf_json" ]] || return 0
  done
  return 1
}
`;
