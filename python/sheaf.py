"""Log metrics from a job of sheaf, and read the results of a project in a notebook: docs/how-to/start/python.md.

    sheaf.log(loss=0.3, step=100)                 # in a job; also params, checkpoint and stop_asked()
    project = sheaf.project("~/vision")           # in a notebook
    project.runs("sweep = lr and val_acc > 0.9")

The second part starts the command `sheaf` and reads the files that it writes. This module needs no other package: pandas,
polars and pyarrow are imported when a table is asked for.
"""

from __future__ import annotations

import difflib
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import types
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Mapping

__version__ = "0.1.0"
__all__ = ["Project", "SheafError", "checkpoint", "log", "params", "project", "stop_asked"]

params: Mapping[str, Any]
"""The parameters of the experiment, read-only; empty outside a job."""

checkpoint: str | None
"""Path of the checkpoint to resume from; None if there is none, and outside a job."""


def __getattr__(name: str) -> Any:
    if name == "params":
        return _read_params(os.environ.get("SHEAF_PARAMS"))
    if name == "checkpoint":
        return os.environ.get("SHEAF_CHECKPOINT") or None
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@functools.lru_cache(maxsize=1)
def _read_params(path: str | None) -> Mapping[str, Any]:
    return types.MappingProxyType(json.loads(Path(path).read_text("utf-8")) if path else {})


def log(metrics: Mapping[str, Any] | None = None, /, *, step: int | None = None, **named: Any) -> None:
    """Append metrics to `$SHEAF_METRICS`, as one line that other processes of this node cannot tear.

    Outside a job it only checks the values. Pass names that are not Python names as a mapping: `log({"val/acc": 0.9})`.
    A value is a number (also one of numpy, torch or jax, NaN and infinities included), a text, a boolean, or a mapping of
    such values, whose names are joined by dots. Without a step, sheaf counts the lines that have the metric.

    If the file cannot be written, it warns: training is worth more than one point of a curve.

    Raises TypeError or ValueError for a value that is not one number.
    """
    line = {**(metrics or {}), **named, "_timestamp": time.time()}
    if step is not None:
        line["step"] = step
    data = (_encode(line) + "\n").encode()
    path = os.environ.get("SHEAF_METRICS")
    if path:
        try:
            os.write(_open_metrics(path), data)
        except OSError as error:
            warnings.warn(f"sheaf.log cannot write to {path}: {error}", RuntimeWarning, stacklevel=2)


@functools.lru_cache(maxsize=1)
def _open_metrics(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)


def _to_plain(value: Any) -> Any:
    item = getattr(value, "item", None)  # of numpy, torch and jax
    if item is not None:
        return item()
    if hasattr(value, "__float__"):
        return float(value)
    raise TypeError(f"sheaf.log takes numbers, texts and booleans, not {type(value).__name__}")


_encode = json.JSONEncoder(default=_to_plain).encode
_stop = False


def stop_asked() -> bool:
    """Whether the job was asked to save and end: when it is stopped or, with `requeue:`, some time before its time limit.

    The first call begins to listen for the signal (USR1 or USR2) and must come from the main thread, before the signal: call
    it in every step. A handler that the program has installed is still called. Outside a job it is False.
    Several processes of one run may see the answer one step apart: let them agree on it before they act.
    """
    if "SHEAF_OUT" in os.environ:
        _listen()
    return _stop


@functools.lru_cache(maxsize=None)
def _listen() -> None:
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, functools.partial(_ask_to_stop, signal.getsignal(number)))


def _ask_to_stop(earlier: Any, number: int, frame: Any) -> None:
    global _stop
    _stop = True
    if callable(earlier):
        earlier(number, frame)


class SheafError(Exception):
    """What sheaf could not do. `code` is permanent. `why`, `said` (by another program) and `fix` may be None."""

    def __init__(self, code: str, message: str, **parts: Any) -> None:
        more = {name: parts.get(name) for name in ("why", "said", "fix")}
        super().__init__("\n".join([message, *(f"  {name}  {text}" for name, text in more.items() if text)]))
        self.code, self.message, self.why, self.said, self.fix = code, message, *more.values()


def project(path: str | os.PathLike[str] = ".", command: str | None = None) -> Project:
    """The project in a folder or above it. `command` is the program to start; by default `$SHEAF`, otherwise `sheaf` on the PATH."""
    return Project(path, command)


