#!/bin/bash
#SBATCH --partition=h200_tandon
#SBATCH --gres=gpu:h200:1
#SBATCH --cpus-per-task=16
#SBATCH --mem=200G
#SBATCH --time=04:00:00
#SBATCH --no-requeue
#SBATCH --job-name=navsim_tf_1-eval
#
# Experiment navsim_tf_1, stage eval, attempt 1, from template navsim_transfuser. Made by sheaf.
# TransFuser on NAVSIM: train, then PDM score on navtest
# Run by hand, with bash or sbatch, it works in a folder of its own and claims nothing.

if [ -z "${SHEAF_PROJECT:-}" ]; then export SHEAF_PROJECT='/home/ann/research'; fi
# No job of this experiment: it is run by hand.
if [ -z "${SHEAF_OUT:-}" ] || [ "${SHEAF_EXP_ID:-}" != 'navsim_tf_1' ] || [ "${SHEAF_STAGE:-}" != 'eval' ]; then
  SHEAF_OUT=$(mktemp -d "${TMPDIR:-/tmp}/sheaf-XXXXXXXX") || exit 1
  export SHEAF_OUT SHEAF_EXP_ID='navsim_tf_1' SHEAF_STAGE='eval' SHEAF_ATTEMPT=1
  export SHEAF_DIR="$SHEAF_OUT" SHEAF_CHECKPOINT=''
  export SHEAF_METRICS="$SHEAF_OUT/metrics.jsonl" SHEAF_PARAMS="$SHEAF_OUT/params.json"
  unset SHEAF_RECORDER
  printf '%s\n' '{"agent": "transfuser_agent", "train_split": "navtrain", "test_split": "navtest", "batch_size": 64, "learning_rate": 1e-4, "max_epochs": 100, "seed": 0}' > "$SHEAF_PARAMS" || exit 1
  printf 'sheaf: run by hand; outputs are in %s\n' "$SHEAF_OUT" >&2
else
  # For W&B, requeues and retries of the same code are one run.
  export WANDB_RUN_ID='k7f3a9-eval' WANDB_RESUME='allow' WANDB_NAME='navsim_tf_1'
fi

# Parameters, and none that an outer job left.
for sheaf_name in "${!SHEAF_P_@}"; do unset "$sheaf_name"; done
unset sheaf_name
export SHEAF_P_agent='transfuser_agent'
export SHEAF_P_train_split='navtrain'
export SHEAF_P_test_split='navtest'
export SHEAF_P_batch_size='64'
export SHEAF_P_learning_rate='1e-4'
export SHEAF_P_max_epochs='100'
export SHEAF_P_seed='0'

cd -- "$SHEAF_PROJECT" || exit 1

# If something is missing, the job reports it and runs nothing.
sheaf_stop() {
  printf 'sheaf: %s\n' "${1//[[:cntrl:]]/ }" >&2
  exit 78
}

export SHEAF_START_FROM=''

# Environment
if ! type module >/dev/null 2>&1; then
  for sheaf_file in "${MODULESHOME:-}/init/bash" "${LMOD_PKG:-}/init/bash" "${LMOD_CMD%/libexec/lmod}/init/bash" \
    /etc/profile.d/modules.sh /etc/profile.d/lmod.sh /usr/share/modules/init/bash /usr/share/lmod/lmod/init/bash; do
    # shellcheck disable=SC1090
    if [ -r "$sheaf_file" ]; then . "$sheaf_file" && break; fi
  done
fi
type module >/dev/null 2>&1 ||
  sheaf_stop 'this run wants modules, and there is no command "module" on this machine: take environment.modules out'
module purge
module load apptainer/1.3 ||
  sheaf_stop 'the module apptainer/1.3 cannot be loaded: see module avail, and correct environment.modules'
export PYTHONUNBUFFERED=1 # lines of the log appear at once
export OMP_NUM_THREADS=16 MKL_NUM_THREADS=16 OPENBLAS_NUM_THREADS=16 NUMEXPR_NUM_THREADS=16
export HYDRA_FULL_ERROR='1'
[ -n "${WANDB_API_KEY+set}" ] ||
  sheaf_stop 'WANDB_API_KEY must be set where the job is submitted: export WANDB_API_KEY=…, and submit again'
export WANDB_API_KEY
export SHEAF_CONTAINER=/share/containers/cuda12.4-ubuntu22.04.sif
for sheaf_file in /share/containers/cuda12.4-ubuntu22.04.sif /scratch/ann/navsim-env.sqf /scratch/ann/openscene-v1.1.sqf /scratch/ann/exp "$SHEAF_PROJECT"/maps.sqf; do
  [ -e "$sheaf_file" ] || sheaf_stop "the container needs $sheaf_file, which is not there: correct environment.container"
