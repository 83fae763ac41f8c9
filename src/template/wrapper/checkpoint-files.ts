import { bash } from '../../core/text/bash.ts';

/** Whether a checkpoint was written to its end. */
export const CHECKPOINT_FILES: string = bash`
# Whether a checkpoint can be used; why not is in sheaf_fault.
sheaf_is_whole() {
  local status
  sheaf_fault=''
  sheaf_look_into "$1"
  [[ -z $sheaf_fault ]] || return 1
  [[ -n $sheaf_verify ]] || return 0
  timeout 600 bash -c "$sheaf_verify" sheaf-verify "$1" </dev/null
  status=$?
  ((status == 0)) || sheaf_fault="the command that verifies it ended with status $status"
  ((status == 0))
}

# A folder is whole when there is something in it, and all files in it are whole.
sheaf_look_into() {
  local entry entries
  if [[ -d $1 ]]; then
    entries=("$1"/*)
    if [[ ! -e $\{entries[0]} ]]; then
      [[ -n $\{2-} ]] || sheaf_fault='it is an empty folder'
      return
    fi
    for entry in "$\{entries[@]}"; do
      [[ -z $sheaf_fault ]] || return
      # A link to a folder may lead back here.
      [[ -L $entry && -d $entry ]] || sheaf_look_into "$entry" inside
    done
  elif [[ ! -s $1 ]]; then
    sheaf_fault="$\{1##*/} is empty"
  elif [[ ! -r $1 ]]; then
    sheaf_fault="$\{1##*/} cannot be read"
  elif sheaf_is_zip "$1"; then
    sheaf_has_zip_end "$1" || sheaf_fault="$\{1##*/} is half an archive: its end is missing"
  elif [[ $1 == *.safetensors ]]; then
    sheaf_has_all_tensors "$1" || sheaf_fault="$\{1##*/} is shorter than it says at its beginning"
  fi
}

# What torch.save writes begins so, too.
sheaf_is_zip() {
  local LC_ALL=C start
  IFS= read -r -d '' -n 4 start <"$1"
  [[ $start == $'PK\3\4' ]]
}

# The record that ends an archive; a comment of up to 64 KiB may follow it.
sheaf_has_zip_end() {
  local LC_ALL=C
  [[ $(tail -c 65557 -- "$1" | tr -d '\0') == *$'PK\5\6'* ]]
}

# Eight bytes tell how long the header is, which has the end of each tensor.
sheaf_has_all_tensors() {
  local LC_ALL=C size bytes i header=0 piece end=0
  size=$(stat -L -c %s -- "$1")
  read -r -a bytes < <(od -A n -t u1 -N 8 -- "$1")
  for ((i = 0; i < 8; i++)); do
    ((header += bytes[i] << (8 * i)))
  done
  ((header > 0 && header <= size - 8)) || return 1
  while read -r piece; do
    [[ $piece =~ \"data_offsets\"[[:space:]]*:[[:space:]]*\[[[:space:]]*[0-9]+[[:space:]]*,[[:space:]]*([0-9]{1,18})[[:space:]]*$ ]] || continue
    ((BASH_REMATCH[1] <= end)) || end=$\{BASH_REMATCH[1]}
  done < <(head -c $((8 + header)) -- "$1" | tail -c "$header" | tr ']' '\n'; printf '\n')
  ((size >= 8 + header + end))
}
`;
