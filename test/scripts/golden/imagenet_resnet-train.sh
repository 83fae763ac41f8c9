#!/bin/bash
#SBATCH --partition=a100_public
#SBATCH --nodes=1
#SBATCH --gres=gpu:8
#SBATCH --cpus-per-task=64
#SBATCH --mem=500G
#SBATCH --time=12:00:00
#SBATCH --no-requeue
#SBATCH --job-name=resnet50_exp1-train
#
# Experiment resnet50_exp1, stage train, attempt 1, from template imagenet_resnet. Made by sheaf.
# ResNet50 on ImageNet
# Run by hand, with bash or sbatch, it works in a folder of its own and claims nothing.

if [ -z "${SHEAF_PROJECT:-}" ]; then export SHEAF_PROJECT='/home/ann/research'; fi
# No job of this experiment: it is run by hand.
if [ -z "${SHEAF_OUT:-}" ] || [ "${SHEAF_EXP_ID:-}" != 'resnet50_exp1' ] || [ "${SHEAF_STAGE:-}" != 'train' ]; then
  SHEAF_OUT=$(mktemp -d "${TMPDIR:-/tmp}/sheaf-XXXXXXXX") || exit 1
  export SHEAF_OUT SHEAF_EXP_ID='resnet50_exp1' SHEAF_STAGE='train' SHEAF_ATTEMPT=1
  export SHEAF_DIR="$SHEAF_OUT" SHEAF_CHECKPOINT=''
  export SHEAF_METRICS="$SHEAF_OUT/metrics.jsonl" SHEAF_PARAMS="$SHEAF_OUT/params.json"
  unset SHEAF_RECORDER
  printf '%s\n' '{"model": "resnet50", "dataset": "imagenet", "batch_size": 256, "learning_rate": 0.1, "epochs": 90, "optimizer": "sgd", "momentum": 0.9, "weight_decay": 0.0001, "augmentation": ["random_crop", "random_flip", "color_jitter"]}' > "$SHEAF_PARAMS" || exit 1
  printf 'sheaf: run by hand; outputs are in %s\n' "$SHEAF_OUT" >&2
else
  # For W&B, requeues and retries of the same code are one run.
  export WANDB_RUN_ID='k7f3a9-train' WANDB_RESUME='allow' WANDB_NAME='resnet50_exp1'
fi

# Parameters, and none that an outer job left.
for sheaf_name in "${!SHEAF_P_@}"; do unset "$sheaf_name"; done
unset sheaf_name
export SHEAF_P_model='resnet50'
export SHEAF_P_dataset='imagenet'
export SHEAF_P_batch_size='256'
export SHEAF_P_learning_rate='0.1'
export SHEAF_P_epochs='90'
export SHEAF_P_optimizer='sgd'
export SHEAF_P_momentum='0.9'
export SHEAF_P_weight_decay='0.0001'
export SHEAF_P_augmentation='["random_crop", "random_flip", "color_jitter"]'

cd -- "$SHEAF_PROJECT" || exit 1

# If something is missing, the job reports it and runs nothing.
sheaf_stop() {
  printf 'sheaf: %s\n' "${1//[[:cntrl:]]/ }" >&2
  exit 78
}

export SHEAF_START_FROM=''

# Environment
[ -x "$SHEAF_PROJECT"/.venv/bin/python ] ||
  sheaf_stop 'there is no usable virtual environment in .venv: make it with: python3 -m venv .venv'
export VIRTUAL_ENV="$SHEAF_PROJECT"/.venv PATH="$SHEAF_PROJECT"/.venv/bin:"$PATH"
unset PYTHONHOME
export PYTHONUNBUFFERED=1 # lines of the log appear at once
export OMP_NUM_THREADS=8 MKL_NUM_THREADS=8 OPENBLAS_NUM_THREADS=8 NUMEXPR_NUM_THREADS=8
export NCCL_DEBUG="${NCCL_DEBUG:-WARN}" # errors come with their reason
export TORCH_HOME='/scratch/ann/torch'
command -v torchrun >/dev/null ||
  sheaf_stop 'there is no torchrun, which comes with PyTorch: name what has it under environment: (conda, venv, modules …)'

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
# Folders on the way to what is linked are folders of this run, where the snapshot has links.
sheaf_open() (
  unset GLOBIGNORE # which turns dotglob off
  shopt -s dotglob nullglob
  for folder; do
    if [ -L "$sheaf_tree/$folder" ]; then
      rm -- "$sheaf_tree/$folder" || exit 1
      mkdir -- "$sheaf_tree/$folder" || exit 1
      for entry in "$sheaf_code/$folder"/*; do ln -s -t "$sheaf_tree/$folder" -- "$entry" || exit 1; done
    else
      mkdir -p -- "$sheaf_tree/$folder" || exit 1
    fi
  done
)
sheaf_open vision
# What is not in the snapshot is seen through a link.
sheaf_link() {
  [ -e "$SHEAF_PROJECT/$1" ] ||
    sheaf_stop "code.link names $1, and the project has no such path: make it, or take it out of code.link"
  [ -e "$sheaf_tree/$2" ] || [ -L "$sheaf_tree/$2" ] || ln -s -- "$SHEAF_PROJECT/$1" "$sheaf_tree/$2" || exit 1
}
sheaf_link data vision/data
# Where the snapshot has a link, the program writes into a copy of what that leads to.
sheaf_copy() {
  [ -e "$sheaf_code/$2" ] ||
    sheaf_stop "code.copy names $1, and the snapshot has no such path: correct code.copy"
  [ -L "$sheaf_tree/$2" ] || return 0
  if ! { rm -- "$sheaf_tree/$2" && cp -RH -- "$sheaf_code/$2" "$sheaf_tree/$2" && chmod -R u+w -- "$sheaf_tree/$2"; }; then
    sheaf_copy_failed
  fi
}
sheaf_copy configs vision/configs
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
sheaf_use_tree .sheaf/code/8c6f0a7d data
cd -- "$sheaf_work"/vision || exit 1
# The repository around is not asked what code this is: it has gone on.
export GIT_CEILING_DIRECTORIES="$SHEAF_OUT"

# Launch
torchrun --standalone --nproc-per-node=8 \
  train.py --data data/'imagenet' --model resnet50 --dataset imagenet --batch-size 256 --learning-rate 0.1 --epochs 90 --optimizer sgd --momentum 0.9 --weight-decay 0.0001 --augmentation random_crop random_flip color_jitter
