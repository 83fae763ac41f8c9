"""Optuna over lines of JSON: a request a line, an answer a line."""

import json
import random
import statistics
import sys
import time

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

optuna.logging.set_verbosity(optuna.logging.ERROR)


def make_distribution(parameter):
    size = parameter["size"]
    if parameter["kind"] == "line":
        return FloatDistribution(0, size - 0.001)
    if parameter["kind"] == "whole":
        return IntDistribution(0, size - 1)
    return CategoricalDistribution(range(size))


def make_space(parameters):
    return {parameter["name"]: make_distribution(parameter) for parameter in parameters}


def add_trials(study, space, points, values):
    for point, value in zip(points, values):
        params = dict(zip(space, point))
        study.add_trial(optuna.trial.create_trial(params=params, distributions=space, value=value))


def make_pruner(name, epochs, first):
    if name == "hyperband":
        return optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs, reduction_factor=3)
    if name == "median":
        return optuna.pruners.MedianPruner(n_warmup_steps=first - 1)
    return optuna.pruners.NopPruner()


class Search:
    def __init__(self, parameters, seed, pruner, epochs, first):
        sampler = optuna.samplers.TPESampler(seed=seed)
        self.study = optuna.create_study(
            direction="maximize", sampler=sampler, pruner=make_pruner(pruner, epochs, first)
        )
        self.space = make_space(parameters)
        self.trials = {}

    def ask(self):
        trial = self.study.ask(self.space)
        self.trials[trial.number] = trial
        point = [int(trial.params[name]) for name in self.space]
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


def rate_parameters(parameters, points, values):
    """The importance of each parameter, the most important one first, by PED-ANOVA as it is by default."""
    space = make_space(parameters)
    study = optuna.create_study(direction="maximize")
    add_trials(study, space, points, values)
    evaluator = optuna.importance.PedAnovaImportanceEvaluator()
    return list(optuna.importance.get_param_importances(study, evaluator=evaluator).items())


def time_proposal(observations, parameters, rounds):
    """Milliseconds of the processor for one proposal, the median."""
    rng = random.Random(1)
    space = {f"p{i}": FloatDistribution(0, 1) for i in range(parameters)}
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
    points = [[rng.random() for _ in space] for _ in range(observations)]
    add_trials(study, space, points, [sum((x - 0.3) ** 2 for x in point) for point in points])
    times = []
    for _ in range(rounds):
        before = time.process_time()
        trial = study.ask(space)
        times.append(1000 * (time.process_time() - before))
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
    return statistics.median(times)


FUNCTIONS = {"rate_parameters": rate_parameters, "time_proposal": time_proposal}


def main():
    search = None
    for line in sys.stdin:
        name, *words = json.loads(line)
        if name == "version":
            answer = optuna.__version__
        elif name == "open":
            search = Search(*words)
            answer = None
        elif name in FUNCTIONS:
            answer = FUNCTIONS[name](*words)
        else:
            answer = getattr(search, name)(*words)
        print(json.dumps(answer), flush=True)


main()
