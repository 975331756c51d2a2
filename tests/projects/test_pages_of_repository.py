"""The shell blocks of the pages of this repository run, in order."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from mlops_init.project_commands import bundled_uv

from tests.support import pages
from tests.support.generator import NOT_OURS, run_git


def write_customers(file: Path) -> None:
    """Write a file with customers."""
    random = np.random.default_rng(0)
    months, plan = random.integers(1, 60, 2000), random.choice(["basic", "plus", "pro"], 2000)
    churned = random.random(2000) < 0.6 / months**0.4
    rows = {"id": range(2000), "months": months, "plan": plan, "churned": churned}
    pd.DataFrame(rows).to_csv(file, index=False)


def test_the_blocks_of_the_readme_run(
    checkout: Path, tmp_path: Path, record_property: pages.Record
) -> None:
    clone = tmp_path / "mlops-init"
    shutil.copytree(checkout, clone, ignore=NOT_OURS)
    run_git("init", "--quiet", cwd=clone)
    write_customers(clone / "customers.csv")
    pages.run_page(clone / "README.md", clone, record_property)


def test_the_tutorial_of_a_growing_project_runs(
    checkout: Path, tmp_path: Path, record_property: pages.Record
) -> None:
    program = tmp_path / "bin/mlops-init"  # of the frozen checkout
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\nPYTHONPATH='{checkout}/generator' exec '{sys.executable}' -c "
        "'from mlops_init.cli import main; main()' \"$@\"\n"
    )
    program.chmod(0o755)
    (at := tmp_path / "at").mkdir()
    programs = (program.parent, Path(bundled_uv()).parent)
    pages.run_page(checkout / "docs/tutorials/growing-a-project.md", at, record_property, *programs)


def test_the_how_to_guide_of_a_release_runs(
    checkout: Path, tmp_path: Path, record_property: pages.Record
) -> None:
    (at := tmp_path / "at").mkdir()
    pages.run_page(checkout / "docs/how-to/release.md", at, record_property)
