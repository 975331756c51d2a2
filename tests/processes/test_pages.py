"""The pages say what happens: each of their shell blocks is typed, in order, as a person would."""

import shutil
import socket
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlops_init.steps import carried_uv

from tests import pages
from tests.conftest import NOT_OURS, run_git
from tests.processes.conftest import Owner

pytestmark = pytest.mark.processes


def free_port() -> str:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return str(server.getsockname()[1])


def customers(file: Path) -> None:
    """Rows of somebody who has customers."""
    random = np.random.default_rng(0)
    months, plan = random.integers(1, 60, 2000), random.choice(["basic", "plus", "pro"], 2000)
    churned = random.random(2000) < 0.6 / months**0.4
    rows = {"id": range(2000), "months": months, "plan": plan, "churned": churned}
    pd.DataFrame(rows).to_csv(file, index=False)


@pytest.fixture(scope="module")
def project(make: Callable[..., Owner]) -> Callable[[int], Path]:
    """The project of a level that its pages are typed in, one after the other."""

    @cache
    def made(level: int) -> Path:
        place = make(level).project
        run_git("init", "--quiet", "--bare", "../forge.git", cwd=place)
        run_git("remote", "add", "origin", "../forge.git", cwd=place)
        return place

    return made


def test_the_readme(checkout: Path, tmp_path: Path, record_property: pages.Record) -> None:
    clone = tmp_path / "mlops-init"
    shutil.copytree(checkout, clone, ignore=NOT_OURS)
    run_git("init", "--quiet", cwd=clone)
    customers(clone / "customers.csv")
    pages.typed(clone / "README.md", clone, record_property)


def test_a_project_grows(checkout: Path, tmp_path: Path, record_property: pages.Record) -> None:
    program = tmp_path / "bin/mlops-init"  # of the frozen checkout
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\nPYTHONPATH='{checkout}/generator' exec '{sys.executable}' -c "
        "'from mlops_init.cli import main; main()' \"$@\"\n"
    )
    program.chmod(0o755)
    (at := tmp_path / "at").mkdir()
    programs = (program.parent, Path(carried_uv()).parent)
    pages.typed(checkout / "docs/growing-a-project.md", at, record_property, *programs)


@pytest.mark.parametrize("page", sorted({*pages.OURS} - {"README.md", "docs/growing-a-project.md"}))
def test_another_page(
    checkout: Path, tmp_path: Path, record_property: pages.Record, page: str
) -> None:
    (at := tmp_path / "at").mkdir()
    pages.typed(checkout / page, at, record_property)


@pytest.mark.parametrize(
    ("level", "page"), [(level, page) for level, some in pages.OF_PROJECTS.items() for page in some]
)
def test_a_page_of_a_project(
    project: Callable[[int], Path], record_property: pages.Record, level: int, page: str
) -> None:
    at = project(level)
    programs = Path(carried_uv()).parent
    seen = pages.typed(at / page, at, record_property, programs, PORT=free_port())
    assert "Traceback" not in seen
