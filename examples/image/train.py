"""Image classification with the models of timm, on one CPU core or, started by torchrun, on many GPUs.

It takes flags, and writes history.jsonl, checkpoints/, metrics.json and model.pt to the folder --output. On SIGUSR1
or SIGTERM it saves a checkpoint after the current step and exits. With --resume it continues from there, and ends
with the weights that it would have had without the interruption: everything random depends on the seed and the
position in the training alone, so there is no state of a random generator to save.
"""

import argparse
import hashlib
import json
import math
import os
import signal
import sys
import time
from pathlib import Path

import timm.optim
import torch
import torch.distributed as dist
from PIL import Image
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy
from torchvision import datasets, transforms

WORLD, RANK = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))  # torchrun sets them.
DEVICE = torch.device(f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if torch.cuda.is_available() else "cpu")
AUGMENTATIONS = ["random_crop", "random_flip", "color_jitter"]


def read_flags():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="test_resnet", help="a name of timm: test_resnet, resnet50, …")
    parser.add_argument("--dataset", default="digits", help="digits, fake or imagefolder:PATH")
    parser.add_argument("--num-samples", type=int, help="train with at most this many images; default: all")
    parser.add_argument("--image-size", type=int, default=32)
    parser.add_argument("--augmentation", nargs="*", default=[], choices=AUGMENTATIONS)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=32, help="images of one process at a time")
    parser.add_argument("--accumulation-steps", type=int, default=1, help="batches for one step of the optimizer")
    parser.add_argument("--optimizer", default="sgd", help="a name of timm: sgd, adamw, lamb, …")
    parser.add_argument("--learning-rate", type=float, default=0.05, help="the highest; it warms up and decays")
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--precision", default="fp32", choices=["fp32", "amp_bf16"])
    parser.add_argument("--workers", type=int, default=0, help="loading processes of each process")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", metavar="FILE", help="a checkpoint to continue from")
    parser.add_argument("--output", type=Path, default=Path("output"), metavar="FOLDER")
    return parser.parse_args()


def make_seed(*parts):
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=7).digest(), "big")


class Images(torch.utils.data.Dataset):
    """Transformed images. What is random about an image depends on seed, epoch and index."""

    def __init__(self, source, transform, seed):
        self.source, self.transform, self.seed, self.epoch = source, transform, seed, 0

    def __len__(self):
        return len(self.source)

    def __getitem__(self, index):
        image, label = self.source[index]
        torch.default_generator.manual_seed(make_seed(self.seed, self.epoch, index))
        return self.transform(image), label


