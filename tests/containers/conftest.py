"""One container engine for the tests of a file, and one at a time on a machine."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.container_engine import Engine, NoEngineError, engine, make_python
from tests.support.projects import install

__all__ = ["install"]
# Two engines would make the same bridge and the same chains of iptables.
ALONE = FileLock(Path(tempfile.gettempdir()) / "mlops-init-engine.lock")
HERE = Path(__file__).parent
TIMES = {"test_serving_image.py": -1, "test_packaging.py": 1}  # first and last of all


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files at different times, so that no worker waits for the engine of another."""
    items.sort(key=lambda each: TIMES.get(each.path.name, 0) if each.path.parent == HERE else 0)


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with a stand-in for `python:3.12-slim`; the test is skipped if none can start."""
    scratch: Path = tmp_path_factory.mktemp("engine")
    try:
        with ALONE, engine(scratch / "d") as found:
            make_python(found, "python:3.12-slim", scratch / "base")
            yield found
    except NoEngineError as reason:
        pytest.skip(f"no container engine: {reason}")
