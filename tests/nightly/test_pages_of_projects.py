"""The shell blocks of the pages of a project run, in order."""

import socket
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from mlops_init.project_commands import bundled_uv

from tests.support import pages
from tests.support.generator import run_git
from tests.support.projects import Install


def free_port() -> str:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return str(server.getsockname()[1])


@pytest.fixture(scope="module")
def project(install: Install) -> Callable[[int], Path]:
    """The project of a level, in which all its pages run."""

    @cache
    def made(level: int) -> Path:
        place = install(level).folder
        run_git("init", "--quiet", "--bare", "../forge.git", cwd=place)
        run_git("remote", "add", "origin", "../forge.git", cwd=place)
        return place

    return made


@pytest.mark.parametrize(
    ("level", "page"), [(level, page) for level, some in pages.OF_PROJECTS.items() for page in some]
)
def test_the_blocks_of_a_page_run(
    project: Callable[[int], Path], record_property: pages.Record, level: int, page: str
) -> None:
    at = project(level)
    programs = Path(bundled_uv()).parent
    seen = pages.run_page(at / page, at, record_property, programs, PORT=free_port())
    assert "Traceback" not in seen
