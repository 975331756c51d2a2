"""Finds what an optional capability adds to a delivery, to the server and to the loop."""

from importlib import import_module
from pathlib import Path
from typing import Any


def has_extension(capability: str = "canary") -> bool:
    return (Path(__file__).parents[1] / capability / "__init__.py").is_file()


def find_extension(name: str, capability: str = "canary") -> Any:
    """The module `<capability>/<name>.py`, or None if the project does not have this capability.

    It is imported by its name, so that this capability also works without the other one.
    """
    if not has_extension(capability):
        return None
    return import_module(f"...{capability}.{name}", __name__)
