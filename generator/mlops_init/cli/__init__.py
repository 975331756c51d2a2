"""The command line `mlops-init`."""

from .app import main

__all__ = ["main"]
