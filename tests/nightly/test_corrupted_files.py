"""No damage of a file in `var/` gives a traceback: a sentence names what to do, and that helps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.corrupted_files import CASES, COMMANDS, PreparedProject, check_case, prepare
from tests.support.projects import Install


@pytest.fixture(scope="module")
def prepared(
    install: Install, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PreparedProject]:
    with prepare(install(4), tmp_path_factory.mktemp("prepared")) as project:
        yield project


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("case", CASES)
def test_every_command_survives_a_damaged_file(
    prepared: PreparedProject, tmp_path: Path, case: str, words: str
) -> None:
    check_case(prepared, case, words, tmp_path / "copy")
