"""Write and read runs. A run is a folder `var/runs/<id>/`: complete or absent, never changed."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .errors import InputError
from .settings import NAME, env_prefix, root, var
from .storage import atomic_folder, from_stored, sha256, write_json

# The types a model file may contain. Another estimator in `model.py` may need more: skops names it.
TRUSTED = [
    f"{__package__}.features.calendar_parts",
    f"{__package__}.features.fill_missing_text",
    "functools.partial",
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.utils.validation.check_array",
]


@dataclass(frozen=True)
class Run:
    """A training. The id is a hash of its inputs, so it is known before training."""

    id: str
    period: str
    params: dict[str, Any]
    data: str  # sha256 of the rows
    spec: str  # sha256 of the declaration in conf/data.yml
    code: str  # sha256 of the core's modules: an edit of features.py gives another run
    rows: int = 0
    commit: str | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    model: str | None = None  # sha256 of model.skops
    finished: str | None = None  # UTC, ISO 8601

    @property
    def folder(self) -> Path:
        return var("runs", self.id)

    @property
    def exists(self) -> bool:
        return (self.folder / "run.json").is_file()

    def load(self) -> Any:
        """The fitted pipeline; InputError if the file is not the saved one."""
        return load_model(self.folder / "model.skops", self.model)

    def read_slices(self) -> Any:
        """The metric in each slice of the holdout as a frame, the worst first."""
        import pandas as pd

        return pd.read_csv(self.folder / "slices.csv", dtype={"value": "str"}, na_filter=False)


def plan(period: str, *, params: dict[str, Any], data: str, spec: str, rows: int) -> Run:
    """The run with these inputs, finished or not."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    code = sha256(b"".join(file.read_bytes() for file in files))
    key = sha256(json.dumps([params, data, spec, code], sort_keys=True).encode())
    return Run(f"{period}-{key[:8]}", period, params, data, spec, code, rows)


def save(
    run: Run,
    model: Any,
    metrics: dict[str, float],
    write_files: Callable[[Path], None] = lambda folder: None,
) -> Run:
    """Save a finished run; `write_files` adds files to its folder. The first of two runs stays."""
    import skops.io

    with atomic_folder(run.folder) as part:
        skops.io.dump(model, part / "model.skops")
        write_files(part)
        model_digest = sha256((part / "model.skops").read_bytes())
        finished = next_finish_time(max((old.finished or "" for old in list_runs()), default=""))
        done = replace(run, metrics=metrics, model=model_digest, commit=current_commit())
        write_json(asdict(replace(done, finished=finished)), part / "run.json")
    return read(run.id)


def next_finish_time(latest: str) -> str:
    """Now; a second after `latest` if the clock was set back, so that the order of runs holds."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    if now > latest:
        return now
    return (datetime.fromisoformat(latest) + timedelta(seconds=1)).isoformat(timespec="seconds")


def restore(run: Run, folder: Path) -> Run:
    """Copy the files of a run from another place, such as a registry, into its own folder."""
    with atomic_folder(run.folder) as part:
        for file in (folder / "model.skops", *folder.glob("*.png"), *folder.glob("*.csv")):
            shutil.copy(file, part)
        write_json(asdict(run), part / "run.json")
    return read(run.id)


def read(id: str) -> Run:
    """A finished run; FileNotFoundError if it is not on this machine."""
    return from_stored(Run, json.loads(var("runs", id, "run.json").read_text()))


def list_runs() -> Iterator[Run]:
    """All finished runs, sorted by id."""
    return (read(file.parent.name) for file in sorted(var("runs").glob("[!.]*/run.json")))


def read_latest() -> Run:
    """The run that finished last."""
    if run := max(list_runs(), key=lambda run: run.finished or "", default=None):
        return run
    raise InputError(f"there is no trained model yet: run `{NAME} train` first")


def load_model(file: Path, digest: str | None) -> Any:
    """A model file, loaded only if it is the saved one and contains trusted types alone."""
    import skops.io
    import skops.io.exceptions

    if not file.is_file() or sha256(file.read_bytes()) != digest:
        raise InputError(f"{file} is not the saved model: restore it or delete its folder")
    try:
        return skops.io.load(file, trusted=TRUSTED)
    except skops.io.exceptions.UntrustedTypesFoundException as error:
        raise InputError(f"{file}: {error} Add the types you trust to TRUSTED in runs.py") from None


def current_commit() -> str | None:
    """The commit of the code: from `<PACKAGE>_COMMIT`, which an image sets, or from git."""
    if commit := os.environ.get(env_prefix("commit").removesuffix("_")):
        return commit
    try:
        git = ["git", "rev-parse", "HEAD"]
        done = subprocess.run(git, capture_output=True, text=True, cwd=root(), check=False)
    except FileNotFoundError:  # git is not installed
        return None
    return done.stdout.strip() or None
