"""A planner for a small world of driving scenes, in the three steps of the NAVSIM benchmark.

cache makes the scenes, and what each of 25 manoeuvres would score in them. train fits a network that
predicts these scores from the state of the road and of all vehicles. score lets an agent plan in
scenes that it has not seen, and writes a table of scores in the form of the benchmark's.
"""

import argparse
import csv
import os

import numpy as np

import world

SCALES = {"speed": 15, "limit": 15, "offset": 3.5, "heading": 0.1, "curvature": 0.012}
THEIR_SCALES = {"ahead": 40, "their_offset": 3.5, "their_speed": 15, "their_acceleration": 2}
TRAINING_SEED, TEST_SEED = 1, 2  # of the scenes: every run sees the same ones


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)

    cache = steps.add_parser("cache", help="make the scenes")
    cache.add_argument("--scenes", type=int, default=20_000, help="to train on")
    cache.add_argument("--test-scenes", type=int, default=2_000)
    cache.add_argument("--output", default="cache", help="folder")

    train = steps.add_parser("train", help="fit the network")
    add_agent(train)
    train.add_argument("--agent.lr", dest="lr", type=float, default=3e-3)
    train.add_argument("--trainer.params.max_epochs", dest="epochs", type=int, default=10)
    train.add_argument("--dataloader.params.batch_size", dest="batch_size", type=int, default=256)
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--cache", default="cache", help="folder")
    train.add_argument("--output", default="model.npz", help="file")

    score = steps.add_parser("score", help="plan in unseen scenes")
    add_agent(score)
    score.add_argument("--model", default="model.npz", help="file that train has written")
    score.add_argument("--cache", default="cache", help="folder")
    score.add_argument("--output", default=".", help="folder")

    args = parser.parse_args()
    {"cache": make_cache, "train": fit, "score": evaluate}[args.step](args)


def add_agent(parser):
    """The names of these flags, and of those of `train`, are keys in the configuration of the benchmark's devkit."""
    parser.add_argument("--agent", choices=["ego_mlp", "keep_lane", "expert"], default="ego_mlp")
    parser.add_argument("--agent.hidden_layer_dim", dest="units", type=int, default=256)


def make_cache(args):
    os.makedirs(args.output, exist_ok=True)
    scenes = world.make_scenes(args.scenes, TRAINING_SEED)
    scores = np.concatenate([world.score(part, world.plan(part))["score"] for part in world.split(scenes)])
    np.savez(
        os.path.join(args.output, "train.npz"),
        inputs=describe(scenes),
        scores=scores.astype(np.float32),
    )
    np.savez(os.path.join(args.output, "test.npz"), **world.make_scenes(args.test_scenes, TEST_SEED))
    print(f"{args.scenes} scenes to train on, mean of the best scores {scores.max(-1).mean():.3f}")


def describe(scenes):
    """What the network sees: the ego vehicle and the road, then the others, the nearest first."""
    order = np.argsort(np.where(scenes["here"], np.abs(scenes["ahead"]), np.inf), -1)
    here = np.take_along_axis(scenes["here"], order, -1)
    ego = [scenes[name] / scale for name, scale in SCALES.items()]
    others = [np.take_along_axis(scenes[name], order, -1) / scale * here for name, scale in THEIR_SCALES.items()]
    return np.concatenate([np.stack(ego, -1), here, *others], -1).astype(np.float32)


def fit(args):
    import torch

    torch.manual_seed(args.seed)
    data = np.load(os.path.join(args.cache, "train.npz"))
    inputs, scores = torch.from_numpy(data["inputs"]), torch.from_numpy(data["scores"])
    model = torch.nn.Sequential(
        torch.nn.Linear(inputs.shape[1], args.units), torch.nn.ReLU(), torch.nn.Linear(args.units, scores.shape[1])
    )
    steps = -(-len(inputs) // args.batch_size)
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, args.lr, total_steps=steps * args.epochs)
    loss_of = torch.nn.BCEWithLogitsLoss()
    for epoch in range(1, args.epochs + 1):
        total = 0.0
        for batch in torch.randperm(len(inputs)).split(args.batch_size):
            loss = loss_of(model(inputs[batch]), scores[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch} train_loss={total / len(inputs):.4f}", flush=True)
    np.savez(args.output, **{name: value.numpy() for name, value in model.state_dict().items()})


def predict(model, inputs):
    """The network again, without PyTorch: scoring does not have to load it."""
    hidden = np.maximum(inputs @ model["0.weight"].T + model["0.bias"], 0)
    return hidden @ model["2.weight"].T + model["2.bias"]


def choose(args, scenes):
    """The number of the manoeuvre that the agent drives in each scene."""
    if args.agent == "keep_lane":
        return np.zeros(len(scenes["speed"]), int)
    if args.agent == "expert":
        return world.score(scenes, world.plan(scenes))["score"].argmax(-1)
    return predict(np.load(args.model), describe(scenes)).argmax(-1)


def evaluate(args):
    scenes = dict(np.load(os.path.join(args.cache, "test.npz")))
    plans = world.plan(scenes)[np.arange(len(scenes["speed"])), choose(args, scenes)]
    parts = {name: values[:, 0] for name, values in world.score(scenes, plans[:, None]).items()}
    os.makedirs(args.output, exist_ok=True)
    with open(os.path.join(args.output, "scores.csv"), "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["", "token", "valid", *parts])
        for i, row in enumerate(zip(*parts.values())):
            table.writerow([i, f"scene{i:04}", True, *row])
        means = [round(values.mean(), 6) for values in parts.values()]
        table.writerow([len(plans), "average_all_frames", True, *means])
    print(f"score={parts['score'].mean():.4f} in {len(plans)} scenes")


if __name__ == "__main__":
    main()
