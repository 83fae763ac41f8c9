import { bash } from '../../core/text/bash.ts';

/**
 * Walks inputs on a compute node and writes what it finds into `$SHEAF_OUT/inputs.json`, with the hashes that
 * `WholeFingerprint` describes. `run.sh` starts it in the background, with four words for each input: its name, its path,
 * `listing` or `content`, and the seconds that its walk may take.
 *
 * Bash, coreutils, and find, xargs and sed of GNU. It fails nothing. When it is asked to end, it records what it has.
 */
export const INPUT_WALKER: string = `${bash`
# Made by sheaf: records what a run reads. See docs/reference/job-records.md.
set +o posix
exec 2>/dev/null
export LC_ALL=C
[[ -n $\{SHEAF_OUT-} && -n $\{SHEAF_PROJECT-} ]] || exit 0
stopped='' child=''
folder=$(mktemp -d -- "$\{TMPDIR:-/tmp}/sheaf-XXXXXXXX") || exit 0
trap 'rm -rf -- "$folder"' EXIT
trap 'stopped=1; kill -TERM -- "-$child"' TERM
printf '%s\n' "$$" >"$SHEAF_OUT/.inputs" || exit 0

main() {
  local text='' name path
  cd / || exit 0
  while (($# >= 4)); do
    name=$1 path=$2
    : >"$folder/facts"
    if [[ -z $stopped ]]; then
      set -m
      find_hashes "$path" "$3" "$4" >"$folder/hashes" &
      child=$!
      set +m
      # It may have been asked to end just before.
      [[ -z $stopped ]] || kill -TERM -- "-$child"
      wait "$child"
    fi
    [[ -z $stopped ]] || tell_why 'the program ended before it was read' >"$folder/hashes"
    text+="$\{text:+, }$(to_json "$name"): {\"path\": $(to_json "$path"), $(count_files), $(<"$folder/hashes")}"
    shift 4
  done
  printf '{"schema": 1, "inputs": {%s}}\n' "$text" >"$SHEAF_OUT/.inputs.json.tmp" &&
    mv -fT -- "$SHEAF_OUT/.inputs.json.tmp" "$SHEAF_OUT/inputs.json"
}

to_json() {
  local text=$1 back=$'\\'
  text=$\{text//"$back"/"$back$back"}
  text=$\{text//'"'/"$back"'"'}
  printf '"%s"' "$\{text//[[:cntrl:]]/?}"
}

tell_why() {
  printf '"why": "%s"' "$1"
}

# Prints the hashes of a tree, or why it has none.
find_hashes() {
  local path=$1 hash=$2 limit=$3 status unread=0 line names listing content
  timeout --foreground "$limit" find -H "$path" \
    \( -type f -printf '%P//%s %T@\0' -fprintf "$folder/facts" '%s %T@\n' \) -o \
    \( -type l -printf '%P//-> %l %T@\0' -fprintf "$folder/facts" '0 %T@\n' \) >"$folder/found" 2>"$folder/errors"
  status=$?
  ((status != 124)) || { tell_why "it took longer than $limit s"; return; }
  while IFS= read -r line; do
    [[ $line != find:* || $line == *'No such file'* ]] || ((unread++))
  done <"$folder/errors"
  if ((unread)); then
    ((unread == 1)) && line='file or folder' || line='files or folders'
    tell_why "$unread $line cannot be read"
    return
  fi
  sed -z 's/\.[0-9]*$//' "$folder/found" | sort -z -T "$folder" >"$folder/list"
  sed -z 's/ [^ ]*$//' "$folder/list" >"$folder/names"
  listing=$(sha256sum <"$folder/list")
  names=$(sha256sum <"$folder/names")
  listing=$\{listing%% *} names=$\{names%% *}
  if [[ $hash == content ]]; then
    content=$(find_content "$path" "$listing") || { tell_why 'some files cannot be read'; return; }
  fi
  printf '"names": "%s", "listing": "%s"' "$names" "$listing"
  [[ -z $content ]] || printf ', "content": "%s"' "$content"
}

# The hash of all contents, which is kept for all runs until the listing changes.
find_content() {
  local path=$1 listing=$2 kept content
  kept=$(printf '%s\0%s' "$path" "$listing" | sha256sum)
  kept=$SHEAF_PROJECT/.sheaf/inputs/$\{kept%% *}
  if ! read -r content <"$kept" || (($\{#content} != 64)); then
    hash_files "$path" >"$folder/contents" || return 1
    content=$(cat -- "$folder/names" "$folder/contents" | sha256sum)
    content=$\{content%% *}
    mkdir -p -- "$SHEAF_PROJECT/.sheaf/inputs" && printf '%s\n' "$content" >"$kept.$$.tmp" &&
      mv -fT -- "$kept.$$.tmp" "$kept"
  fi
  printf '%s' "$content"
}

# A line each. What sha256sum prints behind a hash is a name; before it is a backslash if the name is escaped.
hash_files() {
  set -o pipefail
  if [[ -d $1 ]]; then
    cd -- "$1" && sed -z '/\/\/-> /d; s,//.*,,; s,^,./,' "$folder/names" | xargs -0 -r sha256sum --
  else
    sha256sum <"$1"
  fi | sed 's/^\\\{0,1\}\([0-9a-f]\{64\}\).*/\1/'
}

# How many files there are, their bytes and the newest time, of as much as was found.
count_files() {
  local IFS=+ lines sizes newest files=0 bytes=0
  while mapfile -t -n 10000 lines && (($\{#lines[@]})); do
    sizes=("$\{lines[@]%% *}")
    ((files += $\{#lines[@]}, bytes += $\{sizes[*]}))
  done <"$folder/facts"
  newest=$(cut -d ' ' -f 2 -- "$folder/facts" | sort -n | tail -n 1)
  printf '"files": %s, "bytes": %s' "$files" "$bytes"
  [[ $newest != *.???* ]] || { lines=$\{newest#*.}; printf ', "newest_ms": %s' "$(($\{newest%.*} * 1000 + 10#$\{lines:0:3}))"; }
}

main "$@"
exit 0
`}
`;
