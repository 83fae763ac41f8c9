"""Learns to tell two half moons apart: a network with one hidden layer, in plain Python."""

import argparse
import json
import math
import os
import random
import time

from data import load


class OutOfMemoryError(RuntimeError):
    """As a GPU says it."""


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="moons")
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--weight-decay", type=float, default=0.0)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


class Network:
    def __init__(self, width, chance):
        if width > 4096:
            wanted = width * 4 / 1024
            raise OutOfMemoryError(f"CUDA out of memory. Tried to allocate {wanted:.2f} GiB")
        self.hidden = [[chance.gauss(0, 1) for _ in range(3)] for _ in range(width)]
        self.out = [chance.gauss(0, 1) / math.sqrt(width) for _ in range(width)]

    def forward(self, x, y):
        self.active = [math.tanh(a * x + b * y + c) for a, b, c in self.hidden]
        score = sum(w * h for w, h in zip(self.out, self.active))
        return 1 / (1 + math.exp(-max(-30, min(30, score))))

    def update(self, x, y, error, lr, decay):
        for i, h in enumerate(self.active):
            slope = error * self.out[i] * (1 - h * h)
            self.out[i] -= lr * (error * h + decay * self.out[i])
            for j, value in enumerate((x, y, 1)):
                self.hidden[i][j] -= lr * slope * value


def measure(network, rows):
    loss, hits = 0.0, 0
    for x, y, label in rows:
        p = network.forward(x, y)
        loss -= math.log(max(1e-9, p if label else 1 - p))
        hits += (p > 0.5) == label
    return loss / len(rows), hits / len(rows)


def main():
    args = read_arguments()
    chance = random.Random(args.seed)
    train, test = load(args.data, chance)
    network = Network(args.width, chance)
    out = os.environ["SHEAF_OUT"]
    os.makedirs(f"{out}/checkpoints", exist_ok=True)
    print(f"{len(train)} points to train on, {len(test)} to test on", flush=True)
    with open(os.environ["SHEAF_METRICS"], "w", buffering=1, encoding="utf-8") as file:
        for step in range(1, args.steps + 1):
            lr = args.lr * (1 - step / (args.steps + 1))
            loss = 0.0
            for x, y, label in chance.sample(train, 8):
                p = network.forward(x, y)
                loss -= math.log(max(1e-9, p if label else 1 - p)) / 8
                network.update(x, y, p - label, lr, args.weight_decay)
            point = {"step": step, "loss": loss, "lr": lr, "time": time.time()}
            if step % 10 == 0:
                point["val_loss"], point["val_acc"] = measure(network, test)
                print(f"step {step} loss {loss:.4f} val_acc {point['val_acc']:.3f}", flush=True)
            file.write(json.dumps(point) + "\n")
            if step % 100 == 0:
                with open(f"{out}/checkpoints/step_{step}.json", "w", encoding="utf-8") as file_of_step:
                    json.dump({"hidden": network.hidden, "out": network.out}, file_of_step)
            time.sleep(args.pause)


if __name__ == "__main__":
    main()
