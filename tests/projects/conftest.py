"""Projects that are installed and used in a shell."""

from tests.support.projects import make

__all__ = ["make"]
