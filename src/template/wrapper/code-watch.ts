import { bash } from '../../core/text/bash.ts';

/**
 * Which code a program really runs: a script may go back to the project folder, and then the snapshot on record is not what
 * ran. A watcher beside the job looks at the processes of the program 1, 5 and 30 s after it began, as `/proc` shows them.
 */
export const CODE_WATCH: string = bash`
sheaf_start_code_watch() {
  sheaf_code_watch=''
  [[ -n $sheaf_snapshot ]] || return 0
  set -m
  sheaf_watch_code </dev/null >/dev/null 2>&1 &
  sheaf_code_watch=$!
  set +m
  disown "$!"
}

# It begins when the copy of the code is there: what comes before prepares the environment, in the project folder.
sheaf_watch_code() {
  local pause job=$\{sheaf_me##*:}
  trap '' HUP INT QUIT USR1 USR2 TERM
  [[ -z $sheaf_report ]] || exec {sheaf_report}>&-
  rm -f -- "$sheaf_out/.code-seen"
  until [[ -e $sheaf_out/work.code ]]; do
    sleep 1
    kill -0 "$job" || return
  done
  for pause in 1 4 25; do
    sleep "$pause"
    kill -0 "$job" || return
    sheaf_sample_code >>"$sheaf_out/.code-seen"
  done
}

# Ends it, and gives what it saw in sheaf_code_seen: where the code was, and for code outside of the snapshot the program
# and its path. Empty if no process was seen whose code is known.
sheaf_end_code_watch() {
  local line where='' program='' path=''
  sheaf_code_seen=''
  [[ -n $sheaf_code_watch ]] || return 0
  kill -KILL -- "-$sheaf_code_watch" 2>/dev/null
  while IFS= read -r line; do
    where=$\{line%%$'\t'*}
    [[ $where == live ]] || continue
    line=$\{line#*$'\t'}
    program=$\{line%%$'\t'*} path=$\{line#*$'\t'}
    break
  done 2>/dev/null <"$sheaf_out/.code-seen"
  rm -f -- "$sheaf_out/.code-seen" 2>/dev/null
  case $where in
    snapshot) sheaf_code_seen='{"where": "snapshot"}' ;;
    live)
      sheaf_to_json "$program"
      program=$sheaf_json
      sheaf_to_json "$path"
      sheaf_code_seen="{\"where\": \"live\", \"program\": $program, \"path\": $sheaf_json}"
      ;;
  esac
}

# A line for each process whose code is known.
sheaf_sample_code() {
  local LC_ALL=C pid kept root experiments link apart=()
  root=$(readlink -f -- "$sheaf_project") experiments=$(readlink -f -- "$\{sheaf_dir%/*}")
  [[ -n $root ]] && mapfile -t -d '' kept <"$sheaf_out/work.code" || return
  apart=("$root/.sheaf" "$experiments")
  # What is linked is no code.
  for link in "$\{kept[@]:1}"; do apart+=("$(readlink -f -- "$root/$link")"); done
  sheaf_work=$(readlink -f -- "$sheaf_out/work")
  sheaf_find_program
  [[ -n $sheaf_report ]] || sheaf_find_steps
  local -A seen=()
  for pid in "$\{!sheaf_found[@]}"; do
    sheaf_look_at_process "$pid"
  done
}

# Where a path leads to: "snapshot" for this run's copy of the code, "live" for the project folder, in sheaf_where; empty
# for anything else, such as a virtual environment in the project.
sheaf_place_path() {
  local folder each
  sheaf_where='' sheaf_path=$(readlink -e -- "$1") || return 0
  case $sheaf_path/ in
    "$sheaf_work"/*) sheaf_where=snapshot ;;
    "$root"/*)
      for each in "$\{apart[@]}"; do
        [[ $sheaf_path/ != "$each"/* ]] || return 0
      done
      folder=$sheaf_path
      while [[ $folder == "$root"/* ]]; do
        [[ ! -e $folder/pyvenv.cfg && ! -e $folder/conda-meta ]] || return 0
        folder=$\{folder%/*}
      done
      sheaf_where=live
      ;;
  esac
}

sheaf_look_at_process() {
  local cwd base words=() script='' module='' program where='' path='' each line
  cwd=$(readlink -- "/proc/$1/cwd") || return 0
  mapfile -t -d '' words <"/proc/$1/cmdline"
  # Workers that load data run the same code, and there may be hundreds of them.
  [[ -n $\{words[0]-} && -z $\{seen["$cwd $\{words[*]}"]-} ]] || return 0
  seen["$cwd $\{words[*]}"]=1
  program=$\{words[0]##*/}
  sheaf_find_script
  [[ $script != "$sheaf_out/run.sh" ]] || return 0
  # Where it started: a program may have gone elsewhere since.
  base=$cwd
  if [[ -n $script && $script != /* && ! -e $cwd/$script ]]; then
    mapfile -t -d '' each <"/proc/$1/environ"
    for line in "$\{each[@]}"; do [[ $line != PWD=/* ]] || base=$\{line#PWD=}; done
  fi
  if [[ -n $module ]]; then
    sheaf_place_module "$1"
  elif [[ -n $script ]]; then
    [[ $script == /* ]] || script=$base/$script
    sheaf_place_path "$script"
  elif [[ $\{words[0]} == */* ]]; then
    [[ $\{words[0]} == /* ]] && sheaf_place_path "$\{words[0]}" || sheaf_place_path "$cwd/$\{words[0]}"
  else
    sheaf_where='' sheaf_path=''
  fi
  where=$sheaf_where path=$sheaf_path
  if [[ -z $where ]]; then
    sheaf_place_path "$cwd"
    # That it is in the copy does not tell what it is.
    [[ $sheaf_where != live ]] || where=live path=$sheaf_path
  fi
  [[ -z $where ]] || printf '%s\t%s\t%s\n' "$where" "$\{program//[[:cntrl:]]/?}" "$\{path//[[:cntrl:]]/?}"
}

# The script or the module among the words of a process, in script and module. Of a program that starts another one, such as
# srun, only a path in the project folder says something: what it starts may be elsewhere.
sheaf_find_script() {
  local i word
  case $program in
    python* | pypy* | bash | sh | dash | zsh | ksh | perl* | ruby* | Rscript | R | julia* | node | lua*) ;;
    srun | mpirun | mpiexec | env | timeout | nice | numactl | taskset | apptainer | singularity | docker | podman | uv | conda)
      for word in "$\{words[@]:1}"; do
        [[ $word != "$root"/*.* && $word != "$sheaf_project"/*.* ]] || script=$word
      done
      return
      ;;
    *) return ;;
  esac
  for ((i = 1; i < $\{#words[@]}; i++)); do
    word=$\{words[i]}
    case $program$word in
      python*-m | pypy*-m) module=$\{words[i + 1]-} ;;
      python*-[WX] | pypy*-[WX] | *sh-[oO]) ((i++)); continue ;;
      *-[ce]) ;;
      R--file=*) script=$\{word#--file=} ;;
      *) [[ $word != -* ]] || continue; script=$word ;;
    esac
    return
  done
}

# Python searches modules where the program started, then along PYTHONPATH.
sheaf_place_module() {
  local top=$\{module%%.*} line variables=() places=("$cwd") place
  sheaf_where='' sheaf_path=''
  mapfile -t -d '' variables <"/proc/$1/environ"
  for line in "$\{variables[@]}"; do
    [[ $line == PYTHONPATH=?* ]] || continue
    IFS=: read -r -d '' -a place < <(printf '%s\0' "$\{line#PYTHONPATH=}")
    places+=("$\{place[@]}")
  done
  for place in "$\{places[@]}"; do
    [[ $place == /* ]] || place=$cwd/$place
    for line in "$place/$top" "$place/$top.py"; do
      [[ -e $line ]] || continue
      sheaf_place_path "$line"
      return
    done
  done
}
`;
