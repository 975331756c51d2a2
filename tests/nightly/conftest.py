"""Too long for every run: `.ci/nightly` has them collected."""

from tests.support.projects import NIGHTLY, make

__all__ = ["make"]

collect_ignore_glob = [] if NIGHTLY else ["test_*.py"]
