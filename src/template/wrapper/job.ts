import { bash } from '../../core/text/bash.ts';

/** Which job this is, and which attempts it is to run. */
export const JOB: string = bash`
# In a pack: whose message it is, and the pipe on which a member reports its progress.
sheaf_who='' sheaf_report=''

sheaf_say() {
  printf 'sheaf: %s%s\n' "$sheaf_who" "$1"
}

sheaf_quit() {
  sheaf_say "$2"
  exit "$1"
}

# Which job this is. A scheduler that this one was started under must not be mistaken for it, so that
# SHEAF_JOB_ID is only looked at when this one says nothing.
sheaf_know_job() {
  sheaf_restart=0 sheaf_again='' sheaf_nodes=''
  if sheaf_ask_scheduler; then
    :
  elif [[ -n $\{SHEAF_JOB_ID-} ]]; then
    sheaf_index=$\{SHEAF_ARRAY_INDEX:-0}
    sheaf_job=$SHEAF_JOB_ID
    sheaf_restart=$\{SHEAF_RESTART:-0}
    sheaf_again=$\{SHEAF_AGAIN-}
  else
    sheaf_quit 75 'only a scheduler can run this script; to run an attempt yourself, use its run.sh'
  fi
  unset -v SHEAF_AGAIN
  sheaf_host=$(uname -n)
  sheaf_me=$sheaf_job.$sheaf_restart@$sheaf_host:$$
}

sheaf_next_field() {
  local LC_ALL=C
  sheaf_field=$\{sheaf_rest%%$'\t'*}
  sheaf_rest=$\{sheaf_rest#*$'\t'}
}

# A text that may be any, after an equals sign, or - for none.
sheaf_next_text() {
  local LC_ALL=C
  sheaf_next_field
  if [[ $sheaf_field == =* ]]; then printf -v sheaf_field '%b' "$\{sheaf_field#=}"; else sheaf_field=''; fi
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
  [[ $mark == members-003 && $records =~ ^[0-9]{11}$ ]] || return
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
  sheaf_next_text; sheaf_pattern=$sheaf_field
  sheaf_next_field; sheaf_pick=$sheaf_field
  sheaf_next_text; sheaf_verify=$sheaf_field
  sheaf_next_field; sheaf_first=$sheaf_field
  sheaf_run_text=$sheaf_rest
  case $sheaf_experiments in
    /*) sheaf_dir=$sheaf_experiments/$sheaf_exp_id ;;
    *) sheaf_dir=$sheaf_project/$sheaf_experiments/$sheaf_exp_id ;;
  esac
}
`;
