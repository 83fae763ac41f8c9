import { bash } from '../../core/text/bash.ts';

/** Which processes of a program listen to a signal: any other one would die of it. */
export const LISTENERS: string = bash`
# Sends the signal of its requeue policy to those processes of the program that listen to it. What srun started, it
# passes the signal on to.
sheaf_ask_to_save() {
  local pid sruns found told=() sent=0
  sheaf_find_program
  found=("$\{!sheaf_found[@]}") sruns=$sheaf_sruns
  sheaf_find_listeners "$\{found[@]}"
  for pid in "$\{found[@]}"; do
    [[ -n $\{sheaf_listening[$pid]-} && $sruns != *" $pid "* ]] || continue
    sheaf_is_fork_of_listener "$pid" || told+=("$pid")
  done
  if [[ $sruns != ' ' ]] && sheaf_step_listens "$\{found[@]}"; then
    for pid in "$\{found[@]}"; do
      # An srun has another one beside it, which only waits.
      [[ $sruns != *" $pid "* || $sruns == *" $\{sheaf_parent[$pid]} "* ]] || told+=("$pid")
    done
  fi
  # All at once: one that has saved may be gone when the next is checked.
  for pid in "$\{told[@]}"; do
    kill -s "$sheaf_requeue_signal" -- "$pid" 2>/dev/null && sent=$((sent + 1))
  done
  ((sent)) || return 0
  sheaf_listeners=$sent
  sheaf_say "$sheaf_requeue_signal was sent to $sent of its processes, so that it saves"
}

# Those of the processes that listen, in sheaf_listening.
sheaf_find_listeners() {
  local pid number
  number=$(kill -l "$sheaf_requeue_signal")
  unset -v sheaf_listening
  declare -gA sheaf_listening
  sheaf_listening=()
  for pid; do
    ! sheaf_listens "$pid" "$number" || sheaf_listening[$pid]=1
  done
}

# Whether a process has a handler for a signal.
sheaf_listens() {
  local name value caught='' command=''
  while read -r name value; do
    case $name in
      Name:) command=$value ;;
      SigCgt:) caught=$value; break ;;
    esac
  done 2>/dev/null <"/proc/$1/status"
  [[ -n $caught ]] && (((16#$caught >> ($2 - 1)) & 1)) || return 1
  # Bash has one for every signal as soon as it has a trap for its end, and dies in it.
  [[ $command != bash ]] || sheaf_script_names_signal "$1"
}

# Whether the words that a shell was started with, or the script among them, name the signal.
sheaf_script_names_signal() {
  local LC_ALL=C word text
  while IFS= read -r -d '' word; do
    [[ $word != *"$sheaf_requeue_signal"* ]] || return 0
    [[ $word == /* ]] || word=/proc/$1/cwd/$word
    [[ -f $word && -r $word ]] || continue
    IFS= read -r -d '' -n 1000000 text <"$word"
    [[ $text != *"$sheaf_requeue_signal"* ]] || return 0
  done 2>/dev/null <"/proc/$1/cmdline"
  return 1
}

# Whether it is a copy of a listener that gets the signal, too, such as a worker that loads data: its handler is that of its
# parent, and would save what the parent saves. A newly started program has its stack elsewhere.
sheaf_is_fork_of_listener() {
  local parent=$\{sheaf_parent[$1]} sheaf_place own
  [[ -n $\{sheaf_listening[$parent]-} ]] || return 1
  sheaf_find_place "$1"
  own=$sheaf_place
  sheaf_find_place "$parent"
  [[ -n $own && $own == "$sheaf_place" ]]
}

# Where the code and the stack of a process begin, in sheaf_place; empty if that is not readable.
sheaf_find_place() {
  local line
  sheaf_place=''
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
  # shellcheck disable=SC2086 # Numbers, one by one.
  set -- $\{line##*) }
  (($\{26} == 0)) || sheaf_place="$\{24} $\{26}"
}

# Whether what an srun of the job started listens, as far as it runs on this node. If none of it does, srun is not
# told: its tasks would die of it.
sheaf_step_listens() {
  local pid former=" $* " steps=()
  sheaf_find_steps
  for pid in "$\{!sheaf_found[@]}"; do
    [[ $former == *" $pid "* ]] || steps+=("$pid")
  done
  (($\{#steps[@]})) || return 0
  sheaf_find_listeners "$\{steps[@]}"
  (($\{#sheaf_listening[@]}))
}
`;
