import { bash } from '../../core/text/bash.ts';

/** Trees of code: what happens to the copy that an attempt ran in. */
export const TREE: string = bash`
# Takes the files that an attempt did not change out of its copy of the code, so that copies fill no quota. A file goes
# only when the checkout holds the same. What the program wrote or changed stays.
sheaf_tidy_tree() (
  local -x LC_ALL=C
  local folder=$1 code from path i batch here there files plain=() links=() same=() began=$SECONDS
  local -A kept sheaf_inside=() sheaf_emptied=()
  if [[ -d $folder/work.part && ! -L $folder/work.part ]]; then
    chmod -R u+rwX -- "$folder/work.part"
    rm -rf -- "$folder/work.part"
  fi
  IFS= read -r -d '' code <"$folder/work.code" || exit 0
  from=$sheaf_project/$code
  [[ $code =~ ^\.sheaf/code/[0-9a-f]+$ && -r $from.files && -d $folder/work && ! -L $folder/work ]] || exit 0
  cd -- "$folder/work" || exit 0
  mapfile -t -d '' files <"$from.files"
  for path in "$\{files[@]#* }"; do
    sheaf_is_inside "$path" || continue
    if [[ -L $path ]]; then
      [[ ! -L $from/$path ]] || links+=("$path")
    elif [[ -f $path ]]; then
      plain+=("$path")
    fi
  done
  for ((i = 0; i < $\{#plain[@]}; i += 300)); do
    batch=("$\{plain[@]:i:300}") kept=()
    mapfile -t -d '' there < <(cd -- "$from" && sha256sum -z -- "$\{batch[@]}")
    mapfile -t -d '' here < <(sha256sum -z -- "$\{batch[@]}")
    for path in "$\{there[@]}"; do kept[$path]=1; done
    for path in "$\{here[@]}"; do
      # The hash and two more characters are before the path.
      [[ -z $\{kept[$path]-} ]] || same+=("$\{path:66}")
    done
  done
  for ((i = 0; i < $\{#links[@]}; i += 300)); do
    batch=("$\{links[@]:i:300}")
    mapfile -t -d '' there < <(cd -- "$from" && readlink -z -- "$\{batch[@]}")
    mapfile -t -d '' here < <(readlink -z -- "$\{batch[@]}")
    for path in "$\{!batch[@]}"; do
      [[ $\{here[path]-} != "$\{there[path]-}" ]] || same+=("$\{batch[path]}")
    done
  done
  sheaf_remove_same
  rm -f -- "$folder/work.code"
  ((SECONDS - began < 5)) || sheaf_say "removing the unchanged files of its copy of the code took $((SECONDS - began)) s"
) 2>/dev/null

# Whether no folder on the way to a path is a link: what is behind one is not of the tree.
sheaf_is_inside() {
  local folder=$\{1%/*}
  [[ $1 == */* ]] || return 0
  if [[ -z $\{sheaf_inside[$folder]-} ]]; then
    sheaf_inside[$folder]=no
    [[ ! -d $folder || -L $folder ]] || ! sheaf_is_inside "$folder" || sheaf_inside[$folder]=yes
  fi
  [[ $\{sheaf_inside[$folder]} == yes ]]
}

# Removes the files in "same", with the bytecode that Python kept of them, and the folders that are empty then.
sheaf_remove_same() {
  local path folder gone=() emptied
  shopt -s nullglob
  for path in "$\{same[@]}"; do
    folder=''
    [[ $path != */* ]] || folder=$\{path%/*}/
    gone+=("$path")
    [[ -z $folder ]] || sheaf_emptied[$\{folder%/}]=1
    [[ $path == *.py && -d $\{folder}__pycache__ && ! -L $\{folder}__pycache__ ]] || continue
    path=$\{path##*/}
    gone+=("$\{folder}__pycache__/$\{path%.py}".*.pyc)
    sheaf_emptied[$\{folder}__pycache__]=1
  done
  for ((i = 0; i < $\{#gone[@]}; i += 300)); do
    rm -f -- "$\{gone[@]:i:300}"
  done
  emptied=("$\{!sheaf_emptied[@]}")
  for ((i = 0; i < $\{#emptied[@]}; i += 300)); do
    rmdir -p --ignore-fail-on-non-empty -- "$\{emptied[@]:i:300}"
  done
}

# The same for earlier attempts of this stage, which were killed or were short of time: nothing of their code may look
# like something that they made.
sheaf_tidy_former_trees() {
  local m folder
  for ((m = sheaf_n - 1; m > 0; m--)); do
    folder=$sheaf_dir/attempts/$sheaf_stage-$m
    [[ ! -e $folder/work.code && ! -e $folder/work.part ]] || sheaf_tidy_tree "$folder"
  done
}
`;
