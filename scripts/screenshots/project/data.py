"""The data sets by name: rows of (x, y, label) to train on, and rows to test on."""

import math


def moons(chance):
    rows = []
    for i in range(240):
        angle, label = math.pi * chance.random(), i % 2
        x, y = (math.cos(angle), math.sin(angle)) if label else (1 - math.cos(angle), 0.5 - math.sin(angle))
        rows.append((x + chance.gauss(0, 0.2), y + chance.gauss(0, 0.2), label))
    return rows


SETS = {"moons": moons}


def load(name, chance):
    rows = SETS[name](chance)
    return rows[:160], rows[160:]
