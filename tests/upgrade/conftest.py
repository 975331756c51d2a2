"""What owners start from, and a place to merge in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.edits import tools
from tests.support.edits.cases import Renders
from tests.support.edits.merging import Bench
from tests.support.edits.trees import on_disk


@pytest.fixture(scope="session")
def renders(project: Callable[[int], Path], tmp_path_factory: pytest.TempPathFactory) -> Renders:
    """The five levels, in memory, and what the tools of an owner make of them."""
    levels = {level: on_disk(project(level)) for level in range(5)}
    folder = tmp_path_factory.mktemp("tools")
    used = {level: tools.used(tree, folder / str(level)) for level, tree in levels.items()}
    return Renders(levels, used)


@pytest.fixture
def bench(renders: Renders, tmp_path: Path) -> Bench:
    """A place to merge in."""
    return Bench.of(renders, tmp_path)