done
case $SHEAF_PROJECT$SHEAF_DIR in
  *[,:^]*) sheaf_stop 'a container cannot be given a folder with a comma, a colon or ^ in its path: move the project' ;;
esac

# What this runs with is recorded in env/, in the background; by hand nothing is.
if [ -n "${SHEAF_RECORDER:-}" ]; then (timeout 20 bash "$SHEAF_RECORDER" </dev/null >/dev/null 2>&1 &); fi
unset SHEAF_RECORDER

# Code: commit 5f3c2a1 of main, with 3 changed files.
# The program runs in a copy of the code that is its own: what it writes there, beside its source too, no other run sees.
sheaf_code=$SHEAF_PROJECT/.sheaf/code/8c6f0a7d sheaf_work=$SHEAF_OUT/work sheaf_tree=$SHEAF_OUT/work.part
[ -d "$sheaf_code" ] ||
  sheaf_stop 'the checkout of the code of this run is gone, .sheaf/code/8c6f0a7d: sheaf submit makes it again'
sheaf_began=$SECONDS
sheaf_remove_tree() {
  [ ! -d "$sheaf_tree" ] || chmod -R u+rwX -- "$sheaf_tree"
  rm -rf -- "$sheaf_tree"
}
sheaf_copy_failed() {
  sheaf_remove_tree
  sheaf_stop "the code of this run could not be copied to $sheaf_work. If a disk or a quota is full (of bytes or of files), make room; then: sheaf retry $SHEAF_EXP_ID"
}
# What an earlier start left half made is never run.
if ! { sheaf_remove_tree && cp -R --reflink=auto -- "$sheaf_code/." "$sheaf_tree" && chmod -R u+w -- "$sheaf_tree"; }; then
  sheaf_copy_failed
fi
# What is not in the snapshot is seen through a link.
sheaf_link() {
  [ -e "$SHEAF_PROJECT/$1" ] ||
    sheaf_stop "code.link names $1, and the project has no such path: make it, or take it out of code.link"
  [ -e "$sheaf_tree/$2" ] || [ -L "$sheaf_tree/$2" ] || ln -s -- "$SHEAF_PROJECT/$1" "$sheaf_tree/$2" || exit 1
}
sheaf_link maps.sqf maps.sqf
sheaf_use_tree() {
  printf '%s\0' "$@" > "$SHEAF_OUT/work.code" || sheaf_copy_failed
  if [ -d "$sheaf_work" ]; then
    # What is there stays.
    cp -R --link --no-clobber -- "$sheaf_tree/." "$sheaf_work" 2>/dev/null
    (
      cd -- "$sheaf_tree" || exit 1
      unset GLOBIGNORE # which turns dotglob off
      shopt -s dotglob globstar nullglob
      for entry in **; do [ -e "$sheaf_work/$entry" ] || [ -L "$sheaf_work/$entry" ] || exit 1; done
    ) || sheaf_copy_failed
    sheaf_remove_tree
  else
    mv -T -- "$sheaf_tree" "$sheaf_work" || sheaf_copy_failed
  fi
  if [ $((SECONDS - sheaf_began)) -ge 5 ]; then
    printf 'sheaf: copying the code took %d s; folders with data can be linked instead (code: link)\n' $((SECONDS - sheaf_began)) >&2
  fi
}
sheaf_use_tree .sheaf/code/8c6f0a7d maps.sqf
cd -- "$sheaf_work" || exit 1
# The repository around is not asked what code this is: it has gone on.
export GIT_CEILING_DIRECTORIES="$SHEAF_OUT"

# Launch
sheaf_container=$(type -P apptainer || type -P singularity) ||
  sheaf_stop 'there is neither apptainer nor singularity on this machine: load its module under environment.modules'
"$sheaf_container" exec --nv \
    --bind "$SHEAF_PROJECT" --bind "$SHEAF_DIR" \
    --bind /scratch/ann/exp:/exp \
    --bind "$SHEAF_PROJECT"/maps.sqf:/data/maps:image-src=/ \
    --overlay /scratch/ann/navsim-env.sqf:ro \
    --overlay /scratch/ann/openscene-v1.1.sqf:ro \
    --pwd "$PWD" \
    /share/containers/cuda12.4-ubuntu22.04.sif \
    env NUPLAN_MAPS_ROOT=/data/maps OPENSCENE_DATA_ROOT=/openscene NAVSIM_EXP_ROOT=/exp \
  python navsim/planning/script/run_pdm_score.py agent=transfuser_agent train_test_split=navtest experiment_name=navsim_tf_1 agent.checkpoint_path="$SHEAF_DIR/checkpoints/last.ckpt"
