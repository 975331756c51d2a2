"""A run is a folder: `var/runs/<id>/` is complete or absent, and never changes afterwards."""

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
from .settings import NAME, root, var
from .storage import atomic_folder, from_stored, sha256

PACKAGE = Path(__file__).parent
# What a model file may be made of. Another estimator in `model.py` may need more: skops names it.
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
    """What was trained, from what. The id is made of the inputs, so it is known before training."""

    id: str
    period: str
    params: dict[str, Any]
    data: str  # sha256 of the rows
    spec: str  # sha256 of what conf/data.yml declares
    code: str  # sha256 of the core's modules: an edit in features.py makes another run
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
        """The fitted pipeline; InputError if the file is not the one that was saved."""
        return load_model(self.folder / "model.skops", self.model)


def plan(period: str, *, params: dict[str, Any], data: str, spec: str, rows: int) -> Run:
    """The run these inputs make, finished or not."""
    code = sha256(b"".join(file.read_bytes() for file in sorted(PACKAGE.glob("*.py"))))
    key = sha256(json.dumps([params, data, spec, code], sort_keys=True).encode())
    return Run(f"{period}-{key[:8]}", period, params, data, spec, code, rows)


def draw_nothing(_: Path) -> None:
    """Draw nothing."""


def save(
    run: Run, model: Any, metrics: dict[str, float], draw: Callable[[Path], None] = draw_nothing
) -> Run:
    """Keep a finished training; `draw` adds files of its own. Of two equal ones the first wins."""
    import skops.io

    with atomic_folder(run.folder) as part:
        skops.io.dump(model, part / "model.skops")
        draw(part)
        done = replace(
            run,
            metrics=metrics,
            model=sha256((part / "model.skops").read_bytes()),
            commit=current_commit(),
            finished=next_finish_time(
                max((each.finished or "" for each in list_runs()), default="")
            ),
        )
        (part / "run.json").write_text(json.dumps(asdict(done), indent=2) + "\n")
    return read(run.id)


def next_finish_time(last: str) -> str:
    """Now; or a second after `last` if the clock was set back, so that the latest run stays it."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    if now > last:
        return now
    return (datetime.fromisoformat(last) + timedelta(seconds=1)).isoformat(timespec="seconds")


def restore(run: Run, kept: Path) -> Run:
    """Put a run whose files were kept elsewhere, in a registry say, back into its folder."""
    with atomic_folder(run.folder) as part:
        for file in (kept / "model.skops", *kept.glob("*.png"), *kept.glob("*.csv")):
            shutil.copy(file, part)
        (part / "run.json").write_text(json.dumps(asdict(run), indent=2) + "\n")
    return read(run.id)


def read(id: str) -> Run:
    """A finished run; FileNotFoundError if this machine has not got it."""
    return from_stored(Run, json.loads(var("runs", id, "run.json").read_text()))


def list_runs() -> Iterator[Run]:
    """All finished runs, by id."""
    return (read(file.parent.name) for file in sorted(var("runs").glob("[!.]*/run.json")))


def latest() -> Run:
    """The run that finished last."""
    if found := max(list_runs(), key=lambda run: run.finished or "", default=None):
        return found
    raise InputError(f"nothing is trained yet: run `{NAME} train` first")


def load_model(file: Path, digest: str | None) -> Any:
    """A model file, loaded only if it is what was saved and holds nothing but trusted types."""
    import skops.io
    import skops.io.exceptions

    if not file.is_file() or sha256(file.read_bytes()) != digest:
        raise InputError(f"{file} is not the model that was saved: restore it or delete its folder")
    try:
        return skops.io.load(file, trusted=TRUSTED)
    except skops.io.exceptions.UntrustedTypesFoundException as error:
        raise InputError(f"{file}: {error} Add what you trust to TRUSTED in runs.py") from None


def current_commit() -> str | None:
    """The commit of the code, if an image says so (`<PACKAGE>_COMMIT`) or git knows it."""
    if told := os.environ.get(f"{NAME}_commit".replace("-", "_").upper()):
        return told
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=root(), check=False
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() or None
