"""PPO on gymnasium's environments, by stable-baselines3: train an agent, then evaluate it.

    python3 train.py train --env CartPole-v1 --total-timesteps 30000 --seed 0 --output out
    python3 train.py eval  --env CartPole-v1 --seed 0 --model out/model.zip --output out

`train` writes progress.jsonl (one line per rollout: step, return, length of the last episodes), checkpoints/*.zip and,
at the end, model.zip. `eval` plays whole episodes with the most likely actions and writes eval.json. The same seed on
the same machine and versions gives the same numbers; a run that resumes continues with other random numbers.
"""

import argparse
import functools
import importlib.util
import json
import os
import signal
import sys
from pathlib import Path

import gymnasium
import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.atari_wrappers import AtariWrapper
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecFrameStack, VecNormalize

ACTIVATIONS = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}
# Returns are means over this many episodes, the last that ended.
WINDOW = 20
# Packages that bring environments; gymnasium knows these once they are imported.
ENVIRONMENT_PACKAGES = ("ale_py", "highway_env")
# Seeds of the evaluation are far from those of training.
EVAL_SEED = 1_000_000
EXIT_SETUP = 78


def main():
    args = parse_arguments()
    # A small network runs faster on one thread, and its sums do not depend on the number of cores.
    if args.network_arch == "mlp":
        torch.set_num_threads(1)
    args.output.mkdir(parents=True, exist_ok=True)
    try:
        train(args) if args.stage == "train" else evaluate(args)
    except gymnasium.error.Error as error:
        fail(f"{error} (pyproject.toml lists the packages for more environments)")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=["train", "eval"])
    parser.add_argument("--output", type=Path, default=Path("."), help="folder for everything that is written")
    parser.add_argument("--model", type=Path, help="the trained agent (default: model.zip in the output folder)")
    parser.add_argument("--resume", type=Path, help="checkpoint to continue from")
    parser.add_argument("--algorithm", choices=["ppo"], default="ppo")
    parser.add_argument("--env", "--env-name", default="CartPole-v1", help="a name that gymnasium knows")
    parser.add_argument("--normalize", choices=["true", "false"], help="scale observations and rewards (default: for mlp)")
    parser.add_argument("--vec-env", choices=["dummy", "subproc"], default="dummy", help="subproc: a process each")
    parser.add_argument("--num-envs", type=int, default=8, help="environments side by side")
    parser.add_argument("--num-steps", type=int, default=32, help="steps of each environment between two updates")
    parser.add_argument("--num-epochs", type=int, default=5, help="passes over these steps in an update")
    parser.add_argument("--num-minibatches", type=int, default=2, help="updates in a pass")
    parser.add_argument("--total-timesteps", type=int, default=30_000, help="steps of all environments together")
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--lr-schedule", choices=["linear", "constant"], default="linear", help="linear: down to 0")
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--gae-lambda", type=float, default=0.95)
    parser.add_argument("--clip-range", type=float, default=0.2)
    parser.add_argument("--vf-coef", type=float, default=0.5)
    parser.add_argument("--ent-coef", type=float, default=0.0)
    parser.add_argument("--network-arch", choices=["mlp", "cnn"], default="mlp", help="cnn: for images")
    parser.add_argument("--hidden-sizes", type=int, nargs="*", default=[64, 64])
    parser.add_argument("--activation", choices=sorted(ACTIVATIONS), default="tanh")
    parser.add_argument("--eval-episodes", type=int, default=20)
    parser.add_argument("--checkpoint-steps", type=int, default=10_000, help="steps between two checkpoints")
    parser.add_argument("--tensorboard", help="folder for TensorBoard's event files, too")
    parser.add_argument("--device", default="auto", help="auto: a GPU, if there is one, for cnn; otherwise the CPU")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    if args.num_envs * args.num_steps % args.num_minibatches:
        parser.error("--num-minibatches must divide --num-envs times --num-steps")
    args.model = args.model or args.output / "model.zip"
    if args.device == "auto" and args.network_arch == "mlp":
        args.device = "cpu"
    args.normalize = args.network_arch == "mlp" if args.normalize is None else args.normalize == "true"
    return args


def train(args):
    envs = make_envs(args, args.seed)
    if args.resume:
        model = PPO.load(args.resume, env=envs, device=args.device, tensorboard_log=args.tensorboard)
        # Otherwise it would meet the same episodes and draw the same actions again.
        model.set_random_seed(args.seed + model.num_timesteps)
        restore_normalization(model, envs)
        print(f"resumes from {args.resume} at step {model.num_timesteps}", flush=True)
    else:
        model = new_model(args, envs)
    progress = Progress(args, saved=model.num_timesteps)
    remaining = max(0, args.total_timesteps - model.num_timesteps)
    model.learn(remaining, callback=progress, reset_num_timesteps=not args.resume, tb_log_name="ppo")
    if progress.stopping:
        print(f"stopped by a signal at step {model.num_timesteps}, after a checkpoint", flush=True)
    else:
        save(model, args.model)
    envs.close()


