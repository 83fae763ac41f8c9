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

# What is missing is told at once, and nothing is run.
sheaf_stop() {
  printf 'sheaf: %s\n' "${1//[[:cntrl:]]/ }" >&2
  exit 78
}

# Environment
[ -x "$SHEAF_PROJECT"/.venv/bin/python ] ||
  sheaf_stop 'there is no usable virtual environment in .venv: make it with: python3 -m venv .venv'
export VIRTUAL_ENV="$SHEAF_PROJECT"/.venv PATH="$SHEAF_PROJECT"/.venv/bin:"$PATH"
unset PYTHONHOME
export PYTHONUNBUFFERED=1 # lines of the log appear at once
export OMP_NUM_THREADS=8 MKL_NUM_THREADS=8 OPENBLAS_NUM_THREADS=8 NUMEXPR_NUM_THREADS=8
export NCCL_DEBUG="${NCCL_DEBUG:-WARN}" # errors are told in words
export TORCH_HOME='/scratch/ann/torch'
command -v torchrun >/dev/null ||
  sheaf_stop 'there is no torchrun, which comes with PyTorch: name what has it under environment: (conda, venv, modules …)'

# What this runs with is recorded in env/, in the background; by hand nothing is.
if [ -n "${SHEAF_RECORDER:-}" ]; then (timeout 20 bash "$SHEAF_RECORDER" </dev/null >/dev/null 2>&1 &); fi
unset SHEAF_RECORDER

# Code: commit 5f3c2a1 of main, with 3 changed files.
# The checkout is shared and read-only. The program runs in a folder of its own in which the entries of the checkout are
# links, so that what it writes stays with this run.
sheaf_code=$SHEAF_PROJECT/.sheaf/code/8c6f0a7d sheaf_work=$SHEAF_OUT/work
[ -d "$sheaf_code" ] ||
  sheaf_stop 'the checkout of the code of this run is gone, .sheaf/code/8c6f0a7d: sheaf submit makes it again'
mkdir -p -- "$sheaf_work" "$sheaf_work"/vision || exit 1
# What is not in the snapshot is seen through a link. What is there already was put there by an earlier run in this folder.
sheaf_link() {
  [ -e "$SHEAF_PROJECT/$1" ] ||
    sheaf_stop "code.link names $1, and the project has no such path: make it, or take it out of code.link"
  [ -e "$sheaf_work/$2" ] || [ -L "$sheaf_work/$2" ] || ln -s -- "$SHEAF_PROJECT/$1" "$sheaf_work/$2" || exit 1
}
sheaf_link data vision/data
# What the program writes into is copied.
sheaf_copy() {
  [ -e "$sheaf_code/$2" ] ||
    sheaf_stop "code.copy names $1, and the snapshot has no such path: correct code.copy"
  [ -e "$sheaf_work/$2" ] && return
  rm -rf -- "$sheaf_work/$2.part"
  cp -RH -- "$sheaf_code/$2" "$sheaf_work/$2.part" || exit 1
  chmod -R u+w -- "$sheaf_work/$2.part" && mv -T -- "$sheaf_work/$2.part" "$sheaf_work/$2" || exit 1
}
sheaf_copy configs vision/configs
sheaf_show() (
  unset GLOBIGNORE # which turns dotglob off
  shopt -s dotglob nullglob
  for folder; do
    missing=()
    for entry in "$sheaf_code$folder"/*; do
      shown=$sheaf_work$folder/${entry##*/}
      [ -e "$shown" ] || [ -L "$shown" ] || missing+=("$entry")
    done
    for ((i = 0; i < ${#missing[@]}; i += 500)); do
      ln -s -t "$sheaf_work$folder" -- "${missing[@]:i:500}" || exit 1
    done
  done
)
sheaf_show '' /vision || exit 1
cd -- "$sheaf_work"/vision || exit 1
# The repository around is not asked what code this is: it has gone on.
export GIT_CEILING_DIRECTORIES="$SHEAF_OUT"

# Launch
torchrun --standalone --nproc-per-node=8 \
  train.py --data data/'imagenet' --model resnet50 --dataset imagenet --batch-size 256 --learning-rate 0.1 --epochs 90 --optimizer sgd --momentum 0.9 --weight-decay 0.0001 --augmentation random_crop random_flip color_jitter
