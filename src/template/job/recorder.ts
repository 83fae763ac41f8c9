import { bash } from '../../core/text/bash.ts';

/**
 * Records on a compute node what a run runs with, into `$SHEAF_OUT/env/`: `machine.txt`, `variables.txt` and
 * `packages.txt`. `run.sh` starts it in the background once its environment is set up, so that it sees that too.
 *
 * Plain bash and coreutils. It fails nothing and takes about a second: Python is only started when packages have
 * changed. A secret is in none of the files: variables are taken by a list of what is of use, names and values that
 * look like secrets are left out.
 */
export const RECORDER: string = `${bash`
# Made by sheaf: records what a run runs with. See docs/reference/job-records.md.
set +o posix
exec 2>/dev/null
[[ -n $\{SHEAF_OUT-} && -n $\{SHEAF_PROJECT-} ]] || exit 0
folder=$SHEAF_OUT/env
# A project that was removed is not made again: no parent is made.
mkdir -- "$folder" || [[ -d $folder ]] || exit 0
printf '%s\n' "$$" >"$folder/.recorder" || exit 0
trap 'rm -f -- "$folder/.recorder" "$folder"/.*.tmp' EXIT

main() {
  cd / || exit 0
  keep variables.txt list_variables
  find_packages
  keep machine.txt tell_machine
}

# Writes what a function prints: all of it, or nothing.
keep() {
  "$2" >"$folder/.$1.tmp" && mv -fT -- "$folder/.$1.tmp" "$folder/$1"
}

# Names that programs on a cluster look at. A name that could be one of a secret is not among them, whatever it begins with.
list_variables() {
  local name value
  for name in $(compgen -e | sort); do
    case $name in
      SLURM_* | CUDA_* | NVIDIA_* | NCCL_* | GLOO_* | UCX_* | FI_* | OMPI_* | PMI* | I_MPI_* | MPICH_* | ROCR_* | HIP_*) ;;
      OMP_* | MKL_* | KMP_* | GOMP_* | OPENBLAS_* | NUMEXPR_* | TORCH* | PYTORCH_* | TF_* | XLA_* | JAX_*) ;;
      HF_HOME | HF_HUB_OFFLINE | HF_DATASETS_CACHE | TRANSFORMERS_* | TOKENIZERS_PARALLELISM | ACCELERATE_* | DEEPSPEED_*) ;;
      WANDB_MODE | WANDB_PROJECT | WANDB_RUN_ID | WANDB_RESUME | WANDB_NAME | WANDB_DIR | WANDB_ENTITY | WANDB_RUN_GROUP | WANDB_TAGS) ;;
      MLFLOW_EXPERIMENT_* | MLFLOW_RUN_ID | MLFLOW_RUN_NAME | TENSORBOARD_LOGGING_DIR) ;;
      PATH | LD_LIBRARY_PATH | LD_PRELOAD | LIBRARY_PATH | CPATH | PYTHON* | CONDA_* | MAMBA_* | VIRTUAL_ENV | UV_* | PYENV_*) ;;
      LOADEDMODULES | MODULEPATH | APPTAINER_* | SINGULARITY_* | LANG | LC_* | TZ | TMPDIR | HOSTNAME | USER | SHELL) ;;
      MASTER_ADDR | MASTER_PORT | WORLD_SIZE | RANK | LOCAL_RANK | NODE_RANK) ;;
      SHEAF_RECORDER) continue ;;
      SHEAF_*) ;;
      *) continue ;;
    esac
    value=$\{!name}
    if may_be_secret "$name" "$value"; then continue; fi
    # A line each.
    [[ $value != *[[:cntrl:]]* ]] || printf -v value '%q' "$value"
    printf '%s=%s\n' "$name" "$value"
  done
}

may_be_secret() {
  local LC_ALL=C name=$\{1^^} value=$2
  case $name in
    *KEY* | *TOKEN* | *SECRET* | *PASSW* | *PASS | *PWD | *CREDENTIAL* | *AUTH* | *COOKIE* | *SIGNATURE* | *PRIVATE* | *CERT*)
      return 0
      ;;
  esac
  looks_like_secret "$value"
}

# Keys of well-known services, tokens, private keys, addresses with a password, and long numbers to the base of 16.
looks_like_secret() {
  local LC_ALL=C each
  for each in 'sk-[A-Za-z0-9_-]{16}' 'hf_[A-Za-z0-9]{16}' 'gh[a-z]_[A-Za-z0-9]{16}' 'github_pat_' 'glpat-' \
    'xox[a-z]-' '(AKIA|ASIA)[A-Z0-9]{12}' 'AIza[A-Za-z0-9_-]{30}' 'eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.' 'PRIVATE KEY' \
    '://[^/@[:space:]]+@' '(^|[^a-z])(password|passwd|pwd|token|secret|api_?key)[=:]' '(^|[^0-9a-f])[0-9a-f]{32,}($|[^0-9a-f])'; do
    [[ ! $1 =~ $each && ! $\{1,,} =~ $each ]] || return 0
  done
  return 1
}

