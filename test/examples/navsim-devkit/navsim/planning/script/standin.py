"""What the entry scripts of this stand-in share. See README.md: this is not the devkit."""

import csv
import gzip
import os
import re
import sys
from pathlib import Path

# Keys of the configuration files that each script composes: those that an override may plausibly name.
COMMON = ["train_test_split", "verbose", "logger_level", "traffic_agents", "max_number_of_workers", "gpu"]
COMMON += ["worker", "worker.threads_per_node", "worker.debug_mode", "worker.log_to_driver", "worker.use_distributed"]
COMMON += ["navsim_log_path", "original_sensor_path", "synthetic_sensor_path", "synthetic_scenes_path", "metric_cache_path"]
NAMED = ["experiment_name", "experiment_uid", "output_dir"]
AGENT = ["agent", "agent.checkpoint_path", "agent.hidden_layer_dim", "agent.lr"]
TRAINING = ["split", "cache_path", "use_cache_without_dataset", "force_cache_computation", "seed"]
TRAINING += [f"dataloader.params.{key}" for key in ["batch_size", "num_workers", "pin_memory", "prefetch_factor"]]
TRAINING += [f"trainer.params.{key}" for key in ["max_epochs", "accelerator", "strategy", "precision", "num_nodes"]]
KEYS = {
    "training": [*COMMON, *NAMED, *AGENT, *TRAINING],
    "metric_caching": [*COMMON, "force_feature_computation", "output_dir"],
    "pdm_scoring": [*COMMON, *NAMED, *AGENT],
}
MANDATORY = {"training": ["train_test_split", "experiment_name"], "pdm_scoring": ["experiment_name"]}
SPLITS = {"navtrain", "navtest", "navmini", "trainval", "test", "mini"}
# The columns that run_pdm_score_one_stage.py writes, in its order.
PARTS = [
    "no_at_fault_collisions",
    "drivable_area_compliance",
    "driving_direction_compliance",
    "traffic_light_compliance",
    "ego_progress",
    "time_to_collision_within_bound",
    "lane_keeping",
    "history_comfort",
    "two_frame_extended_comfort",
]
WEIGHTS = [5, 5, 2, 2, 2]  # of the last five
TOKENS = [f"{index:016x}" for index in range(1, 21)]
# An unquoted value in the grammar of Hydra's overrides.
VALUE = re.compile(r"[A-Za-z0-9_/\\.:%+@?|*-]+")


def refuse(message):
    sys.exit(f"stand-in for the NAVSIM devkit: {message}")


def read_overrides(name):
    """The overrides on the command line, checked as Hydra checks them against a configuration of this name."""
    overrides = {}
    for word in sys.argv[1:]:
        key, equals, value = word.partition("=")
        if not equals or not VALUE.fullmatch(value):
            refuse(f"Hydra cannot read the override {word!r}")
        if key not in KEYS[name]:
            refuse(f"Could not override '{key}'. Key '{key}' is not in struct")
        if key in overrides:
            refuse(f"'{key}' is given twice")
        overrides[key] = value
    for key in MANDATORY.get(name, []):
        if key not in overrides:
            refuse(f"Missing mandatory value: {key}")
    if overrides.get("train_test_split", "navtest") not in SPLITS:
        refuse(f"Could not find 'train_test_split/{overrides['train_test_split']}'")
    if overrides.get("agent", "ego_status_mlp_agent") != "ego_status_mlp_agent":
        refuse(f"this stand-in has no agent {overrides['agent']}")
    check_environment()
    return overrides


