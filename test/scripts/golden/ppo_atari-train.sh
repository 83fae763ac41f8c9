#!/bin/bash
#SBATCH --partition=l40s_public
#SBATCH --gres=gpu:1
#SBATCH --cpus-per-task=16
#SBATCH --no-requeue
#SBATCH --job-name=ppo_breakout_1-train
#
# Experiment ppo_breakout_1, stage train, attempt 1, from template ppo_atari. Made by sheaf.
# PPO on Atari Breakout
# Run by hand, with bash or sbatch, it works in a folder of its own and claims nothing.

if [ -z "${SHEAF_PROJECT:-}" ]; then export SHEAF_PROJECT='/home/ann/research'; fi
# No job of this experiment: it is run by hand.
if [ -z "${SHEAF_OUT:-}" ] || [ "${SHEAF_EXP_ID:-}" != 'ppo_breakout_1' ] || [ "${SHEAF_STAGE:-}" != 'train' ]; then
  SHEAF_OUT=$(mktemp -d "${TMPDIR:-/tmp}/sheaf-XXXXXXXX") || exit 1
  export SHEAF_OUT SHEAF_EXP_ID='ppo_breakout_1' SHEAF_STAGE='train' SHEAF_ATTEMPT=1
  export SHEAF_DIR="$SHEAF_OUT" SHEAF_CHECKPOINT=''
  export SHEAF_METRICS="$SHEAF_OUT/metrics.jsonl" SHEAF_PARAMS="$SHEAF_OUT/params.json"
  unset SHEAF_RECORDER
  printf '%s\n' '{"algorithm": "ppo", "env_name": "BreakoutNoFrameskip-v4", "num_envs": 16, "num_steps": 128, "num_epochs": 4, "clip_range": 0.1, "vf_coef": 0.5, "ent_coef": 0.01, "network_arch": "cnn", "hidden_sizes": [512, 512], "activation": "relu", "total_timesteps": 10000000, "learning_rate": 0.00025}' > "$SHEAF_PARAMS" || exit 1
  printf 'sheaf: run by hand; outputs are in %s\n' "$SHEAF_OUT" >&2
else
  # For W&B, requeues and retries of the same code are one run.
  export WANDB_RUN_ID='k7f3a9-train' WANDB_RESUME='allow' WANDB_NAME='ppo_breakout_1'
fi

# Parameters, and none that an outer job left.
for sheaf_name in "${!SHEAF_P_@}"; do unset "$sheaf_name"; done
unset sheaf_name
export SHEAF_P_algorithm='ppo'
export SHEAF_P_env_name='BreakoutNoFrameskip-v4'
export SHEAF_P_num_envs='16'
export SHEAF_P_num_steps='128'
export SHEAF_P_num_epochs='4'
export SHEAF_P_clip_range='0.1'
export SHEAF_P_vf_coef='0.5'
export SHEAF_P_ent_coef='0.01'
export SHEAF_P_network_arch='cnn'
export SHEAF_P_hidden_sizes='[512, 512]'
export SHEAF_P_activation='relu'
export SHEAF_P_total_timesteps='10000000'
export SHEAF_P_learning_rate='0.00025'

cd -- "$SHEAF_PROJECT" || exit 1

# If something is missing, the job reports it and runs nothing.
sheaf_stop() {
  printf 'sheaf: %s\n' "${1//[[:cntrl:]]/ }" >&2
  exit 78
}

export SHEAF_START_FROM=''

# Environment
[ -x "$SHEAF_PROJECT"/.venv/bin/python ] ||
  sheaf_stop 'there is no usable virtual environment in .venv: make it with: uv sync --project .'
export VIRTUAL_ENV="$SHEAF_PROJECT"/.venv PATH="$SHEAF_PROJECT"/.venv/bin:"$PATH"
unset PYTHONHOME
export UV_PROJECT_ENVIRONMENT="$SHEAF_PROJECT"/.venv UV_NO_SYNC=1 UV_OFFLINE=1
export PYTHONUNBUFFERED=1 # lines of the log appear at once
export OMP_NUM_THREADS=16 MKL_NUM_THREADS=16 OPENBLAS_NUM_THREADS=16 NUMEXPR_NUM_THREADS=16

# What this runs with is recorded in env/, in the background; by hand nothing is.
if [ -n "${SHEAF_RECORDER:-}" ]; then (timeout 20 bash "$SHEAF_RECORDER" </dev/null >/dev/null 2>&1 &); fi
unset SHEAF_RECORDER

# Code: live, at commit 5f3c2a1 of main. It runs in the project folder, as that is now.

# Launch
mkdir -p videos
python3 ppo.py --algorithm ppo --env-name BreakoutNoFrameskip-v4 --num-envs 16 --num-steps 128 --num-epochs 4 --clip-range 0.1 --vf-coef 0.5 --ent-coef 0.01 --network-arch cnn --hidden-sizes 512 512 --activation relu --total-timesteps 10000000 --learning-rate 0.00025 --out "$SHEAF_OUT"