# A line of the form "name: value", when there is a value that may be printed.
tell() {
  [[ -n $\{2-} ]] || return 0
  local value=$\{2//[[:cntrl:]]/ }
  looks_like_secret "$value" || printf '%s: %s\n' "$1" "$value"
}

tell_machine() {
  local name value model='' flag
  tell recorded "$(date -u '+%Y-%m-%dT%H:%M:%SZ')"
  tell host "$(uname -n)"
  tell kernel "$(uname -srm)"
  tell os "$(. /etc/os-release && printf '%s' "$\{PRETTY_NAME-}")"
  while IFS=: read -r name value; do
    [[ $name != 'model name'* ]] || { model=$\{value# }; break; }
  done </proc/cpuinfo
  tell cpu "$model"
  tell 'cpus of the node' "$(nproc --all)"
  tell 'cpus of the job' "$(nproc)"
  while read -r name value _; do
    [[ $name != MemTotal: ]] || { tell 'memory kib' "$value"; break; }
  done </proc/meminfo
  tell_gpus
  tell modules "$\{LOADEDMODULES-}"
  tell conda "$\{CONDA_PREFIX-}"
  tell venv "$\{VIRTUAL_ENV-}"
  tell python "$python"
  tell 'python version' "$version"
  tell_container
  for flag in n u s v l c f t; do
    tell "ulimit -$flag" "$(ulimit "-$flag")"
  done
}

tell_gpus() {
  local line
  if type -P nvidia-smi >/dev/null; then
    while IFS= read -r line; do
      # Without a GPU, what it prints is no GPU.
      [[ $line != *GPU-* ]] || tell gpu "$line"
    done < <(timeout 5 nvidia-smi --query-gpu=index,name,uuid,driver_version,memory.total --format=csv,noheader)
    line=$(timeout 5 nvidia-smi)
    [[ ! $line =~ CUDA\ Version:\ *([0-9.]+) ]] || tell 'cuda of the driver' "$\{BASH_REMATCH[1]}"
  elif type -P rocm-smi >/dev/null; then
    while IFS= read -r line; do
      [[ $line != card* ]] || tell gpu "$line"
    done < <(timeout 5 rocm-smi --showproductname --showdriverversion --showuniqueid --csv)
  fi
}

# An image in a file has an id of 16 bytes in its header.
tell_container() {
  local image=$\{SHEAF_CONTAINER-} start id
  [[ -n $image ]] || return 0
  tell container "$image"
  [[ $image == /* ]] || image=$SHEAF_PROJECT/$image
  [[ -f $image ]] || return 0
  tell 'container bytes' "$(stat -L -c %s -- "$image")"
  tell 'container changed' "$(stat -L -c %y -- "$image")"
  start=$(head -c 42 -- "$image" | tail -c 10 | tr -d '\0')
  id=$(od -A n -t x1 -j 48 -N 16 -- "$image")
  # By groups of two, since a number of 32 digits would be taken for a secret.
  [[ $start != SIF_MAGIC ]] || tell 'container id' "$\{id# }"
}

# The packages of the python that the run finds, from a list that is kept for as long as its folders do not change.
find_packages() {
  local stamp kept
  python='' version=''
  python=$(type -P python3) || return 0
  stamp=$(tell_stamp | cksum) || return 0
  kept=$SHEAF_PROJECT/.sheaf/packages/$\{stamp// /-}.txt
  if [[ ! -s $kept ]]; then
    mkdir -- "$\{kept%/*}" || [[ -d $\{kept%/*} ]] || return 0
    list_packages >"$kept.$$.tmp" && mv -fT -- "$kept.$$.tmp" "$kept" || rm -f -- "$kept.$$.tmp"
  fi
  read -r version <"$kept" || return 0
  version=$\{version#'# python '}
  ln -f -- "$kept" "$folder/packages.txt" || keep packages.txt 'cat_kept'
}

cat_kept() {
  cat -- "$kept"
}

# What changes when packages do: which python it is, and when the folders with packages changed.
tell_stamp() {
  local real place
  real=$(readlink -f -- "$python")
  printf '%s\n' 1 "$python" "$real" "$\{CONDA_PREFIX-}" "$\{PYTHONPATH-}" "$\{PYENV_VERSION-}" "$\{VIRTUAL_ENV-}"
  for place in "$\{python%/*/*}"/lib*/python3*/*-packages "$\{real%/*/*}"/lib*/python3*/*-packages \
    /usr/lib/python3/dist-packages /usr/local/lib/python3*/*-packages "$HOME"/.local/lib/python3*/site-packages \
    "$\{PYENV_ROOT:-$HOME/.pyenv}"/versions/*/lib/python3*/site-packages "$\{PYENV_ROOT:-$HOME/.pyenv}/version" \
    "$\{CONDA_PREFIX:-/none}/conda-meta" $\{PYTHONPATH//:/ }; do
    [[ ! -e $place ]] || stat -L -c '%n %.Y' -- "$place"
  done
}

# The first line tells the version, then a package each: as pip names them, then those of conda.
list_packages() {
  local file name
  timeout 15 "$python" -B -c '
import importlib.metadata as m, sys
print("# python", sys.version.split()[0])
names = {(d.metadata["Name"] or "").lower(): (d.metadata["Name"], d.version) for d in reversed(list(m.distributions()))}
for key in sorted(names):
    if key: print("%s==%s" % names[key])
' </dev/null || return
  [[ -n $\{CONDA_PREFIX-} ]] || return 0
  for file in "$CONDA_PREFIX"/conda-meta/*-*-*.json; do
    [[ -e $file ]] || continue
    name=$\{file##*/}
    printf 'conda %s\n' "$\{name%.json}"
  done
}

main
exit 0
`}
`;