def new_model(args, envs):
    rate = args.learning_rate
    hidden = args.hidden_sizes
    return PPO(
        "CnnPolicy" if args.network_arch == "cnn" else "MlpPolicy",
        envs,
        learning_rate=rate if args.lr_schedule == "constant" else lambda remaining: rate * remaining,
        n_steps=args.num_steps,
        batch_size=args.num_envs * args.num_steps // args.num_minibatches,
        n_epochs=args.num_epochs,
        gamma=args.gamma,
        gae_lambda=args.gae_lambda,
        clip_range=args.clip_range,
        vf_coef=args.vf_coef,
        ent_coef=args.ent_coef,
        policy_kwargs={"net_arch": {"pi": hidden, "vf": hidden}, "activation_fn": ACTIVATIONS[args.activation]},
        stats_window_size=WINDOW,
        tensorboard_log=args.tensorboard,
        seed=args.seed,
        device=args.device,
    )


class Progress(BaseCallback):
    """Writes a line per rollout, and checkpoints; a signal (SIGUSR1) ends training after one."""

    def __init__(self, args, saved):
        super().__init__()
        self.folder = args.output / "checkpoints"
        self.every = args.checkpoint_steps
        self.file = open(args.output / "progress.jsonl", "a")
        self.stopping = False
        self.saved = saved
        signal.signal(signal.SIGUSR1, self.stop)

    def stop(self, *_):
        self.stopping = True

    def _on_step(self):
        return not self.stopping

    def _on_rollout_end(self):
        """Called before the update: the returns are those of the agent that played."""
        episodes = self.model.ep_info_buffer
        if episodes:
            row = {
                "step": self.num_timesteps,
                "return": float(np.mean([episode["r"] for episode in episodes])),
                "length": float(np.mean([episode["l"] for episode in episodes])),
            }
            print(json.dumps(row), file=self.file, flush=True)
            print(f"step {row['step']} return {row['return']:.1f} length {row['length']:.1f}", flush=True)

    def _on_rollout_start(self):
        """After an update: the step and the weights belong together."""
        if self.num_timesteps - self.saved >= self.every:
            self.checkpoint()

    def _on_training_end(self):
        self.file.close()
        if self.stopping:
            self.checkpoint()

    def checkpoint(self):
        self.folder.mkdir(exist_ok=True)
        save(self.model, self.folder / f"step_{self.num_timesteps:010d}.zip")
        self.saved = self.num_timesteps


def evaluate(args):
    if not args.model.exists():
        fail(f"no trained agent in {args.model}: run train.py train first")
    envs = make_envs(args, args.seed + EVAL_SEED)
    envs.training = envs.norm_reward = False  # for VecNormalize: what it learned stays as it is
    model = PPO.load(args.model, device=args.device)
    restore_normalization(model, envs)
    returns, lengths = evaluate_policy(
        model, envs, n_eval_episodes=args.eval_episodes, deterministic=True, return_episode_rewards=True
    )
    result = {
        "mean_return": float(np.mean(returns)),
        "std_return": float(np.std(returns)),
        "mean_length": float(np.mean(lengths)),
        "episodes": len(returns),
    }
    (args.output / "eval.json").write_text(json.dumps(result) + "\n")
    print(f"return {result['mean_return']:.1f} ± {result['std_return']:.1f} over {len(returns)} episodes", flush=True)
    envs.close()


def make_env(name, **settings):
    for package in ENVIRONMENT_PACKAGES:
        if importlib.util.find_spec(package):
            importlib.import_module(package)
    return gymnasium.make(name, **settings)


def make_envs(args, seed):
    """Environments side by side; games of Atari with the usual preprocessing and the last four frames."""
    trial = make_env(args.env)  # what is missing is reported here, not by a process for an environment
    atari = str(trial.spec.entry_point).startswith("ale_py")
    trial.close()
    envs = make_vec_env(
        functools.partial(make_env, args.env),
        n_envs=args.num_envs,
        seed=seed,
        # The preprocessing repeats each action four times; ALE's newer names would do so as well.
        env_kwargs={"frameskip": 1} if atari else None,
        wrapper_class=AtariWrapper if atari else None,
        vec_env_cls=SubprocVecEnv if args.vec_env == "subproc" else DummyVecEnv,
    )
    if atari:
        envs = VecFrameStack(envs, 4)
    return VecNormalize(envs, gamma=args.gamma) if args.normalize else envs


def save(model, path):
    """Whole or not at all. What VecNormalize learned is in the same file."""
    normalize = model.get_vec_normalize_env()
    if normalize:
        model.normalization = (normalize.obs_rms, normalize.ret_rms)
    part = path.with_suffix(".part")
    model.save(part)
    os.replace(part, path)


def restore_normalization(model, envs):
    if isinstance(envs, VecNormalize):
        envs.obs_rms, envs.ret_rms = model.normalization


def fail(message):
    print(f"error: {message}", file=sys.stderr)
    sys.exit(EXIT_SETUP)


if __name__ == "__main__":
    main()
