"""Finds what the optional capability `canary` adds to a delivery and to the server."""

from importlib import import_module
from pathlib import Path
from typing import Any


def has_extension() -> bool:
    return (Path(__file__).parents[1] / "canary/__init__.py").is_file()


def find_extension(name: str) -> Any:
    """The module `canary/<name>.py`, or None if the project does not have this capability.

    It is imported by its name, so that this capability also works without the other one.
    """
    return import_module(f"...canary.{name}", __name__) if has_extension() else None
