"""No damage of a file in `var/` gives a traceback: a sentence names what to do, and that helps.

The nightly group tries each command against each damage, the others a sample.
"""

import random
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.support.corrupted_files import CASES, COMMANDS, PreparedProject, check_case, prepare
from tests.support.projects import NIGHTLY, Install

CHOICE = random.Random(3)  # the same in each run
ALL = list(product(CASES, COMMANDS))
SAMPLE = [(case, CHOICE.choice(COMMANDS)) for case in CASES]


@pytest.fixture(scope="module")
def prepared(
    install: Install, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PreparedProject]:
    with prepare(install(4), tmp_path_factory.mktemp("prepared")) as project:
        yield project


@pytest.mark.parametrize(("case", "words"), ALL if NIGHTLY else SAMPLE)
def test_a_command_survives_a_damaged_file(
    prepared: PreparedProject, tmp_path: Path, case: str, words: str
) -> None:
    check_case(prepared, case, words, tmp_path / "copy")


def test_each_kind_of_file_in_var_is_damaged_by_a_case(prepared: PreparedProject) -> None:
    files = [path for path in (prepared.folder / "var").rglob("*") if path.is_file()]
    folders = {path.relative_to(prepared.folder / "var").parts[0] for path in files}
    damaged = {case.split()[1].split("/")[0] for case in CASES}
    untouched = {"mlflow", "mlflow.lock", "model.lock", "predicted", "scored"}
    assert folders - damaged <= untouched


def test_a_rollback_without_a_registry_blocks_no_command(
    prepared: PreparedProject, tmp_path: Path
) -> None:
    with prepared.copy(tmp_path / "copy") as copy:
        (copy / "var/mlflow.db").unlink()
        expected = {"rollback": 0, "loop": 0, "promote": 1, "release": 0, "models list": 0}
        for words in ("rollback", "loop", "promote", "release", "loop", "models list"):
            status, output = prepared.run(copy, *words.split())
            assert status == expected[words], f"`{words}`: {output}"
        versions = re.findall(r"^ +(\d) (.*)$", output, re.M)
    (first, second) = (text for _, text in versions)
    assert [number for number, _ in versions] == ["1", "2"]
    assert "yes" in first
    assert "rejected: rolled back: by hand" in second
