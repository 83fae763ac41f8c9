#!/bin/bash
#SBATCH --partition=h200_tandon
#SBATCH --nodes=2
#SBATCH --gres=gpu:h200:2
#SBATCH --cpus-per-task=32
#SBATCH --mem=400G
#SBATCH --time=2-00:00:00
#SBATCH --requeue
#SBATCH --job-name=llama_ft_1-train
#
# Experiment llama_ft_1, stage train, attempt 1, from template llm_finetune. Made by sheaf.
# Llama-7B fine-tuning on custom dataset
# Run by hand, with bash or sbatch, it works in a folder of its own and claims nothing.

if [ -z "${SHEAF_PROJECT:-}" ]; then export SHEAF_PROJECT='/home/ann/research'; fi
# No job of this experiment: it is run by hand.
if [ -z "${SHEAF_OUT:-}" ] || [ "${SHEAF_EXP_ID:-}" != 'llama_ft_1' ] || [ "${SHEAF_STAGE:-}" != 'train' ]; then
  SHEAF_OUT=$(mktemp -d "${SLURM_SUBMIT_DIR:-${TMPDIR:-/tmp}}/sheaf-XXXXXXXX") || exit 1
  export SHEAF_OUT SHEAF_EXP_ID='llama_ft_1' SHEAF_STAGE='train' SHEAF_ATTEMPT=1
  export SHEAF_DIR="$SHEAF_OUT" SHEAF_CHECKPOINT=''
  export SHEAF_METRICS="$SHEAF_OUT/metrics.jsonl" SHEAF_PARAMS="$SHEAF_OUT/params.json"
  unset SHEAF_RECORDER
  printf '%s\n' '{"base_model": "meta-llama/Llama-2-7b-hf", "lora_rank": 8, "lora_alpha": 16, "target_modules": ["q_proj", "v_proj"], "batch_size": 4, "gradient_accumulation": 8, "learning_rate": 0.0002, "warmup_steps": 100, "max_steps": 1000, "dataset_path": "/path/to/data", "max_seq_length": 2048, "precision": "bf16"}' > "$SHEAF_PARAMS" || exit 1
  printf 'sheaf: run by hand; outputs are in %s\n' "$SHEAF_OUT" >&2
else
  # For W&B, requeues and retries of the same code are one run.
  export WANDB_RUN_ID='k7f3a9-train' WANDB_RESUME='allow' WANDB_NAME='llama_ft_1'
fi

# Parameters, and none that an outer job left.
for sheaf_name in "${!SHEAF_P_@}"; do unset "$sheaf_name"; done
unset sheaf_name
export SHEAF_P_base_model='meta-llama/Llama-2-7b-hf'
export SHEAF_P_lora_rank='8'
export SHEAF_P_lora_alpha='16'
export SHEAF_P_target_modules='["q_proj", "v_proj"]'
export SHEAF_P_batch_size='4'
export SHEAF_P_gradient_accumulation='8'
export SHEAF_P_learning_rate='0.0002'
export SHEAF_P_warmup_steps='100'
export SHEAF_P_max_steps='1000'
export SHEAF_P_dataset_path='/path/to/data'
export SHEAF_P_max_seq_length='2048'
export SHEAF_P_precision='bf16'

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
module load cuda/12.4 ||
  sheaf_stop 'the module cuda/12.4 cannot be loaded: see module avail, and correct environment.modules'
sheaf_conda=$(type -P conda || printf '%s' "${CONDA_EXE:-}")
for sheaf_conda in "${sheaf_conda%/*/conda}" "$HOME/miniconda3" "$HOME/miniforge3" "$HOME/mambaforge" "$HOME/anaconda3" \
  /opt/conda /opt/miniconda3 /opt/miniforge3 /opt/mambaforge /opt/anaconda3; do
  if [ -r "$sheaf_conda/etc/profile.d/conda.sh" ]; then break; fi
done
[ -r "$sheaf_conda/etc/profile.d/conda.sh" ] ||
  sheaf_stop 'conda is nowhere to be found: load its module, or name its folder in environment.conda.root'
# shellcheck disable=SC1091
. "$sheaf_conda/etc/profile.d/conda.sh"
conda activate llm ||
  sheaf_stop 'the conda environment llm cannot be activated: see conda env list, and correct environment.conda'
export PYTHONUNBUFFERED=1 # lines of the log appear at once
export OMP_NUM_THREADS=16 MKL_NUM_THREADS=16 OPENBLAS_NUM_THREADS=16 NUMEXPR_NUM_THREADS=16
export NCCL_DEBUG="${NCCL_DEBUG:-WARN}" # errors come with their reason
export HF_HOME='/scratch/ann/hf'
[ -n "${HF_TOKEN+set}" ] ||
  sheaf_stop 'HF_TOKEN must be set where the job is submitted: export HF_TOKEN=…, and submit again'
export HF_TOKEN
export TOKENIZERS_PARALLELISM='false'
ulimit -n 65536
# srun starts processes on the nodes of a job, and only there.
if ! command -v srun >/dev/null; then
  sheaf_stop 'this is launched with srun, which this machine does not have: submit it to Slurm, or set launcher: none'
fi
if [ -z "${SLURM_JOB_ID:-}" ]; then
  sheaf_stop 'this is launched with srun, which needs a job of Slurm: run it with sbatch instead of bash'
fi
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
sheaf_use_tree .sheaf/code/8c6f0a7d
cd -- "$sheaf_work" || exit 1
# The repository around is not asked what code this is: it has gone on.
export GIT_CEILING_DIRECTORIES="$SHEAF_OUT"

# Launch
# The processes meet at a free port; jobs on the same node begin to look at different ones.
sheaf_port=$((20000 + ${SLURM_JOB_ID:-$$} % 10000))
while (: <"/dev/tcp/127.0.0.1/$sheaf_port") 2>/dev/null; do
  sheaf_port=$((sheaf_port + 1))
done
# It is a port of this node, the first of the job.
sheaf_host=$(uname -n)
srun --nodes=2 --ntasks=2 --ntasks-per-node=1 --cpus-per-task=32 --kill-on-bad-exit=1 \
  bash -c 'trap "" USR1; exec "$@"' bash \
  torchrun --nnodes=2 --rdzv-backend=c10d --rdzv-endpoint="$sheaf_host:$sheaf_port" --rdzv-id="$SLURM_JOB_ID.${SLURM_RESTART_COUNT:-0}" --nproc-per-node=2 --max-restarts=0 -m \
  finetune.sft --base-model meta-llama/Llama-2-7b-hf --lora-rank 8 --lora-alpha 16 --target-modules q_proj v_proj --batch-size 4 --gradient-accumulation 8 --learning-rate 0.0002 --warmup-steps 100 --max-steps 1000 --dataset-path /path/to/data --max-seq-length 2048 --precision bf16