def load_images(args):
    """The images to train with, those for validation, and the number of classes."""
    kind, _, folder = args.dataset.partition(":")
    size, of_files = args.image_size, kind == "imagefolder" and folder != ""
    if args.dataset == "digits":  # The 1,797 of scikit-learn; always the same fifth is for validation.
        digits = load_digits()
        images = [Image.fromarray((pixels * 15).astype("uint8")).convert("RGB") for pixels in digits.images]
        pairs = [(image.resize((size, size)), int(label)) for image, label in zip(images, digits.target)]
        train, val, classes = [pair for i, pair in enumerate(pairs) if i % 5], pairs[::5], 10
    elif args.dataset == "fake":
        count, shape, classes = args.num_samples or 1000, (3, size, size), 1000
        train, val = datasets.FakeData(count, shape, classes), datasets.FakeData(count // 5, shape, classes)
    elif of_files:
        for part in (f"{folder}/train", f"{folder}/val"):
            if not os.path.isdir(part):
                print(f"train.py: there is no folder {part}. It must have a folder of images for each class, such as "
                      f"{part}/cat/1.jpg. Pass the folder above: --dataset imagefolder:PATH", file=sys.stderr)
                sys.exit(78)  # EX_CONFIG of sysexits.h: trying again does not help.
        train, val = datasets.ImageFolder(f"{folder}/train"), datasets.ImageFolder(f"{folder}/val")
        classes = len(train.classes)
    else:
        sys.exit(f"train.py: there is no dataset {args.dataset}; pass digits, fake or imagefolder:PATH")
    train = torch.utils.data.Subset(train, range(min(len(train), args.num_samples or len(train))))
    augmented = Images(train, make_transform(size, args.augmentation, of_files), args.seed)
    return augmented, Images(val, make_transform(size, [], of_files), args.seed), classes


def make_transform(size, augmentation, of_files):
    """Images of files have any size, all others the right one."""
    if "random_crop" in augmentation:
        steps = [transforms.RandomResizedCrop(size) if of_files else transforms.RandomCrop(size, size // 8)]
    else:
        steps = [transforms.Resize(size * 8 // 7), transforms.CenterCrop(size)] if of_files else []
    more = {"random_flip": transforms.RandomHorizontalFlip(), "color_jitter": transforms.ColorJitter(0.4, 0.4, 0.4)}
    steps += [more[name] for name in augmentation if name in more]
    return transforms.Compose([*steps, transforms.ToTensor(), transforms.Normalize([0.5], [0.5])])


def total(value):
    """The sum of the numbers that all processes have."""
    tensor = torch.tensor(value, dtype=torch.float64)
    if WORLD > 1:
        dist.all_reduce(tensor)
    return tensor.item()


def write(path, content):
    """Nobody ever sees half of the file."""
    torch.save(content, f"{path}.partial")
    os.replace(f"{path}.partial", path)


class Training:
    """A model with its optimizer and images, and how far it is."""

    def __init__(self, args):
        self.args = args
        self.train, self.val, classes = load_images(args)
        self.images_of_step = args.batch_size * args.accumulation_steps * WORLD
        self.steps = len(self.train) // self.images_of_step
        if self.steps == 0:
            sys.exit(f"train.py: {len(self.train)} images are too few for a step of {self.images_of_step}")
        torch.manual_seed(make_seed(args.seed, "weights"))
        try:  # Transformers must know the size of the images; other models have no such argument.
            model = timm.create_model(args.model, num_classes=classes, img_size=args.image_size)
        except TypeError:
            model = timm.create_model(args.model, num_classes=classes)
        self.model = model.to(DEVICE)
        self.optimizer = timm.optim.create_optimizer_v2(
            self.model, args.optimizer, args.learning_rate, args.weight_decay, args.momentum)
        # The epoch, the steps done in it, the sum of their losses, their seconds; a row for each earlier epoch.
        self.at = {"epoch": 0, "step": 0, "loss": 0.0, "seconds": 0.0, "rows": []}
        if args.resume:
            saved = torch.load(args.resume, map_location="cpu", weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.at = {**saved["at"], "loss": saved["at"]["loss"] if RANK == 0 else 0.0}
        self.parallel = torch.nn.parallel.DistributedDataParallel(self.model) if WORLD > 1 else self.model

    def save(self):
        """Writes a checkpoint, and keeps the one before it."""
        folder, at = self.args.output / "checkpoints", {**self.at, "loss": total(self.at["loss"])}
        if RANK == 0:
            content = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "at": at}
            write(folder / f"step={at['epoch'] * self.steps + at['step']}.pt", content)
            for old in sorted(folder.glob("step=*.pt"), key=lambda path: int(path.stem[5:]))[:-2]:
                old.unlink()

    def load(self, images, batches):
        loader = torch.utils.data.DataLoader(images, batch_sampler=batches, num_workers=self.args.workers)
        return ((image.to(DEVICE), label.to(DEVICE)) for image, label in loader)

    def predict(self, model, images):
        with torch.autocast(DEVICE.type, torch.bfloat16, enabled=self.args.precision == "amp_bf16"):
            return model(images).float()

    def train_epoch(self, is_stopped):
        """Trains to the end of the epoch, or until it is stopped."""
        args, at, optimizer = self.args, self.at, self.optimizer
        self.model.train()
        self.train.epoch = at["epoch"]
        shuffle = torch.Generator().manual_seed(make_seed(args.seed, at["epoch"], "order"))
        order = torch.randperm(len(self.train), generator=shuffle)[: self.steps * self.images_of_step]
        batches = order.view(-1, WORLD, args.batch_size)[at["step"] * args.accumulation_steps :, RANK]
        loader = self.load(self.train, batches.tolist())
        while at["step"] < self.steps and not is_stopped():
            began = time.monotonic()
            done = (at["epoch"] + at["step"] / self.steps) / args.epochs
            for group in optimizer.param_groups:  # It warms up in a twentieth of all steps; then it decays.
                group["lr"] = args.learning_rate * min(1, 0.02 + 20 * done) * (1 + math.cos(math.pi * done)) / 2
            optimizer.zero_grad()
            for part in range(args.accumulation_steps):
                images, labels = next(loader)
                torch.manual_seed(make_seed(args.seed, at["epoch"], at["step"], part, RANK))
                loss = cross_entropy(self.predict(self.parallel, images), labels) / args.accumulation_steps
                loss.backward()
                at["loss"] += loss.item()
            optimizer.step()
            at["step"] += 1
            at["seconds"] += time.monotonic() - began

    @torch.no_grad()
    def validate(self):
        """The mean loss and the accuracy, with the weights and statistics of the first process."""
        self.model.eval()
        for buffer in self.model.buffers() if WORLD > 1 else []:
            dist.broadcast(buffer, 0)
        mine, size = list(range(RANK, len(self.val), WORLD)), self.args.batch_size
        loss = right = 0.0
        for images, labels in self.load(self.val, [mine[i : i + size] for i in range(0, len(mine), size)]):
            scores = self.predict(self.model, images)
            loss += cross_entropy(scores, labels, reduction="sum").item()
            right += (scores.argmax(1) == labels).sum().item()
        return total(loss) / len(self.val), total(right) / len(self.val)

    def end_epoch(self):
        """Validates, prints and keeps the results of the epoch, and begins the next one."""
        at = self.at
        (val_loss, val_acc), train_loss = self.validate(), total(at["loss"]) / WORLD / self.steps
        row = {"epoch": at["epoch"] + 1, "train_loss": train_loss, "val_loss": val_loss, "val_acc": val_acc,
               "epoch_seconds": at["seconds"]}
        at.update(epoch=row["epoch"], step=0, loss=0.0, seconds=0.0, rows=[*at["rows"], row])
        if RANK == 0:
            print(*(f"{name} {value:.4g}" for name, value in row.items()), flush=True)
            with open(self.args.output / "history.jsonl", "a") as file:
                file.write(json.dumps(row) + "\n")
        self.save()


def main():
    args, signals = read_flags(), []
    for number in (signal.SIGUSR1, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: signals.append(received))
    if DEVICE.type == "cuda":
        torch.cuda.set_device(DEVICE)
    if WORLD > 1:
        dist.init_process_group("cpu:gloo,cuda:nccl" if DEVICE.type == "cuda" else "gloo")
    (args.output / "checkpoints").mkdir(parents=True, exist_ok=True)
    training = Training(args)
    at = training.at
    while at["epoch"] < args.epochs:
        training.train_epoch(lambda: total(len(signals)) > 0)
        if at["step"] < training.steps:
            training.save()
            print(f"stopped in epoch {at['epoch'] + 1} after step {at['step']} of {training.steps}", flush=True)
            sys.exit(128 + signal.SIGTERM if signal.SIGTERM in signals else 0)
        training.end_epoch()
    if RANK == 0:
        metrics = {**at["rows"][-1], "best_val_acc": max(row["val_acc"] for row in at["rows"]),
                   "parameters": sum(weights.numel() for weights in training.model.parameters())}
        write(args.output / "model.pt", training.model.state_dict())
        (args.output / "metrics.json").write_text(json.dumps(metrics, indent=2))
    if WORLD > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