class Project:
    """A project of sheaf. Make one with `sheaf.project(path)`.

    Methods raise SheafError. What you should know to read an answer correctly is a Python warning. Further keywords are flags
    of the command: `sort="val_acc", desc=True` is `--sort val_acc --desc`.
    """

    def __init__(self, path: str | os.PathLike[str] = ".", command: str | None = None) -> None:
        self.command = command or os.environ.get("SHEAF") or "sheaf"
        self.path = Path(path).expanduser().absolute()

    def call(self, *words: Any, **flags: Any) -> Any:
        """Run a command, such as `call("harvest", "r1", live=True)`: the `data` of its JSON document, or of the last one."""
        return self._call(*words, **flags)

    def _call(self, *words: Any, **flags: Any) -> Any:
        given = [*map(str, words), *_to_words(flags), "--project", str(self.path), "--json"]
        program = shutil.which(self.command)
        if program is None:
            fix = "pip install sheaf-slurm, or pass command= with the path of the program"
            raise SheafError("client.command", f"there is no program {self.command}", fix=fix)
        ran = subprocess.run([program, *given], stdin=subprocess.DEVNULL, stdout=-1, stderr=-1, encoding="utf-8")
        if not ran.stdout:
            raise _read_error(ran.stderr, ran.returncode)
        document = json.loads(ran.stdout.rstrip("\n").split("\n")[-1])  # splitlines would also split inside of texts
        if not document["schema"].endswith("/1"):
            raise SheafError("client.version", f"this client cannot read {document['schema']}", fix="pip install -U sheaf-client")
        data = document["data"]
        parts = [*data.get("submissions", []), *data.get("failed", [])] if isinstance(data, dict) else []
        failed = [part["problem"] for part in parts if part["problem"]]
        if failed and ran.returncode == 1:
            raise SheafError(**failed[0])
        for text in [*document["warnings"], *(problem["message"] for problem in failed)]:
            warnings.warn(text, stacklevel=3)
        return data

    def runs(self, query: str | None = None, *, columns: Any = None, polars: bool = False, **flags: Any) -> Any:
        """A table with a row for each experiment, newest first, as `sheaf export` makes it.

        `query` is as in `--where`, `columns` a name or a list of names, patterns and expressions. With `group_by="lr"` the
        table has a row for each group, with statistics over the rest. A pandas DataFrame, or one of polars.
        """
        flags.update(where=query, columns=columns)
        is_parquet = polars or find_spec("pyarrow") is not None
        tables = _import("polars" if polars else "pandas")
        with tempfile.TemporaryDirectory(prefix="sheaf-") as folder:
            file = Path(folder, "runs.parquet" if is_parquet else "runs.jsonl")
            written = self._call("export", file, **flags)
            if polars:
                return tables.read_parquet(file)
            return _read_table(tables, file) if is_parquet else _read_lines(tables, file, written["columns"])

    def curves(self, metric: str, query: str | None = None, *, polars: bool = False, **flags: Any) -> Any:
        """All values of a metric over the steps, in long form: exp_id, attempt, step, value, time.

        The experiments are those of `runs`. Values that a later attempt computed again are left out. `time` is missing if it
        is unknown. Needs pyarrow or, for `polars=True`, polars.
        """
        tables = _import("polars" if polars else "pandas")
        if not polars:
            _import("pyarrow")
        flags.update(where=query, columns="exp_id", format="jsonl")
        experiments = [json.loads(line)["exp_id"] for line in self._call("export", "-", **flags)["text"].splitlines()]
        read = _read_polars_series if polars else _read_pandas_series
        parts, names = [], set()
        folder = Path(self._call("show", experiments[0])["folder"]).parent if experiments else self.path
        for exp_id in experiments:
            file = folder / exp_id / "series.parquet"
            if file.is_file():
                part, there = read(tables, file, metric, exp_id)
                parts.append(part)
                names.update(there)
        if metric not in names:
            near = difflib.get_close_matches(metric, names, 1) or sorted(names)[:10]
            fix = f"there is {', '.join(near)}" if near else "read the results first: sheaf harvest"
            raise SheafError("client.no_series", f"none of {len(experiments)} experiments has a series {metric}", fix=fix)
        return tables.concat(parts) if polars else tables.concat(parts, ignore_index=True)

    def submit(self, *exp_ids: str, query: str | None = None, dry_run: bool = False, **flags: Any) -> Any:
        """Submit experiments: `submit("r1", "r2")`, `submit(query="status = created")`, `submit(sweep="lr", max_parallel=4)`.

        With `dry_run`, what would be submitted: `["scripts"]`. Safe to repeat.
        """
        return self._call("submit", *exp_ids, where=query, dry_run=dry_run, **flags)

    def status(self, query: str | None = None, **flags: Any) -> Any:
        """Ask the scheduler, and read new results: `["counts"]`, and what is active or changed in `["experiments"]`."""
        return self._call("status", where=query, **flags)


