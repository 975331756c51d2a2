"""Projects that are installed and used in a shell."""

from tests.support.projects import install

__all__ = ["install"]
