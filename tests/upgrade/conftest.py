"""Generated projects, and a repository to merge in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.edits import tools
from tests.support.edits.cases import Renders
from tests.support.edits.repository import MergeRepository
from tests.support.edits.trees import read_folder


@pytest.fixture(scope="session")
def renders(project: Callable[[int], Path], tmp_path_factory: pytest.TempPathFactory) -> Renders:
    """The projects of all levels in memory, and their files as tools of a user change them."""
    levels = {level: read_folder(project(level)) for level in range(5)}
    folder = tmp_path_factory.mktemp("tools")
    tool_results = {
        level: tools.run_tools(tree, folder / str(level)) for level, tree in levels.items()
    }
    return Renders(levels, tool_results)


@pytest.fixture
def repository(renders: Renders, tmp_path: Path) -> MergeRepository:
    """A repository to merge in."""
    return MergeRepository.of(renders, tmp_path)