def _to_words(flags: Mapping[str, Any]) -> list[str]:
    words = []
    for name, value in flags.items():
        flag = "--" + name.replace("_", "-")
        if isinstance(value, Mapping):
            value = [f"{key}={each}" for key, each in value.items()]
        if value is True:
            words.append(flag)
        elif value is not None and value is not False:
            words += [f"{flag}={each}" for each in (value if isinstance(value, (list, tuple)) else [value])]
    return words


def _read_error(stderr: str, status: int) -> SheafError:
    for line in reversed(stderr.split("\n")):
        if line.startswith('{"error":'):
            return SheafError(**json.loads(line)["error"])
    return SheafError("client.failed", f"sheaf ended with status {status}", why=stderr.strip() or None)


def _import(name: str) -> Any:
    if find_spec(name) is None:
        needed = "polars" if name == "polars" else "pandas pyarrow"
        raise SheafError("client.package", f"there is no Python package {name} here", fix=f"pip install {needed}")
    return __import__(name)


def _read_table(pandas: Any, file: Path) -> Any:
    from pyarrow import parquet

    table = parquet.read_table(file)
    frame = table.to_pandas()
    for name, column in zip(table.column_names, table.columns):
        dtype = {"int64": "Int64", "bool": "boolean"}.get(str(column.type))
        if dtype is not None and column.null_count:
            frame[name] = pandas.array(column.to_pylist(), dtype=dtype)
    return frame


def _read_lines(pandas: Any, file: Path, columns: list[str]) -> Any:
    rows = list(map(json.loads, file.read_bytes().splitlines()))
    return pandas.DataFrame({name: _to_column(pandas, [row[name] for row in rows]) for name in columns})


_NONFINITE = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}
_is_time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z").fullmatch


def _to_column(pandas: Any, values: list[Any]) -> Any:
    """The types that the column has in Parquet: JSON has no times, and writes NaN as a text."""
    there = [value for value in values if value is not None]
    kinds = {type(value) for value in there}
    has_missing = len(there) < len(values)
    if kinds == {int}:
        return pandas.array(values, dtype="Int64" if has_missing else "int64")
    if kinds == {bool}:
        return pandas.array(values, dtype="boolean" if has_missing else "bool")
    if kinds and kinds <= {int, float, str} and all(type(value) is not str or value in _NONFINITE for value in there):
        return pandas.array([_NONFINITE.get(value, value) for value in values], dtype="float64")
    if kinds == {str} and all(map(_is_time, there)):
        return pandas.to_datetime(values, utc=True)
    return values


def _read_pandas_series(pandas: Any, file: Path, metric: str, exp_id: str) -> Any:
    all_series = pandas.read_parquet(file, engine="pyarrow")
    part = all_series[(all_series["metric"] == metric) & ~all_series["superseded"]]
    columns = {"exp_id": exp_id, **{name: part[name] for name in ("attempt", "step", "value")}}
    times = pandas.to_datetime(part["wall_time"], unit="s", utc=True)
    return pandas.DataFrame({**columns, "time": times}), all_series["metric"].unique()


def _read_polars_series(polars: Any, file: Path, metric: str, exp_id: str) -> Any:
    all_series = polars.read_parquet(file)
    part = all_series.filter((polars.col("metric") == metric) & ~polars.col("superseded"))
    time_us = (polars.col("wall_time") * 1e6).cast(polars.Int64)
    columns = [polars.lit(exp_id).alias("exp_id"), "attempt", "step", "value"]
    moments = polars.from_epoch(time_us, "us").dt.replace_time_zone("UTC").alias("time")
    return part.select(*columns, moments), all_series["metric"].unique()