def check_environment():
    squashed = [bind.split(":")[1] for bind in os.environ["STANDIN_BINDS"].split("\n") if bind.endswith(":image-src=/")]
    for variable in ["NUPLAN_MAPS_ROOT", "OPENSCENE_DATA_ROOT"]:
        if os.environ.get(variable) not in squashed:
            refuse(f"{variable}={os.environ.get(variable)} is bound from no SquashFS image: {squashed}")
    if os.environ.get("NUPLAN_MAP_VERSION") != "nuplan-maps-v1.0":
        refuse("NUPLAN_MAP_VERSION is not nuplan-maps-v1.0")
    if not os.path.isdir(os.environ.get("NAVSIM_EXP_ROOT", "")):
        refuse("NAVSIM_EXP_ROOT is no folder")
    if Path(os.environ.get("NAVSIM_DEVKIT_ROOT", "")).resolve() not in Path(__file__).resolve().parents:
        refuse("NAVSIM_DEVKIT_ROOT is not the folder of the devkit")


def cache_dataset():
    overrides = read_overrides("training")
    for token in TOKENS:
        folder = Path(overrides["cache_path"], "2021.05.12.19.36.12_veh-35_00005_00204", token)
        folder.mkdir(parents=True)
        for name in ["ego_status_feature", "trajectory_target"]:
            with gzip.open(folder / f"{name}.gz", "wb") as file:
                file.write(b"stand-in")


def cache_metrics():
    cache = Path(read_overrides("metric_caching")["metric_cache_path"])
    (cache / "metadata").mkdir(parents=True)
    files = [str(cache / "log" / "unknown" / token / "metric_cache.pkl") for token in TOKENS]
    (cache / "metadata" / "metric_cache_metadata_node_0.csv").write_text("\n".join(["file_name", *files]) + "\n")


def train():
    overrides = read_overrides("training")
    if (overrides["use_cache_without_dataset"], overrides["force_cache_computation"]) != ("true", "false"):
        refuse("force_cache_computation must be False when using cached data without building SceneLoader")
    samples = list(Path(overrides["cache_path"]).glob("*/*/trajectory_target.gz"))
    if len(samples) != len(TOKENS):
        refuse(f"Cache path {overrides['cache_path']} has {len(samples)} samples")
    epochs, rank, processes = overrides["trainer.params.max_epochs"], os.environ["RANK"], os.environ["WORLD_SIZE"]
    print(f"rank {rank} of {processes}: {epochs} epochs, seed {overrides['seed']}", flush=True)
    if rank == "0":
        folder = Path(overrides["output_dir"], "lightning_logs/version_0/checkpoints")
        folder.mkdir(parents=True)
        (folder / f"epoch={int(epochs) - 1}-step={int(epochs) * len(TOKENS)}.ckpt").write_text("\n".join(sys.argv[1:]))


def score():
    overrides = read_overrides("pdm_scoring")
    trained = Path(overrides["agent.checkpoint_path"]).read_text().split("\n")
    if f"agent.hidden_layer_dim={overrides['agent.hidden_layer_dim']}" not in trained:
        refuse("Error(s) in loading state_dict for EgoStatusMLPAgent: size mismatch")
    tokens = [Path(line).parent.name for line in find_metadata(overrides).read_text().split("\n")[1:-1]]
    rows = [score_token(int(token, 16)) for token in tokens]
    means = [sum(column) / len(rows) for column in zip(*rows)]
    folder = Path(overrides["output_dir"])
    folder.mkdir(parents=True)
    with open(folder / "2026.01.02.03.04.05.csv", "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["", "token", "valid", *PARTS, "score"])
        for index, (token, row) in enumerate(zip([*tokens, "average_all_frames"], [*rows, means])):
            table.writerow([index, token, True, *row])


def find_metadata(overrides):
    return next(Path(overrides["metric_cache_path"], "metadata").glob("*.csv"))


def score_token(number):
    """Scores of one scene that differ, and fit together as the devkit's do."""
    parts = [float(number % 10 != 0), float(number % 7 != 0), 1.0, 1.0, number / 20, float(number % 3 != 0), 1.0, 1.0, 0.0]
    weighted = sum(weight * part for weight, part in zip(WEIGHTS, parts[4:])) / sum(WEIGHTS)
    return [*parts, parts[0] * parts[1] * parts[2] * parts[3] * weighted]
