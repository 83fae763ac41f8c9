"""Optuna's ask and tell over lines of JSON: a request a line, an answer a line."""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def make_pruner(name, epochs, first):
    if name == "hyperband":
        return optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs, reduction_factor=3)
    if name == "median":
        return optuna.pruners.MedianPruner(n_warmup_steps=first - 1)
    return optuna.pruners.NopPruner()


class Search:
    def __init__(self, sizes, is_grid, seed, pruner, epochs, first):
        sampler = optuna.samplers.TPESampler(seed=seed)
        self.study = optuna.create_study(
            direction="maximize", sampler=sampler, pruner=make_pruner(pruner, epochs, first)
        )
        self.sizes = sizes
        self.is_grid = is_grid
        self.trials = {}

    def ask(self):
        trial = self.study.ask()
        self.trials[trial.number] = trial
        point = [
            trial.suggest_int(f"p{i}", 0, size - 1)
            if i > 0 or self.is_grid
            else int(trial.suggest_float("p0", 0, size - 0.001))
            for i, size in enumerate(self.sizes)
        ]
        return {"trial": trial.number, "point": point}

    def report(self, number, epoch, value):
        trial = self.trials[number]
        trial.report(value, epoch)
        stops = bool(trial.should_prune())
        if stops:
            self.study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        return stops

    def complete(self, number, value):
        self.study.tell(self.trials[number], value)


def main():
    search = None
    for line in sys.stdin:
        name, *words = json.loads(line)
        if name == "version":
            answer = optuna.__version__
        elif name == "open":
            search = Search(*words)
            answer = None
        else:
            answer = getattr(search, name)(*words)
        print(json.dumps(answer), flush=True)


main()
