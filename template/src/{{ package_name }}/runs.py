"""Write and read runs. A run is a folder `var/runs/<id>/`: complete or absent, never changed."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from .errors import PERMIT, InputError, warn
from .formatting import format_count
from .model_files import load_model, pin_libraries
from .settings import NAME, env_prefix, load_spec, root, var
from .spec import NO_TIME
from .storage import DamagedFileError, atomic_folder, read_record, sha256, write_json

NOT_HASHED = "model_files.py"  # what is trusted changes no model


def check_time(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo:
        raise ValueError("a time with a zone")
    return text


def check_zoned_time(text: str) -> str:
    if not datetime.fromisoformat(text).tzinfo:
        raise ValueError("a time without a zone")
    return text


# What a file must hold; `read_file` checks it.
Number = Annotated[float, Field(strict=True)]
Interval = Annotated[list[Number], Field(min_length=2, max_length=2)]
Time = Annotated[str, AfterValidator(check_time)]
ZonedTime = Annotated[str, AfterValidator(check_zoned_time)]


@dataclass(frozen=True)
class Run:
    """A training. The id is a hash of its inputs, so it is known before training."""

    id: str
    period: str
    params: dict[str, Any]
    data: str  # sha256 of the rows
    spec: str  # sha256 of the declaration in conf/data.yml
    code: str  # sha256 of the core's modules: an edit of features.py gives another run
    rows: Annotated[int, Field(ge=0, lt=2**63)] = 0
    commit: str | None = None
    evaluation: dict[str, Any] = field(default_factory=dict)  # the settings of the evaluation
    estimator: str | None = None  # that was chosen, if the parameters name several
    metrics: dict[str, Number] = field(default_factory=dict)  # the first is the one that decides
    intervals: dict[str, Interval] = field(default_factory=dict)  # 95 %, of metrics
    evaluated_on: str = "holdout"  # or a backtest with its periods, or a cross-validation
    newest: Time | None = None  # the time of the newest row, ISO 8601
    holdout_from: Time | None = None  # the time of the oldest row of the holdout
    model: str | None = None  # sha256 of model.skops
    evaluated: str | None = None  # sha256 of evaluated.skops, fitted without the holdout
    finished: ZonedTime | None = None  # UTC, ISO 8601

    @property
    def folder(self) -> Path:
        return var("runs", self.id)

    @property
    def training_rows(self) -> str:
        """What it was trained on, such as `10,003 rows up to 2013-03`."""
        count = format_count(self.rows, "row")
        return count if self.period == NO_TIME else f"{count} up to {self.period}"

    def load(self) -> Any:
        """The fitted pipeline; InputError if the file is not the saved one."""
        return load_model(self.folder / "model.skops", self.model)

    def load_evaluated(self) -> Any:
        """The model that the gate evaluates: it was fitted on no row of the holdout."""
        if self.evaluated is None:
            return self.load()
        return load_model(self.folder / "evaluated.skops", self.evaluated)


def plan(
    period: str,
    *,
    params: dict[str, Any],
    data: str,
    spec: str,
    rows: int,
    evaluation: dict[str, Any] | None = None,
) -> Run:
    """The run with these inputs, finished or not."""
    evaluation = evaluation or {}
    modules = Path(__file__).parent.glob("*.py")
    files = sorted(module for module in modules if module.name != NOT_HASHED)
    code = sha256(b"".join(file.read_bytes() for file in files))
    key = sha256(json.dumps([params, data, spec, code, evaluation], sort_keys=True).encode())
    id = f"{period}-{key[:8]}"
    return Run(id, period, params, data, spec, code, rows, evaluation=evaluation)


def save(
    run: Run,
    model: Any,
    metrics: dict[str, float],
    files: Mapping[str, bytes] = {},
    evaluated: Any = None,
    **facts: Any,
) -> Run:
    """Save a finished training, with more files by name."""
    import skops.io

    models = {"model": model} if evaluated is None else {"model": model, "evaluated": evaluated}
    contents = {name: skops.io.dumps(each) for name, each in models.items()}
    facts |= {"metrics": metrics, "commit": current_commit(), "finished": next_finish_time()}
    facts |= {name: sha256(content) for name, content in contents.items()}
    saved = {f"{name}.skops": content for name, content in contents.items()}
    saved["requirements.txt"] = pin_libraries().encode()
    saved["spec.json"] = load_spec().to_json().encode()
    return write(replace(run, **facts), {**saved, **files})


def write(run: Run, files: Mapping[str, bytes]) -> Run:
    """Write the folder of a run. The first of two equal runs stays."""
    with atomic_folder(run.folder) as part:
        for name, content in files.items():
            (part / name).write_bytes(content)
        write_json(asdict(run), part / "run.json")
    return read(run.id)


def next_finish_time() -> str:
    """Now, or a second after the latest run if the clock was set back."""
    times = [datetime.fromisoformat(run.finished) for run in list_runs() if run.finished]
    after = [time + timedelta(seconds=1) for time in times]
    return max([datetime.now(UTC), *after]).isoformat(timespec="seconds")


def read(id: str) -> Run:
    """A finished run; FileNotFoundError if this machine does not have it."""
    folder = var("runs", id)
    if folder.exists() and not (folder / "run.json").exists():
        raise DamagedFileError(f"{folder / 'run.json'} is missing: delete {folder}")
    run = read_file(folder / "run.json", remedy := f"delete {folder}")
    if run.id != id:
        raise DamagedFileError(f"{folder / 'run.json'} is of another run: {remedy}")
    return run


def read_file(file: Path, remedy: str) -> Run:
    """The finished run in a file; DamagedFileError with the remedy if it is none."""
    run = read_record(Run, file, remedy)
    if not run.metrics or not isfinite(next(iter(run.metrics.values()))):
        raise DamagedFileError(f"{file} has no metric: {remedy}")
    return run


def list_runs() -> Iterator[Run]:
    """The finished runs. One that cannot be read is named and skipped."""
    for folder in sorted(var("runs").glob("[!.]*")):
        try:
            yield read(folder.name)
        except DamagedFileError as error:
            warn(f"skipped: {error}")
        except OSError as error:
            warn(f"skipped: {folder}: {error.strerror}: {PERMIT}, or delete {folder}")


def read_latest() -> Run:
    """The run that finished last."""
    if run := max(list_runs(), key=lambda run: run.finished or "", default=None):
        return run
    raise InputError(f"there is no trained model yet: run `{NAME} train` first")


def current_commit() -> str | None:
    """The commit of the code: from `<PACKAGE>_COMMIT`, which an image sets, or from git."""
    commit = os.environ.get(env_prefix("commit").removesuffix("_"))
    if commit or not shutil.which("git"):
        return commit
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=root())
    return done.stdout.strip() or None
