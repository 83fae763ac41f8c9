"""Softmax regression on 1,797 handwritten digits, with Python's standard library alone.

It knows nothing of sheaf: it takes its settings as flags, prints its progress and writes what it
reached to metrics.json in the folder it is given.
"""

import argparse
import csv
import json
import math
import os
import random
import time

PIXELS, CLASSES, LARGEST = 64, 10, 16


def load(path):
    with open(path, newline="") as file:
        rows = [[int(cell) for cell in row] for row in csv.reader(file)]
    return [([value / LARGEST for value in row[:PIXELS]] + [1.0], row[PIXELS]) for row in rows]


def scores(weights, image):
    return [sum(w * x for w, x in zip(row, image) if x) for row in weights]


def probabilities(weights, image):
    values = scores(weights, image)
    top = max(values)
    exponents = [math.exp(value - top) for value in values]
    total = sum(exponents)
    return [value / total for value in exponents]


def train_epoch(weights, examples, learning_rate, momentum, velocity, batch_size):
    loss = 0.0
    for start in range(0, len(examples), batch_size):
        batch = examples[start : start + batch_size]
        gradient = [[0.0] * (PIXELS + 1) for _ in range(CLASSES)]
        for image, label in batch:
            probability = probabilities(weights, image)
            loss -= math.log(max(probability[label], 1e-12))
            for digit in range(CLASSES):
                error = probability[digit] - (digit == label)
                row = gradient[digit]
                for i, x in enumerate(image):
                    if x:
                        row[i] += error * x
        for digit in range(CLASSES):
            for i in range(PIXELS + 1):
                velocity[digit][i] = momentum * velocity[digit][i] - learning_rate * gradient[digit][i] / len(batch)
                weights[digit][i] += velocity[digit][i]
    return loss / len(examples)


def accuracy(weights, examples):
    right = 0
    for image, label in examples:
        values = scores(weights, image)
        right += values.index(max(values)) == label
    return right / len(examples)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="data/digits.csv")
    parser.add_argument("--learning-rate", type=float, required=True)
    parser.add_argument("--momentum", type=float, default=0.0)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", default=".")
    args = parser.parse_args()

    started = time.time()
    chance = random.Random(args.seed)
    examples = load(args.data)
    chance.shuffle(examples)
    split = len(examples) * 4 // 5
    training, validation = examples[:split], examples[split:]
    weights = [[chance.gauss(0, 0.01) for _ in range(PIXELS + 1)] for _ in range(CLASSES)]
    velocity = [[0.0] * (PIXELS + 1) for _ in range(CLASSES)]

    for epoch in range(1, args.epochs + 1):
        chance.shuffle(training)
        loss = train_epoch(weights, training, args.learning_rate, args.momentum, velocity, args.batch_size)
        val_acc = accuracy(weights, validation)
        print(f"epoch {epoch} train_loss={loss:.4f} val_acc={val_acc:.4f}", flush=True)

    with open(os.path.join(args.output, "metrics.json"), "w") as file:
        json.dump({"accuracy": accuracy(weights, validation), "train_seconds": time.time() - started}, file)


if __name__ == "__main__":
    main()
