"""Proposes members of an adaptive sweep with Optuna 5. In the template: `by: {exec: python optuna_sampler.py}`."""

import json
import math
import sys

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

STATES = {"completed": TrialState.COMPLETE, "stopped": TrialState.PRUNED, "running": TrialState.RUNNING}


def to_distribution(kind, low=None, high=None, values=None):
    if kind == "choice":
        return CategoricalDistribution(values)
    return IntDistribution(low, high) if kind == "int" else FloatDistribution(low, high, log=kind == "loguniform")


def to_trial(params, state, readings, final=None, **_):
    state = STATES.get(state, TrialState.FAIL)
    if state == TrialState.COMPLETE and final is None:
        state = TrialState.FAIL
    reached = {r["rung"]: math.nan if r["value"] is None else r["value"] for r in readings}
    value = final if state == TrialState.COMPLETE else None
    return create_trial(state=state, params=params, distributions=space, value=value, intermediate_values=reached)


asked = json.load(sys.stdin)
space = {name: to_distribution(**given) for name, given in asked["space"].items()}
optuna.logging.set_verbosity(optuna.logging.WARNING)
sampler = optuna.samplers.TPESampler(seed=(asked["seed"] + len(asked["trials"])) % 2**32)
study = optuna.create_study(direction="maximize" if asked["mode"] == "max" else "minimize", sampler=sampler)
study.add_trials([to_trial(**trial) for trial in asked["trials"]])
print(json.dumps([study.ask(space).params for _ in range(asked["wanted"])]))
