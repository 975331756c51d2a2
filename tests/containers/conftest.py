"""One container engine for the tests of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers.engine import Engine, NoEngineError, engine, make_python


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that has a stand-in for `python:3.12-slim`; skipped where none can start."""
    scratch: Path = tmp_path_factory.mktemp("engine")
    try:
        with engine(scratch / "d") as found:
            make_python(found, "python:3.12-slim", scratch / "base")
            yield found
    except NoEngineError as reason:
        pytest.skip(f"no container engine: {reason}")
