"""A small project of its own: few rows of each period, trained, released and served."""

import contextlib
import copy
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ..data import file_digest, source_files
from ..errors import InputError
from ..retraining.loop import LoopResult, run_once
from ..settings import load_spec, read_settings, root, var
from ..simulation.source import SimulatedSource, build_requests, change_settings
from ..simulation.traffic import live_server
from ..storage import remove, sha256
from ..tables import read_table, write_table
from .requests import Answer, send_requests
from .settings import DrillSettings

KNOWN_PERIODS = 3  # at most; the first model is trained on these
MIN_PERIODS = 3  # one to train on, one without a fault, one with it
ROWS_PER_REQUEST = 25
FAST = {
    "selection_rows": 0,
    "backtest_periods": 1,
    "cross_validation_rows": 0,
    "report_rows": 100,
}
Change = Callable[["DrillProject", pd.DataFrame, pd.Series], pd.DataFrame]


class DrillProject(SimulatedSource):
    """All rows and labels, and the project that learns of them period by period.

    A `Change` gets rows, and for each row the number of the period since the fault began: 0 before.
    """

    def __init__(self, folder: Path) -> None:
        self.settings = read_settings(DrillSettings, "drills")
        super().__init__(folder=folder)
        limit, seed = self.settings.rows_per_period, self.settings.seed
        shuffled = self.rows.sample(frac=1, random_state=seed)
        rows = shuffled.groupby(self.rows_period.loc[shuffled.index]).head(limit)
        self.rows = rows.sort_values(self.time.column)
        self.rows_period = self.rows_period.loc[self.rows.index]
        if len(self.periods) < MIN_PERIODS:
            raise InputError(f"drills need rows of {MIN_PERIODS} periods, not {len(self.periods)}")
        known = min(KNOWN_PERIODS, len(self.periods) - MIN_PERIODS + 1)
        self.known, (self.healthy, *faulty) = self.split(known)
        self.faulty = faulty[: self.settings.max_periods]
        # One fit instead of a choice of the estimator, and few rows for people: this saves time.
        change_settings(folder / "conf/training.yml", **FAST)
        change_settings(folder / "conf/monitoring.yml", report_rows=100)
        change_settings(folder / "conf/serving.yml", keys_file=None, max_requests_per_minute=0)

    def copy_to(self, folder: Path) -> "DrillProject":
        """The same rows, and a copy of the project."""
        remove(folder)
        shutil.copytree(self.folder, folder)
        move_artifacts(folder)
        other = copy.copy(self)
        other.folder = folder
        return other

    def since(self, rows: pd.DataFrame) -> pd.Series:
        """The number of the period with the fault, for each row: 0 before the first."""
        numbers = {period: number for number, period in enumerate(self.faulty, 1)}
        return self.rows_period.loc[rows.index].map(numbers).fillna(0).astype(int)

    def publish_changed(self, period: str, change: Change) -> None:
        """The period ends: its rows and the labels that are due arrive, with the fault."""
        self.publish(period)
        file = self.folder / "data/arrived.parquet"
        rows = read_table(file).set_axis(self.rows.index[self.rows_period <= period])
        write_table(change(self, rows, self.since(rows)), file)

    def request_rows(self, url: str, period: str, change: Change) -> list[Answer]:
        """Request each row of a period once."""
        rows = self.rows_of(period)
        changed = change(self, rows, self.since(rows))
        return send_requests(url, build_requests(self.spec, changed, ROWS_PER_REQUEST))

    def run_loop(self, period: str) -> LoopResult:
        return run_once(period, self.clock(period))


def move_artifacts(folder: Path) -> None:
    """Let MLflow store the files of new runs in the copy: its database has an absolute path."""
    with contextlib.closing(sqlite3.connect(folder / "var/mlflow.db")) as database:
        location = (folder / "var/mlflow").as_uri()
        database.execute("UPDATE experiments SET artifact_location = ?", [location])
        database.commit()


def prepare_base() -> DrillProject:
    """The project before any fault; built once for the same code, settings and data."""
    folder, digest = var("drills", "base"), inputs_digest()
    mark = folder / "inputs.sha256"
    is_current = mark.is_file() and mark.read_text() == digest
    with tempfile.TemporaryDirectory() as scratch:
        project = DrillProject(Path(scratch) / "project")
        if not is_current:
            remove(folder)
            shutil.copytree(project.folder, folder)
    project.folder = folder
    if not is_current:
        build_base(project)
        mark.write_text(digest)
    return project


def inputs_digest() -> str:
    """Changes with the code, the settings and the source."""
    code = sorted(Path(__file__).parents[1].rglob("*.py"))
    files = [*code, *sorted((root() / "conf").iterdir())]
    sources = source_files(root() / load_spec().source)
    return sha256("".join(map(file_digest, [*files, *sources])).encode())


def build_base(project: DrillProject) -> None:
    """Train, release, and serve a period without a fault; InputError if that does not work."""
    with project.active():
        project.publish(project.known)
        start = project.run_loop(project.known)
        if start.active is None:
            reason = start.verdict.reason if start.verdict else start.decision.summary
            raise InputError(f"nothing can be drilled: the gate rejects the first model ({reason})")
        with live_server(project.folder) as url:
            answers = project.request_rows(url, project.healthy, unchanged)
        project.publish(project.healthy)
        project.run_loop(project.healthy)
    if failed := [answer for answer in answers if answer.error]:
        raise InputError(f"{project.healthy} is not served without a fault: {failed[0].error}")


def unchanged(_: DrillProject, rows: pd.DataFrame, __: pd.Series) -> pd.DataFrame:
    return rows
